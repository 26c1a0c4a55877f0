/** Langfuse's own attributes, as its SDKs write them. */
import type { PromptRef, SpanKind } from "@ratchet/protocol";
import { isObject, type JsonObject } from "../json-value.ts";
import { readPayloads } from "../messages.ts";
import type { Attributes } from "../otlp.ts";
import type { Convention, SentSpan, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import {
  defined,
  readBelow,
  readContent,
  readMsSinceStart,
  readObject,
  readText,
  readTexts,
  toMetadata,
  toNumber,
  toTokens,
} from "./read-attributes.ts";

const kinds = new Map<string, SpanKind>([
  ["span", "chain"],
  ["event", "chain"],
  ["generation", "llm"],
  ["embedding", "embedding"],
  ["agent", "agent"],
  ["tool", "tool"],
  ["chain", "chain"],
  ["retriever", "retriever"],
  ["evaluator", "evaluator"],
  ["guardrail", "guardrail"],
]);
/** What every span is that is not said to be something else. */
const weakTypes = new Set(["span", "event"]);

const contentKeys = new Set([
  "langfuse.observation.input",
  "langfuse.observation.output",
  "langfuse.trace.input",
  "langfuse.trace.output",
  "langfuse.trace.tags",
]);
const metadataPrefixes = ["langfuse.observation.metadata", "langfuse.trace.metadata"];

export const langfuse: Convention = {
  name: "langfuse",
  recognises: ({ families }) => families.has("langfuse"),
  read(span) {
    const { attributes, startMicros } = span;
    const type = readText(attributes, "langfuse.observation.type")?.toLowerCase() ?? "";
    const kind = kinds.get(type);
    return defined<SpanFacts>({
      kind,
      isKindWeak: weakTypes.has(type) || undefined,
      name: isRoot(span) ? readText(attributes, "langfuse.trace.name") : undefined,
      model: readText(attributes, "langfuse.observation.model.name"),
      usage: readUsage(attributes),
      costUsd: readCost(attributes),
      timeToFirstTokenMs: readMsSinceStart(attributes, startMicros, "langfuse.observation.completion_start_time"),
      error:
        readText(attributes, "langfuse.observation.level") === "ERROR"
          ? (readText(attributes, "langfuse.observation.status_message") ?? "")
          : undefined,
      sessionId: readText(attributes, "langfuse.session.id"),
      userId: readText(attributes, "langfuse.user.id"),
      tags: readTexts(attributes, "langfuse.trace.tags"),
      metadata: readMetadata(attributes),
      environment: readText(attributes, "langfuse.environment"),
      release: readText(attributes, "langfuse.release"),
      prompt: readPrompt(attributes),
      ...readContents(span, kind),
    });
  },
  isContent: (key) => contentKeys.has(key) || metadataPrefixes.some((prefix) => key.startsWith(prefix)),
};

function isRoot({ parentSpanId }: SentSpan): boolean {
  return /^0*$/.test(parentSpanId);
}

/**
 * Counts by freely chosen names. Names of this family are parts that add up: `input` is what neither came from the cache
 * nor went there. Counts passed on in OpenAI's or Anthropic's names mean what these mean by them.
 */
function readUsage(attributes: Attributes): ReportedUsage | undefined {
  const details = readObject(attributes, "langfuse.observation.usage_details");
  if (details === undefined) return undefined;
  const count = (name: string) => toTokens(details[name]);
  const total = count("total") ?? count("total_tokens");
  if (details.prompt_tokens !== undefined || details.completion_tokens !== undefined) {
    return {
      input: count("prompt_tokens"),
      output: count("completion_tokens"),
      total,
      ...readSubsets(details, "prompt_tokens_details", "completion_tokens_details"),
    };
  }
  if (isObject(details.input_tokens_details) || isObject(details.output_tokens_details)) {
    return {
      input: count("input_tokens"),
      output: count("output_tokens"),
      total,
      ...readSubsets(details, "input_tokens_details", "output_tokens_details"),
    };
  }
  const read = sumNamed(details, isCacheRead);
  const written = sumNamed(details, isCacheWrite);
  const reasoning = sumNamed(details, (name) => name.includes("reasoning"));
  const input = sumNamed(details, (name) => name.startsWith("input") || isCacheRead(name) || isCacheWrite(name));
  const output = sumNamed(details, (name) => name.startsWith("output") || name.includes("reasoning"));
  if (input === null && output === null) return undefined;
  return { input, output, total: null, cacheRead: read, cacheWrite: written, reasoning };
}

function readSubsets(details: JsonObject, input: string, output: string) {
  const ofInput = isObject(details[input]) ? details[input] : {};
  const ofOutput = isObject(details[output]) ? details[output] : {};
  return {
    cacheRead: toTokens(ofInput.cached_tokens),
    cacheWrite: toTokens(ofInput.cache_write_tokens),
    reasoning: toTokens(ofOutput.reasoning_tokens),
  };
}

function isCacheRead(name: string): boolean {
  return /cache_?read|cached/i.test(name);
}

function isCacheWrite(name: string): boolean {
  return /cache_?(creation|write)/i.test(name);
}

/** `null` when no count has such a name, or their sum is no count. */
function sumNamed(details: JsonObject, isOfThem: (name: string) => boolean): number | null {
  const counts = Object.entries(details).flatMap(([name, value]) => (isOfThem(name) ? (toTokens(value) ?? []) : []));
  return counts.length === 0 ? null : toTokens(counts.reduce((sum, count) => sum + count, 0));
}

function readCost(attributes: Attributes): number | undefined {
  const details = readObject(attributes, "langfuse.observation.cost_details");
  if (details === undefined) return undefined;
  const { total, ...parts } = details;
  const known = Object.values(parts)
    .map(toNumber)
    .filter((part) => part !== undefined);
  return toNumber(total) ?? (known.length === 0 ? undefined : known.reduce((sum, part) => sum + part, 0));
}

/** Whole under one key, or a key each; of the span before that of the trace. */
function readMetadata(attributes: Attributes): Record<string, string> | undefined {
  const metadata = { ...readMetadataOf(attributes, "trace"), ...readMetadataOf(attributes, "observation") };
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}

function readMetadataOf(attributes: Attributes, of: "trace" | "observation"): Record<string, string> {
  const key = `langfuse.${of}.metadata`;
  const whole = readObject(attributes, key);
  const text = whole === undefined ? readText(attributes, key) : undefined;
  return { ...(text !== undefined && { metadata: text }), ...toMetadata(whole), ...readBelow(attributes, `${key}.`) };
}

function readPrompt(attributes: Attributes): PromptRef | undefined {
  const name = readText(attributes, "langfuse.observation.prompt.name");
  if (name === undefined) return undefined;
  return { name, version: readText(attributes, "langfuse.observation.prompt.version") ?? "" };
}

function readContents(
  span: SentSpan,
  kind: SpanKind | undefined,
): Pick<SpanFacts, "input" | "output" | "finishReasons"> {
  const read = (role: "input" | "output") => {
    const keys = [`langfuse.observation.${role}`, ...(isRoot(span) ? [`langfuse.trace.${role}`] : [])];
    const value = readContent(span.attributes, ...keys);
    return value === undefined ? undefined : readPayloads(kind, role, value);
  };
  const input = read("input");
  const output = read("output");
  return {
    ...(input && { input: input.payloads }),
    ...(output && { output: output.payloads }),
    ...(output && output.finishReasons.length > 0 && { finishReasons: output.finishReasons }),
  };
}
