import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TraceDetail } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportSpans, newSpanId, newTraceId } from "../../testing/otlp-export.ts";
import { type ServerProcess, startServerProcess } from "../../testing/server-process.ts";

describe("a server that ends while it receives", () => {
  let directory: string;
  let server: ServerProcess | undefined;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-crash-"));
  });
  afterAll(async () => {
    await server?.end("SIGKILL");
    await rm(directory, { recursive: true, force: true });
  });

  const start = async () => {
    server = await startServerProcess({ RATCHET_DATA_DIR: directory });
    return server;
  };

  const openTrace = async (url: string, traceId: string) => {
    const response = await fetch(`${url}/api/traces/${traceId}`);
    return response.status === 200 ? ((await response.json()) as TraceDetail) : undefined;
  };

  // Three starts, the first of which makes the databases.
  it("has every span that it acknowledged, whether killed or asked to stop", { timeout: 240_000 }, async () => {
    const acknowledged = await sendUntilDead(await start(), "SIGKILL");
    const restarted = await start();
    for (const traceId of acknowledged) {
      const trace = await openTrace(restarted.url, traceId);
      expect(trace?.spans).toHaveLength(50);
      expect(trace?.input).toEqual([{ role: "input", content: `the question of ${traceId}` }]);
    }
    const accepted = await sendUntilDead(restarted, "SIGTERM");
    const again = await start();
    for (const traceId of accepted) expect((await openTrace(again.url, traceId))?.spans).toHaveLength(50);
  });

  /** Trace ids whose export was answered with 200 before the server was gone. */
  async function sendUntilDead({ url, end }: ServerProcess, signal: NodeJS.Signals): Promise<string[]> {
    const acknowledged: string[] = [];
    let isAlive = true;
    const senders = Array.from({ length: 4 }, async () => {
      while (isAlive) {
        const traceId = newTraceId();
        const attributes = { "ratchet.input": `the question of ${traceId}` };
        const spans = Array.from({ length: 50 }, () => ({ traceId, spanId: newSpanId(), attributes }));
        const response = await exportSpans(url, spans).catch(() => undefined);
        if (response?.status === 200) acknowledged.push(traceId);
      }
    });
    while (acknowledged.length < 20) await new Promise((resolve) => setTimeout(resolve, 20));
    await end(signal);
    isAlive = false;
    await Promise.all(senders);
    return acknowledged;
  }
});
