/** A span as it was sent → a span by the words of the product. */
import { attribute, type Payload } from "@ratchet/protocol";
import type { ProjectScope } from "../router.ts";
import { boundText } from "./bound-text.ts";
import { isContentEvent, isEventContentKey } from "./content-events.ts";
import { toFinishReason } from "./conventions/finish-reason.ts";
import { readFacts } from "./conventions/precedence.ts";
import { toProvider } from "./conventions/provider.ts";
import { readText } from "./conventions/read-attributes.ts";
import { isSecretHeader } from "./conventions/secret-headers.ts";
import { createMediaDetacher, type MediaDetacher } from "./media.ts";
import type { Attributes, AttributeValue, OtlpEvent, OtlpSpan } from "./otlp.ts";
import type { Span, SpanFacts } from "./span.ts";
import { toUsage } from "./usage.ts";

const maxAttributes = 1000;
const maxKeyCharacters = 300;
const maxValueCharacters = 65_536;
const maxMessageCharacters = 4 * 1024 * 1024;
const maxEvents = 200;
const maxNameCharacters = 500;
const maxTags = 100;
/** Resource attributes that are kept on each span: what runs where. */
const resourceKeys = /^(service|deployment|vcs)\./;

/** Never fails: whatever it does not understand stays an attribute. Costs are the pricer's duty. */
export function normalise(sent: OtlpSpan, resource: Attributes, project: ProjectScope): Span {
  const { attributes } = sent;
  const { facts, conventions, isContent } = readFacts({ ...sent, resource, families: listFamilies(attributes) });
  const span = facts.standsFor ? { ...sent, ...facts.standsFor, endMicros: 0 } : sent;
  const media = createMediaDetacher();
  const input = boundPayloads(facts.input, media);
  const output = boundPayloads(facts.output, media);
  const { parentSpanId, spanId } = span;
  return {
    project,
    traceId: span.traceId,
    spanId,
    parentSpanId: /^0*$/.test(parentSpanId) || parentSpanId === spanId ? null : parentSpanId,
    name: boundText(facts.name ?? span.name, maxNameCharacters),
    kind: facts.kind ?? "chain",
    ...readOutcome(span, facts),
    environment:
      toShort(facts.environment) ?? readShort(resource, "deployment.environment.name", "deployment.environment") ?? "",
    release: toShort(facts.release) ?? readShort(resource, "ratchet.release"),
    startMicros: span.startMicros,
    endMicros: span.endMicros === 0 ? 0 : Math.max(span.endMicros, span.startMicros),
    model: toShort(facts.model ?? facts.requestModel),
    provider: toShort(facts.provider && toProvider(facts.provider)),
    responseId: toShort(facts.responseId),
    usage: facts.usage ? toUsage(facts.usage) : null,
    costUsd: facts.costUsd ?? null,
    costSource: facts.costUsd === undefined ? null : "client",
    timeToFirstTokenMs: boundTimeToFirstToken(facts.timeToFirstTokenMs, span),
    duplicateOf: null,
    scope: boundText(span.scopeName, maxNameCharacters),
    conventions,
    userId: toShort(facts.userId),
    sessionId: toShort(facts.sessionId),
    tags: [...new Set(facts.tags?.slice(0, maxTags).map((tag) => boundText(tag, maxNameCharacters)))],
    prompt: facts.prompt
      ? { name: toShort(facts.prompt.name) ?? "", version: toShort(facts.prompt.version) ?? "" }
      : null,
    exposure: facts.exposure ? { ...facts.exposure, unit: boundText(facts.exposure.unit, maxNameCharacters) } : null,
    attributes: keepAttributes({ resource, attributes, isContent, facts, media }),
    events: span.events.slice(0, maxEvents).map((event) => toEvent(event, facts, media)),
    input,
    output,
    attachments: media.list(),
    inputBytes: countBytes(facts.input) + (facts.inputTruncatedBytes ?? 0),
    outputBytes: countBytes(facts.output) + (facts.outputTruncatedBytes ?? 0),
  };
}

/** An exception event alone is a handled error; the status says whether the span failed. */
function readOutcome(span: OtlpSpan, facts: SpanFacts): Pick<Span, "status" | "statusMessage"> {
  const isError = span.statusCode === 2 || span.attributes.has("error.type") || facts.error !== undefined;
  const exception = span.events.find((event) => event.name === "exception")?.attributes;
  const message =
    span.statusMessage ||
    (isError && (readText(exception ?? new Map(), "exception.message") || facts.error)) ||
    readText(span.attributes, "error.type") ||
    "";
  return {
    status: span.endMicros === 0 ? "running" : isError ? "error" : "ok",
    statusMessage: boundText(message, maxValueCharacters),
  };
}

interface KeptParts {
  resource: Attributes;
  attributes: Attributes;
  facts: SpanFacts;
  isContent: (key: string) => boolean;
  media: MediaDetacher;
}

/** The metadata of every convention is found under one prefix, why a model stopped under one name. */
function keepAttributes({ resource, attributes, facts, isContent, media }: KeptParts): Record<string, string> {
  const kept: [string, string][] = [];
  for (const [key, value] of Object.entries(facts.metadata ?? {})) {
    kept.push(toEntry(`${attribute.metadata}${key}`, value));
  }
  if (facts.finishReasons && facts.finishReasons.length > 0) {
    kept.push([attribute.finishReason, toFinishReason(facts.finishReasons)]);
  }
  for (const [key, value] of resource) if (resourceKeys.test(key)) kept.push(toEntry(key, value));
  return keepEntries(attributes, isContent, media, kept);
}

function keepEntries(
  attributes: Attributes,
  isContent: (key: string) => boolean,
  media: MediaDetacher,
  kept: [string, string][] = [],
): Record<string, string> {
  for (const [key, value] of attributes) {
    if (kept.length >= maxAttributes) break;
    if (isContent(key) || isSecretHeader(key)) continue;
    kept.push(toEntry(key, typeof value === "string" ? media.detachBytes(value) : value));
  }
  return Object.fromEntries(kept);
}

function listFamilies(attributes: Attributes): Set<string> {
  const families = new Set<string>();
  for (const key of attributes.keys()) {
    const dot = key.indexOf(".");
    families.add(dot === -1 ? key : key.slice(0, dot));
  }
  return families;
}

/** A first piece that comes before the start or after the end was measured by another clock. */
function boundTimeToFirstToken(timeMs: number | undefined, span: OtlpSpan): number | null {
  const isAfterEnd = span.endMicros > 0 && timeMs !== undefined && timeMs * 1000 > span.endMicros - span.startMicros;
  return timeMs === undefined || timeMs < 0 || isAfterEnd ? null : timeMs;
}

function toEntry(key: string, value: AttributeValue): [string, string] {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return [boundText(key, maxKeyCharacters), boundText(text, maxValueCharacters)];
}

function toEvent(
  { name, timeMicros, attributes }: OtlpEvent,
  facts: SpanFacts,
  media: MediaDetacher,
): Span["events"][number] {
  const isRead = facts.areEventsRead === true && isContentEvent(name);
  return {
    name: boundText(name, maxNameCharacters),
    timeMicros,
    attributes: keepEntries(attributes, isRead ? isEventContentKey : () => false, media),
  };
}

function boundPayloads(payloads: Payload[] = [], media: MediaDetacher): Payload[] {
  return payloads.map(({ role, content }) => ({
    role: boundText(role, maxNameCharacters),
    content: boundText(media.detach(content), maxMessageCharacters),
  }));
}

function countBytes(payloads: Payload[] = []): number {
  return payloads.reduce((sum, payload) => sum + Buffer.byteLength(payload.content), 0);
}

function readShort(attributes: Attributes, ...keys: string[]): string | null {
  return toShort(readText(attributes, ...keys));
}

function toShort(text: string | undefined): string | null {
  return text === undefined ? null : boundText(text, maxNameCharacters);
}
