/** LangSmith's attributes, as its client's OpenTelemetry mode writes them beside a few of OpenTelemetry's. */
import type { SpanKind } from "@ratchet/protocol";
import { isObject, parseJson } from "../json-value.ts";
import { readPayloads } from "../messages.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";
import type { Convention, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import { defined, readBelow, readContent, readObject, readText, toTokens } from "./read-attributes.ts";

const kinds = new Map<string, SpanKind>([
  ["llm", "llm"],
  ["chain", "chain"],
  ["tool", "tool"],
  ["retriever", "retriever"],
  ["embedding", "embedding"],
  ["prompt", "chain"],
  ["parser", "chain"],
]);

const metadataPrefix = "langsmith.metadata.";
const contentKeys = new Set(["gen_ai.prompt", "gen_ai.completion", "langsmith.span.tags"]);

export const langsmith: Convention = {
  name: "langsmith",
  recognises: ({ families }) => families.has("langsmith"),
  read({ attributes, events }) {
    const kind = kinds.get(readText(attributes, "langsmith.span.kind") ?? "");
    const ofMetadata = (...names: string[]) => readText(attributes, ...names.map((name) => metadataPrefix + name));
    return defined<SpanFacts>({
      kind,
      requestModel: ofMetadata("ls_model_name"),
      provider: ofMetadata("ls_provider"),
      usage: readUsage(attributes),
      // A run that failed has the status ok, and the error as an event.
      error: events.find(({ name }) => name === "exception") && "",
      // `langsmith.trace.session_id` names LangSmith's project, and no conversation.
      sessionId: ofMetadata("session_id", "thread_id", "conversation_id"),
      userId: ofMetadata("user_id"),
      tags: readText(attributes, "langsmith.span.tags")
        ?.split(",")
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ""),
      metadata: readMetadata(attributes),
      ...readContents(attributes, kind),
    });
  },
  isContent: (key) => contentKeys.has(key) || key.startsWith(metadataPrefix),
};

/** Tokens are among it too; they are facts of their own. */
function readMetadata(attributes: Attributes): Record<string, string> | undefined {
  const { usage_metadata: _, ...metadata } = readBelow(attributes, metadataPrefix) ?? {};
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}

function readUsage(attributes: Attributes): ReportedUsage | undefined {
  const usage = readObject(attributes, "langsmith.usage_metadata");
  if (usage === undefined) return undefined;
  const ofInput = isObject(usage.input_token_details) ? usage.input_token_details : {};
  const ofOutput = isObject(usage.output_token_details) ? usage.output_token_details : {};
  return {
    input: toTokens(usage.input_tokens),
    output: toTokens(usage.output_tokens),
    total: toTokens(usage.total_tokens),
    cacheRead: toTokens(ofInput.cache_read),
    cacheWrite: toTokens(ofInput.cache_creation),
    reasoning: toTokens(ofOutput.reasoning),
  };
}

function readContents(attributes: Attributes, kind: SpanKind | undefined): Partial<SpanFacts> {
  const asked = readValue(attributes, "gen_ai.prompt", "input");
  const answered = readValue(attributes, "gen_ai.completion", "outputs");
  const output = answered === undefined ? undefined : readPayloads(kind, "output", answered);
  const told = readText(attributes, "gen_ai.response.finish_reasons")?.split(",");
  const finishReasons = told ?? output?.finishReasons;
  return {
    ...(asked !== undefined && { input: readPayloads(kind, "input", asked).payloads }),
    ...(output && { output: output.payloads }),
    ...(finishReasons?.length && { finishReasons }),
  };
}

/** A value that is no object is wrapped in one. */
function readValue(attributes: Attributes, key: string, wrapper: string): AttributeValue | undefined {
  const value = readContent(attributes, key);
  const parsed = parseJson(value ?? null);
  const isWrapped = isObject(parsed) && Object.keys(parsed).length === 1 && parsed[wrapper] !== undefined;
  return isWrapped ? parsed[wrapper] : value;
}
