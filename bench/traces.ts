/**
 * How long pages wait for traces: in the engine, over HTTP, and how both grow with the number of spans.
 * `node bench/traces.ts [thousands of spans …]`; 100 and 1000 when none is named. A markdown table on stdout, progress on
 * stderr. With `RATCHET_DATA_DIR` the data is kept there, a folder a size, and used again by the next run.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TraceList } from "@ratchet/protocol";
import { describeLoad, describeMachine, percentile } from "./machine.ts";
import { startServer } from "./server-process.ts";
import { createBody, textBytes } from "./trace-corpus.ts";
import { openTraceEngine } from "./trace-engine.ts";
import { listQuestions, type Picked } from "./trace-questions.ts";

const sizes = process.argv.slice(2).map(Number);
const thousands = sizes.length > 0 ? sizes : [100, 1000];
const spansPerBody = 2000;
/** Of each question; the first answers warm the caches and are not counted. */
const repeats = 40;
const warmUps = 5;

interface Samples {
  /** Of each answer. */
  ms: number[];
  /** Of this process, an answer. */
  cpuMs: number;
}
interface Measured {
  engine: Samples;
  /** Absent for a question that no page asks yet. */
  http: Samples | undefined;
}

const kept = process.env.RATCHET_DATA_DIR;
const results = new Map<string, Map<number, Measured>>();
for (const size of thousands) {
  const directory = kept ? join(kept, `${size}k`) : await mkdtemp(join(tmpdir(), "ratchet-bench-"));
  await mkdir(directory, { recursive: true });
  const picked = await load(directory, size);
  const overHttp = await measureOverHttp(directory, picked);
  const inEngine = await measureInEngine(directory, picked);
  for (const [question, engine] of inEngine) {
    const bySize = results.get(question) ?? new Map<number, Measured>();
    results.set(question, bySize.set(size, { engine, http: overHttp.get(question) }));
  }
  if (!kept) await rm(directory, { recursive: true, force: true });
}
process.stdout.write(render());

/** Loads the corpus if the directory has none yet. */
async function load(directory: string, size: number): Promise<Picked> {
  const marker = join(directory, "picked.json");
  if (existsSync(marker)) return JSON.parse(await readFile(marker, "utf8")) as Picked;
  const server = await startServer({ directory });
  const count = Math.ceil((size * 1000) / spansPerBody);
  const large: string[] = [];
  for (let next = 0; next < count; next += 8) {
    const bodies = Array.from({ length: Math.min(8, count - next) }, (_, at) => createBody(next + at, count));
    // While texts were made nothing was read: let the client notice connections that the server closed as idle.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all(bodies.map(({ bytes }) => send(server.url, bytes)));
    large.push(...bodies.flatMap((body) => body.large));
    if (next % 80 === 0) console.error(`${size}k: ${Math.round((100 * next) / count)} % loaded; ${describeLoad()}`);
  }
  const { traces } = TraceList.parse(await (await fetch(`${server.url}/api/traces?limit=500`)).json());
  const small = traces.map(({ traceId, rootSpanId, sessionId }) => ({ traceId, rootSpanId, sessionId }));
  await server.kill("SIGTERM");
  const picked = { small, large };
  await writeFile(marker, JSON.stringify(picked));
  return picked;
}

async function send(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body,
    });
    await response.arrayBuffer();
    if (response.status === 200) return;
    if (response.status !== 429) throw new Error(`The server answered ${response.status} to spans.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function measureOverHttp(directory: string, picked: Picked): Promise<Map<string, Samples>> {
  const server = await startServer({ directory });
  const samples = new Map<string, Samples>();
  for (const { name, path } of listQuestions(picked)) {
    if (!path) continue;
    samples.set(
      name,
      await time(`${name}, over HTTP`, async () => {
        const response = await fetch(`${server.url}${path()}`);
        if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
        return response.json();
      }),
    );
  }
  await server.kill("SIGTERM");
  return samples;
}

async function measureInEngine(directory: string, picked: Picked): Promise<Map<string, Samples>> {
  await using engine = await openTraceEngine(join(directory, "clickhouse"));
  const samples = new Map<string, Samples>();
  for (const { name, ask } of listQuestions(picked)) {
    samples.set(name, await time(`${name}, in the engine`, () => ask(engine)));
  }
  return samples;
}

async function time(what: string, ask: () => Promise<unknown>): Promise<Samples> {
  const ms: number[] = [];
  let usage = process.cpuUsage();
  for (let count = 0; count < repeats + warmUps; count++) {
    if (count === warmUps) usage = process.cpuUsage();
    const startMs = performance.now();
    if ((await ask()) === undefined) throw new Error(`${what}: no answer`);
    if (count >= warmUps) ms.push(performance.now() - startMs);
  }
  const { user, system } = process.cpuUsage(usage);
  console.error(`${what}: p50 ${percentile(ms, 0.5).toFixed(1)} ms; ${describeLoad()}`);
  return { ms, cpuMs: (user + system) / 1000 / repeats };
}

function render(): string {
  const times = (samples: Samples | undefined) =>
    samples ? `${percentile(samples.ms, 0.5).toFixed(1)} / ${percentile(samples.ms, 0.95).toFixed(1)}` : "–";
  const inEngine = (samples: Samples | undefined) =>
    `${times(samples)}${samples ? ` (${samples.cpuMs.toFixed(0)})` : ""}`;
  const growth = (bySize: Map<number, Measured>) => {
    const costs = thousands.map((size) => bySize.get(size)?.engine.cpuMs ?? Number.NaN);
    return costs.length < 2 ? "–" : `× ${((costs.at(-1) ?? 0) / (costs[0] ?? 0)).toFixed(1)}`;
  };
  const columns = thousands.flatMap((size) => [`engine, ${size}k`, `HTTP, ${size}k`]);
  return [
    "# Reads",
    "",
    `${describeMachine()}. ${repeats} answers a question, warm: p50 / p95 in milliseconds, in brackets the processor time.`,
    `Spans of ${textBytes} bytes of text over a week, with the text index. In the engine: the server's own queries, and what`,
    "it makes of their rows, in one process. Growth: of the processor time, from the smallest to the largest size.",
    "",
    `| question | ${columns.join(" | ")} | growth |`,
    `|---|${columns.map(() => "---|").join("")}---|`,
    ...[...results].map(([question, bySize]) => {
      const cells = thousands.flatMap((size) => [inEngine(bySize.get(size)?.engine), times(bySize.get(size)?.http)]);
      return `| ${question} | ${cells.join(" | ")} | ${growth(bySize)} |`;
    }),
    "",
  ].join("\n");
}
