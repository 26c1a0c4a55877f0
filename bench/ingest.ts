/**
 * How much telemetry a server takes, and what that costs: over HTTP from another process, OTLP protobuf encoded before
 * any time is taken, counted when it is durable and visible. A markdown table on stdout, progress on stderr.
 * `node bench/ingest.ts [thousands of spans] [--peers]`
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClickHouse } from "../packages/server/src/engines/clickhouse.ts";
import { corpora, type Export, encodeTraces, spansPerTrace, writeWords } from "./corpora.ts";
import { describeLoad, describeMachine, percentile } from "./machine.ts";
import { listPeers, type Peer } from "./peers.ts";
import { startServer } from "./server-process.ts";

const thousands = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 100);
const withPeers = process.argv.includes("--peers");
/** Requests under way at once: an exporter each. */
const exporters = 8;
/** Encoded and then sent, again and again: what is encoded waits in memory. */
const roundBytes = 48 * 1024 * 1024;
/** What one peer is given. */
const peerSpans = 10_080;
/** A server that shows nothing new for so long shows no more. */
const patienceMs = 20_000;

/** Where exports go, and what can be told of the process. */
interface Target {
  url: string;
  headers?: Record<string, string>;
  cpuMs(): number;
  peakMebibytes(): number;
  /** Of Ratchet: see {@link ServerProcess}. */
  forgetPeak?(): void;
  settle?(): Promise<void>;
}

interface Sent {
  spans: number;
  textBytes: number;
  /** While exports were under way; what was encoded in between is left out. */
  sendingMs: number;
  /** Until every trace was examined too. */
  settledMs: number;
  cpuMs: number;
  requestMs: number[];
}

console.log(`# Ingest

Measured by \`node bench/ingest.ts ${process.argv.slice(2).join(" ")}\` on ${describeMachine()}.

${exporters} exporters send OTLP protobuf over HTTP from another process on the same machine, about 500 spans a request (agents: one agent). Spans count when the server has answered, which Ratchet does once they are durable, indexed for search and visible. Examination by detectors lets spans that wait go first; the second rate counts until every trace was examined. Processor time is the whole server's, with merges and examination. Peak memory is that since sending began. Disk is what the tables of spans, texts and their indexes take, against the messages' bytes as all spans repeat them.

| what | spans | spans/s | and examined | request p50 / p95, ms | µs of processor a span | peak memory, MiB | disk / text | load |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |`);

for (const name of Object.keys(corpora) as (keyof typeof corpora)[]) {
  await measure(name, corpora[name](), name === "random words" ? listTargets(thousands) : [20_000]);
}
await measure("random words, fsync off", corpora["random words"](), [20_000], { RATCHET_FSYNC: "off" });
for (const traces of [1, 10]) {
  await measure(`random words, ${traces * spansPerTrace} spans a request`, encodeTraces(writeWords(800), traces), [
    traces * 1500,
  ]);
}
if (withPeers) await measurePeers();

/** The first 100 thousand and all further spans apart: growth shows. */
function listTargets(allThousands: number): number[] {
  return allThousands > 100 ? [100_000, (allThousands - 100) * 1000] : [allThousands * 1000];
}

/** A fresh server, started a second time: its first start makes the databases, whose memory it keeps until it ends. */
async function measure(name: string, exports: Generator<Export>, targets: number[], variables = {}): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "ratchet-bench-"));
  await (await startServer({ directory, variables })).kill("SIGTERM");
  const server = await startServer({ directory, variables });
  // Until what the start needed is given back.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  let textBytes = 0;
  for (const [index, target] of targets.entries()) {
    const sent = await send(server, exports, target);
    textBytes += sent.textBytes;
    const row = toRow(index === 0 ? name : `${name}, further`, sent, server.peakMebibytes());
    if (index === targets.length - 1) await server.kill("SIGTERM");
    const disk = index === targets.length - 1 ? (await measureDiskBytes(directory)) / textBytes : undefined;
    console.log(row(disk === undefined ? "" : `${(100 * disk).toFixed(1)} %`));
  }
  await rm(directory, { recursive: true, force: true });
}

/** Until so many spans are sent, or the corpus has no more. */
async function send(target: Target, exports: Generator<Export>, spans: number): Promise<Sent> {
  const sent: Sent = { spans: 0, textBytes: 0, sendingMs: 0, settledMs: 0, cpuMs: -target.cpuMs(), requestMs: [] };
  target.forgetPeak?.();
  while (sent.spans < spans) {
    const round = takeRound(exports, spans - sent.spans);
    if (round.length === 0) break;
    // What was encoded took the process's attention: let it notice connections that were closed as idle.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const startMs = performance.now();
    await Promise.all(Array.from({ length: exporters }, () => sendAll(target, round, sent)));
    sent.sendingMs += performance.now() - startMs;
    process.stderr.write(`${sent.spans} of ${spans} spans, ${Math.round((1000 * sent.spans) / sent.sendingMs)}/s\n`);
  }
  const settleMs = performance.now();
  await target.settle?.();
  sent.settledMs = sent.sendingMs + performance.now() - settleMs;
  sent.cpuMs += target.cpuMs();
  return sent;
}

function takeRound(exports: Generator<Export>, maxSpans: number): Export[] {
  const round: Export[] = [];
  for (let bytes = 0, spans = 0; bytes < roundBytes && spans < maxSpans; ) {
    const next = exports.next();
    if (next.done) break;
    round.push(next.value);
    bytes += next.value.body.length;
    spans += next.value.spans;
  }
  return round;
}

async function sendAll({ url, headers }: Target, round: Export[], sent: Sent): Promise<void> {
  for (let next = round.pop(); next; next = round.pop()) {
    const startMs = performance.now();
    const response = await fetch(`${url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf", ...headers },
      body: next.body,
    });
    const answer = await response.text();
    if (response.status === 429 || response.status === 503) {
      round.push(next);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      continue;
    }
    if (response.status !== 200) throw new Error(`${url}: ${response.status} ${answer}`);
    sent.requestMs.push(performance.now() - startMs);
    sent.spans += next.spans;
    sent.textBytes += next.textBytes;
  }
}

/** Of the active parts. */
async function measureDiskBytes(directory: string): Promise<number> {
  const clickhouse = await openClickHouse({ path: join(directory, "clickhouse") });
  const [row] = await clickhouse.query<{ bytes: number }>(
    "SELECT toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts WHERE active AND database = currentDatabase()",
  );
  await clickhouse.close();
  return row?.bytes ?? Number.NaN;
}

async function measurePeers(): Promise<void> {
  const exports = takeRound(corpora["random words"](), peerSpans);
  for (const start of [startRatchet, ...listPeers()]) {
    await using peer = await start();
    await measurePeer(peer, exports);
  }
}

async function startRatchet(): Promise<Peer> {
  const server = await startServer();
  const countSpans = async () => {
    const traces: { spanCount: number }[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const response = await fetch(`${server.url}/api/traces?limit=500${cursor && `&cursor=${cursor}`}`);
      const page = (await response.json()) as { traces: typeof traces; nextCursor: string | null };
      traces.push(...page.traces);
      cursor = page.nextCursor;
    }
    return traces.reduce((sum, { spanCount }) => sum + spanCount, 0);
  };
  return { ...server, name: "Ratchet", headers: {}, countSpans };
}

/** From the first request until the server's own API has all that was sent, or no more. */
async function measurePeer(peer: Peer, exports: Export[]): Promise<void> {
  process.stderr.write(`${peer.name}\n`);
  const [startMs, startCpuMs] = [performance.now(), peer.cpuMs()];
  const sent = await send(peer, exports.values() as Generator<Export>, peerSpans);
  let visible = 0;
  let changedMs = performance.now();
  while (visible < sent.spans && performance.now() - changedMs < patienceMs) {
    const count = await peer.countSpans();
    if (count > visible) changedMs = performance.now();
    visible = count;
    if (count < sent.spans) await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const seen = {
    ...sent,
    spans: visible,
    sendingMs: changedMs - startMs,
    settledMs: changedMs - startMs,
    cpuMs: peer.cpuMs() - startCpuMs,
  };
  const lost = visible < sent.spans ? `, ${sent.spans - visible} never seen` : "";
  console.log(toRow(`${peer.name}: the same ${sent.spans} spans until visible${lost}`, seen, peer.peakMebibytes())(""));
}

/** A line of the table, but for what is known when the server has ended. */
function toRow(name: string, sent: Sent, peakMebibytes: number): (disk: string) => string {
  const { spans, sendingMs, settledMs, cpuMs, requestMs } = sent;
  const latency = [0.5, 0.95].map((p) => percentile(requestMs, p).toFixed(0)).join(" / ");
  const [accepted = 0, examined = 0, cpu = 0] = [
    (1000 * spans) / sendingMs,
    (1000 * spans) / settledMs,
    (1000 * cpuMs) / spans,
  ].map(Math.round);
  const rates = [accepted, examined, latency, cpu, peakMebibytes];
  const load = describeLoad().replace("load ", "");
  return (disk) => `| ${[name, spans, ...rates, disk, load].join(" | ")} |`;
}
