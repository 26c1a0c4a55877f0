/** A trace as a test case: what went in, what should have come out. */
import { type CaseInput, type Feedback, Json, type Metadata, type Payload, type TraceDetail } from "@ratchet/protocol";
import type { z } from "zod";

export type CapturedTrace = Pick<TraceDetail, "input" | "output" | "metadata" | "feedback"> & {
  trace: Pick<TraceDetail["trace"], "traceId" | "sessionId">;
};
type CapturedCase = z.output<typeof CaseInput>;

/** A case's metadata is for segments; long texts are no segment. */
const maxMetadataLength = 200;
const maxMetadataKeys = 50;

/** Traces of one session share a source, so that their cases are a cluster; wider sources are for the dataset to say. */
export function toCase({ trace, input, output, metadata, feedback }: CapturedTrace, failure: string): CapturedCase {
  const reference = findReference(output, feedback);
  const { sessionId, traceId } = trace;
  return {
    input: readPayloads(input),
    ...(reference !== undefined && { reference }),
    metadata: toMetadata(metadata),
    ...(sessionId !== null && { cluster: sessionId.slice(0, 500) }),
    sourceTraceId: traceId,
    failure,
  };
}

/** The newest correction, unless it was taken back (score 1): JSON as it is, `+info-needed -bug` applied to the output's labels, other text as it is. */
function findReference(output: Payload[], feedback: readonly Feedback[]): Json | undefined {
  const newest = feedback.findLast((given) => given.key === "correction");
  const value = newest?.value?.trim();
  if (newest?.score !== 0 || !value) return undefined;
  if (/^[+-]/.test(value)) return { labels: correctLabels(readPayloads(output), value) };
  return parseJson(value);
}

/** Labels may hold spaces, so a change begins at a space before a sign. */
function correctLabels(output: Json, correction: string): string[] {
  const given = isRecord(output) && Array.isArray(output.labels) ? output.labels : [];
  const labels = new Set(given.filter((label) => typeof label === "string"));
  for (const change of correction.split(/\s+(?=[+-])/)) {
    const label = change.slice(1).trim();
    if (change.startsWith("+")) labels.add(label);
    else labels.delete(label);
  }
  return [...labels];
}

function toMetadata(metadata: Record<string, string>): Metadata {
  const short = Object.entries(metadata).filter(
    ([key, value]) => key.length <= maxMetadataLength && value.length <= maxMetadataLength,
  );
  return Object.fromEntries(short.slice(0, maxMetadataKeys));
}

/** One payload as its JSON or text; several, as of a chat, as a list with roles. */
function readPayloads(payloads: Payload[]): Json {
  const [only, ...others] = payloads;
  if (only && others.length === 0) return parseJson(only.content);
  return payloads.map(({ role, content }) => ({ role, content: parseJson(content) }));
}

/** What is no JSON, or no JSON that a case takes, stays text. */
function parseJson(text: string): Json {
  try {
    return Json.parse(JSON.parse(text));
  } catch {
    return text;
  }
}

function isRecord(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
