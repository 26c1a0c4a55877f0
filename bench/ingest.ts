/**
 * Spans per second that are accepted over HTTP and durable, text index on, by spans a request.
 * `node bench/ingest.ts [seconds]`
 */
import { describeLoad, describeMachine, percentile } from "./machine.ts";
import { startServer } from "./server-process.ts";
import { createBodies, spansPerTrace, textBytes } from "./telemetry.ts";

const seconds = Number(process.argv[2] ?? 10);
/** Requests under way at once: an exporter each. */
const exporters = 8;

const server = await startServer();
console.log(`ingest: ${textBytes} bytes of text a span, ${exporters} exporters, protobuf; ${describeMachine()}`);

const send = async (body: Uint8Array<ArrayBuffer>): Promise<number> => {
  const startMs = performance.now();
  const response = await fetch(`${server.url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
    body,
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return performance.now() - startMs;
};

const [lone] = createBodies(1, spansPerTrace);
const loneMs: number[] = [];
for (let count = 0; count < 20; count++) {
  if (lone) loneMs.push(await send(lone));
  await new Promise((resolve) => setTimeout(resolve, 250));
}
console.log(
  `one request after a pause: p50 ${percentile(loneMs, 0.5).toFixed(0)} ms, p95 ${percentile(loneMs, 0.95).toFixed(0)} ms`,
);

for (const spansPerBody of [spansPerTrace, 60, 510, 2004]) {
  // Every body is sent once: a repeated one would store no new text.
  const bodies = createBodies(Math.ceil((12_000 * seconds) / spansPerBody / 2), spansPerBody);
  const samplesMs: number[] = [];
  const startMs = performance.now();
  const startCpuMs = server.cpuMs();
  let next = 0;
  await Promise.all(
    Array.from({ length: exporters }, async () => {
      while (performance.now() - startMs < seconds * 1000) {
        const body = bodies[next++];
        if (!body) return;
        samplesMs.push(await send(body));
      }
    }),
  );
  const elapsedSeconds = (performance.now() - startMs) / 1000;
  const spans = samplesMs.length * Math.round(spansPerBody / spansPerTrace) * spansPerTrace;
  const cpuMs = server.cpuMs() - startCpuMs;
  console.log(
    `${spansPerBody} spans a request: ${Math.round(spans / elapsedSeconds)} spans/s at ` +
      `${Math.round((1000 * cpuMs) / spans)} µs of processor time a span; ` +
      `acknowledged after p50 ${percentile(samplesMs, 0.5).toFixed(0)} ms, p95 ${percentile(samplesMs, 0.95).toFixed(0)} ms; ` +
      `${await server.residentMebibytes()} MiB; ${describeLoad()}`,
  );
}
await server[Symbol.asyncDispose]();
