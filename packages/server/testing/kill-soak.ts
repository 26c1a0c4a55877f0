/** Kills a server again and again while it receives, and counts in its engine what became of what it had acknowledged. */
import { join } from "node:path";
import { openClickHouse } from "../src/engines/clickhouse.ts";
import { encodeSpans, newSpanId, newTraceId, type TestSpan } from "./otlp-export.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

const senders = 4;
const spansPerTrace = 20;
/** From the first answer of a start until its end. */
const maxLifeMs = 1500;

export interface SoakResult {
  kills: number;
  acknowledgedSpans: number;
  /** Acknowledged, and not there. */
  lostSpans: number;
  /** More than once in what readers count. */
  duplicatedSpans: number;
  /** References to texts that are not there, also of spans that were never acknowledged. */
  missingTexts: number;
}

interface Trace {
  traceId: string;
  body: Uint8Array<ArrayBuffer>;
}

/**
 * Starts the server on the directory, sends, kills it at a random moment; what was not acknowledged is sent again after
 * the next start, as exporters do. The last end is a stop.
 *
 * @param onKilled After each kill, with the number of it.
 */
export async function soak(directory: string, kills: number, onKilled = (_kill: number) => {}): Promise<SoakResult> {
  const acknowledged = new Set<string>();
  let unacknowledged: Trace[] = [];
  for (let kill = 1; kill <= kills + 1; kill++) {
    const server = await startServerProcess({ RATCHET_DATA_DIR: directory, RATCHET_MIN_FREE_MIB: "0" });
    const isLast = kill > kills;
    unacknowledged = await sendUntilDead(server, isLast ? "SIGTERM" : "SIGKILL", unacknowledged, acknowledged);
    if (!isLast) onKilled(kill);
  }
  return { kills, ...(await inspect(directory, acknowledged)) };
}

/** Gives what was not acknowledged. */
async function sendUntilDead(
  { url, end }: ServerProcess,
  signal: NodeJS.Signals,
  waiting: Trace[],
  acknowledged: Set<string>,
): Promise<Trace[]> {
  const failed: Trace[] = [];
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  let isAlive = true;
  const send = async () => {
    while (isAlive) {
      const trace = waiting.pop() ?? makeTrace();
      const response = await fetch(`${url}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf" },
        body: trace.body,
      }).catch(() => undefined);
      if (response?.status === 200) acknowledged.add(trace.traceId);
      else failed.push(trace);
      if (response) begin();
    }
  };
  const sending = Array.from({ length: senders }, send);
  await begun;
  await new Promise((resolve) => setTimeout(resolve, Math.random() * maxLifeMs));
  await end(signal);
  isAlive = false;
  await Promise.all(sending);
  return [...waiting, ...failed];
}

/** A conversation: each span repeats the texts of those before it. */
function makeTrace(): Trace {
  const traceId = newTraceId();
  const history: { role: string; content: string }[] = [];
  const spans = Array.from({ length: spansPerTrace }, (_, turn): TestSpan => {
    history.push({ role: "user", content: `turn ${turn} of ${traceId}` });
    const attributes = { "gen_ai.operation.name": "chat", "gen_ai.input.messages": JSON.stringify(history) };
    return { traceId, spanId: newSpanId(), attributes };
  });
  return { traceId, body: encodeSpans(spans, "protobuf") };
}

async function inspect(directory: string, acknowledged: ReadonlySet<string>): Promise<Omit<SoakResult, "kills">> {
  const clickhouse = await openClickHouse({ path: join(directory, "clickhouse") });
  try {
    const traces = await clickhouse.query<{ trace: string; spans: number; unique: number }>(
      `SELECT replaceAll(toString(trace_id), '-', '') AS trace, toUInt32(count()) AS spans,
        toUInt32(uniqExact(span_id)) AS unique
      FROM spans FINAL GROUP BY trace_id`,
    );
    const stored = new Map(traces.map(({ trace, unique }) => [trace, unique]));
    const [texts] = await clickhouse.query<{ missing: number }>(
      `SELECT toUInt32(count()) AS missing
      FROM (SELECT trace_id, arrayJoin(arrayConcat(input_refs, output_refs)) AS hash FROM spans) AS refs
      LEFT ANTI JOIN payload ON refs.trace_id = payload.trace_id AND refs.hash = payload.hash`,
    );
    const lost = [...acknowledged].map((traceId) => spansPerTrace - (stored.get(traceId) ?? 0));
    return {
      acknowledgedSpans: acknowledged.size * spansPerTrace,
      lostSpans: lost.reduce((sum, spans) => sum + spans, 0),
      duplicatedSpans: traces.reduce((sum, { spans, unique }) => sum + spans - unique, 0),
      missingTexts: texts?.missing ?? Number.NaN,
    };
  } finally {
    await clickhouse.close();
  }
}
