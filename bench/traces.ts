/**
 * How long pages wait for traces, over HTTP, with the text index on.
 * `node bench/traces.ts [thousands of spans]`
 */
import { TraceList } from "@ratchet/protocol";
import { describeLoad, describeMachine, percentile } from "./machine.ts";
import { startServer } from "./server-process.ts";
import { createBodies, textBytes } from "./telemetry.ts";

const spans = Number(process.argv[2] ?? 300) * 1000;
const spansPerBody = 2004;
/** Of each question; the first answers warm the caches and are not counted. */
const repeats = 40;
const warmUps = 5;

await using server = await startServer();
console.log(`traces: ${spans} spans of ${textBytes} bytes of text over a week; ${describeMachine()}`);
const bodies = Math.ceil(spans / spansPerBody);
for (let sent = 0; sent < bodies; sent += 8) {
  const batch = createBodies(Math.min(8, bodies - sent), spansPerBody);
  // While texts were made nothing was read: let the client notice connections that the server closed as idle.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all(
    batch.map((body) =>
      fetch(`${server.url}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf" },
        body,
      }),
    ),
  );
}

const get = async (path: string): Promise<unknown> => {
  const response = await fetch(`${server.url}${path}`);
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
};
const page = TraceList.parse(await get("/api/traces?limit=500"));
const pick = () => page.traces[Math.floor(Math.random() * page.traces.length)];
console.log(`${page.total} traces; ${describeLoad()}`);

const questions: Record<string, () => string> = {
  "list 50 newest with rollups and total": () => "/api/traces",
  "list 50 of a later page": () => `/api/traces?cursor=${page.nextCursor}`,
  "list 50 of one session": () => `/api/traces?session=${encodeURIComponent(pick()?.sessionId ?? "")}`,
  "open a trace": () => `/api/traces/${pick()?.traceId}`,
  "open a span": () => {
    const trace = pick();
    return `/api/traces/${trace?.traceId}/spans/${trace?.rootSpanId}`;
  },
};
for (const [question, path] of Object.entries(questions)) {
  const samplesMs: number[] = [];
  const startCpuMs = server.cpuMs();
  for (let count = 0; count < repeats + warmUps; count++) {
    const startMs = performance.now();
    await get(path());
    if (count >= warmUps) samplesMs.push(performance.now() - startMs);
  }
  const [p50, p95] = [percentile(samplesMs, 0.5), percentile(samplesMs, 0.95)];
  const cpuMs = (server.cpuMs() - startCpuMs) / (repeats + warmUps);
  console.log(
    `${question}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${cpuMs.toFixed(0)} ms of processor time; ${describeLoad()}`,
  );
}
