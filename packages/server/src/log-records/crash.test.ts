import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SpanDetail } from "@ratchet/protocol";
import { expect, it } from "vitest";
import { exportSpans, newSpanId, newTraceId } from "../../testing/otlp-export.ts";
import { exportLogs } from "../../testing/otlp-json.ts";
import { startServerProcess } from "../../testing/server-process.ts";

// Two starts, the first of which makes the databases.
it("keeps acknowledged log records through kill -9 for the span that comes then", { timeout: 240_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), "ratchet-crash-"));
  const [traceId, spanId] = [newTraceId(), newSpanId()];
  const told = { traceId, spanId, eventName: "gen_ai.user.message", body: { content: "Why is the sky blue?" } };
  try {
    await using first = await startServerProcess({ RATCHET_DATA_DIR: directory });
    expect((await exportLogs(first.url, [told])).status).toBe(200);
    await first.end("SIGKILL");
    await using second = await startServerProcess({ RATCHET_DATA_DIR: directory });
    await exportSpans(second.url, [{ traceId, spanId }]);
    const span = (await (await fetch(`${second.url}/api/traces/${traceId}/spans/${spanId}`)).json()) as SpanDetail;
    expect(span.input).toEqual([{ role: "user", content: "Why is the sky blue?" }]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
