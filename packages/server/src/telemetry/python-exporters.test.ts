import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SpanDetail, TraceDetail } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";
import { findPython } from "../../testing/python.ts";

const python = findPython();
if (!python) {
  console.warn("SKIPPED: OpenTelemetry's Python exporters. node packages/server/testing/python.ts installs them.");
}
const run = promisify(execFile);
const program = join(import.meta.dirname, "../../testing/export-spans.py");

describe.skipIf(!python)("OpenTelemetry's Python exporters", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const get = async <Body>(path: string) => (await (await fetch(`${server.url}${path}`)).json()) as Body;

  it.each([
    ["http", "none"],
    ["http", "gzip"],
    ["grpc", "none"],
    ["grpc", "gzip"],
  ])(
    "are taken unchanged by %s, compression %s, with the log record that belongs to a span",
    async (protocol, gzip) => {
      const endpoint = protocol === "http" ? server.url : `127.0.0.1:${server.grpcPort}`;
      const { stdout } = await run(python as string, [program, protocol, endpoint, gzip]);
      const { traceId, callId, complaints } = JSON.parse(stdout);
      expect(complaints).toEqual([]);
      const { trace, spans } = await get<TraceDetail>(`/api/traces/${traceId}`);
      expect(trace).toMatchObject({ name: "answer", sessionId: "thread-7", inputTokens: 100, outputTokens: 50 });
      expect(spans.map(({ name, kind, status }) => [name, kind, status])).toEqual([
        ["answer", "chain", "ok"],
        ["chat gpt-5-mini", "llm", "ok"],
        ["execute_tool weather", "tool", "error"],
      ]);
      const call = await get<SpanDetail>(`/api/traces/${traceId}/spans/${callId}`);
      expect(call.input).toEqual([{ role: "user", content: "Why is the sky blue? 🌍" }]);
    },
  );
});
