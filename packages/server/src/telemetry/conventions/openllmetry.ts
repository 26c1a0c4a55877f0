/** OpenLLMetry, as Traceloop's SDKs and instrumentations write it. */
import type { PromptRef, SpanKind } from "@ratchet/protocol";
import { isEmpty, isObject, type JsonObject, parseJson } from "../json-value.ts";
import { type Messages, readMessages, readPayloads, toPayload } from "../messages.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";
import type { Convention, SentSpan, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import { readGenaiUsage } from "./otel-genai.ts";
import { defined, readBelow, readContent, readText, readTokens } from "./read-attributes.ts";
import { findList, unflatten } from "./unflatten.ts";

const kinds = new Map<string, SpanKind>([
  ["workflow", "chain"],
  ["task", "chain"],
  ["session", "chain"],
  ["agent", "agent"],
  ["tool", "tool"],
]);
const kindsOfRequest = new Map<string, SpanKind>([
  ["chat", "llm"],
  ["completion", "llm"],
  ["embedding", "embedding"],
  ["rerank", "reranker"],
]);

const associations = "traceloop.association.properties.";
const lists = new Set(["gen_ai.prompt", "gen_ai.completion"]);
const resultEvent = "db.query.result";
const guardrail = "gen_ai.guardrail.";
const contentKeys = new Set([
  "traceloop.entity.input",
  "traceloop.entity.output",
  "gen_ai.guardrail.input",
  "gen_ai.guardrail.output",
]);
const sessionKeys = ["session_id", "thread_id", "conversation_id", "chat_id"].map((key) => associations + key);

export const openllmetry: Convention = {
  name: "openllmetry",
  recognises: ({ families, attributes, events }) =>
    families.has("traceloop") ||
    families.has("llm") ||
    (families.has("db") && events.some(({ name }) => name === resultEvent)) ||
    (families.has("gen_ai") &&
      [
        "gen_ai.prompt.0.role",
        "gen_ai.prompt.0.content",
        "gen_ai.completion.0.role",
        "gen_ai.completion.0.content",
      ].some((key) => attributes.has(key))) ||
    attributes.has(`${guardrail}name`),
  read(span) {
    const { attributes } = span;
    return defined<SpanFacts>({
      ...readKind(span),
      usage: readUsage(span),
      sessionId: readText(attributes, ...sessionKeys),
      userId: readText(attributes, `${associations}user_id`),
      metadata: readMetadata(attributes),
      prompt: readPrompt(attributes),
      ...readContents(span),
    });
  },
  isContent: (key) => contentKeys.has(key) || findList(key, lists) !== undefined,
};

function readKind({ attributes, events }: SentSpan): Pick<SpanFacts, "kind" | "isKindWeak"> {
  const kind = kinds.get(readText(attributes, "traceloop.span.kind") ?? "");
  if (kind !== undefined) return { kind };
  if (attributes.has(`${guardrail}name`)) return { kind: "guardrail" };
  const ofRequest = kindsOfRequest.get(readText(attributes, "llm.request.type") ?? "");
  if (ofRequest !== undefined) return { kind: ofRequest, isKindWeak: true };
  const isSearch = attributes.has("db.vector.query.top_k") || events.some(({ name }) => name === resultEvent);
  return isSearch ? { kind: "retriever", isKindWeak: true } : {};
}

/** Of old versions; and of those that give OpenTelemetry's counts another meaning. */
function readUsage({ attributes, scopeName }: SentSpan): ReportedUsage | undefined {
  const usage = readGenaiUsage(attributes);
  // It passes on Anthropic's own counts, which leave out the cache.
  if (scopeName === "@traceloop/instrumentation-anthropic") return usage && { ...usage, isInputExclusive: true };
  // OpenTelemetry's names are the newer ones, and know of the cache.
  if (usage) return undefined;
  const input = readTokens(attributes, "llm.usage.prompt_tokens");
  const output = readTokens(attributes, "llm.usage.completion_tokens");
  if (input === null && output === null) return undefined;
  const total = readTokens(attributes, "llm.usage.total_tokens");
  return { input, output, total, cacheRead: null, cacheWrite: null, reasoning: null };
}

/** What the application attached to all spans of a request, but what is a fact of its own. */
function readMetadata(attributes: Attributes): Record<string, string> | undefined {
  const metadata = readBelow(attributes, associations);
  if (metadata === undefined) return undefined;
  const { session_id: _, user_id: __, ...rest } = metadata;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

function readPrompt(attributes: Attributes): PromptRef | undefined {
  const name = readText(attributes, "traceloop.prompt.key");
  return name === undefined ? undefined : { name, version: readText(attributes, "traceloop.prompt.version") ?? "" };
}

type Contents = Pick<SpanFacts, "input" | "output" | "finishReasons">;

function readContents(span: SentSpan): Contents {
  const { attributes } = span;
  const { kind } = readKind(span);
  const items = unflatten(attributes, lists);
  const input = readFlatMessages("input", items.get("gen_ai.prompt")) ?? readEntity("input", attributes, kind);
  const output =
    readFlatMessages("output", items.get("gen_ai.completion")) ??
    readEntity("output", attributes, kind) ??
    readSearchResults(span);
  return {
    ...(input && { input: input.payloads }),
    ...(output && { output: output.payloads }),
    ...(output && output.finishReasons.length > 0 && { finishReasons: output.finishReasons }),
  };
}

function readFlatMessages(role: "input" | "output", items: AttributeValue[] = []): Messages | undefined {
  if (items.length === 0) return undefined;
  const assumedRole = role === "output" ? "assistant" : "user";
  return readMessages(
    role,
    items.map((item) =>
      isObject(item) ? { role: assumedRole, ...item, content: toContent(item) } : { role: assumedRole, content: item },
    ),
  );
}

/** Lists of parts are written as JSON text. */
function toContent({ content }: JsonObject): AttributeValue {
  const parsed = parseJson(content ?? null);
  return Array.isArray(parsed) && parsed.every((part) => isObject(part) && part.type !== undefined)
    ? parsed
    : (content ?? null);
}

function readEntity(
  role: "input" | "output",
  attributes: Attributes,
  kind: SpanKind | undefined,
): Messages | undefined {
  const value = readContent(attributes, `traceloop.entity.${role}`, guardrail + role);
  return value === undefined ? undefined : readPayloads(kind, role, role === "input" ? unwrapArguments(value) : value);
}

/** A function's arguments come as `{args: [], kwargs: {}}`, also when it takes only one. */
function unwrapArguments(value: AttributeValue): AttributeValue {
  const parsed = parseJson(value);
  if (!isObject(parsed)) return value;
  const { args, kwargs, ...others } = parsed;
  if (!Array.isArray(args) || !isObject(kwargs) || Object.keys(others).length > 0) return value;
  if (args.length === 0) return kwargs;
  if (!isEmpty(kwargs)) return value;
  return args.length === 1 ? (args[0] ?? null) : args;
}

/** What a vector database found is one event each. */
function readSearchResults({ events }: SentSpan): Messages | undefined {
  const results = events
    .filter(({ name }) => name === resultEvent)
    .map(({ attributes }) =>
      Object.fromEntries([...attributes].map(([key, value]) => [key.replace(`${resultEvent}.`, ""), parseJson(value)])),
    );
  return results.length === 0 ? undefined : { payloads: [toPayload("output", results)], finishReasons: [] };
}
