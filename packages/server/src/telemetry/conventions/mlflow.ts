/** MLflow's tracing, which writes every value of its own as JSON text. */
import type { PromptRef, SpanKind } from "@ratchet/protocol";
import { isEmpty, isObject, type JsonObject, parseJson } from "../json-value.ts";
import { type Messages, readPayloads } from "../messages.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";
import type { Convention, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import { defined, readObject, toNumber, toTokens } from "./read-attributes.ts";

const kinds = new Map<string, SpanKind>([
  ["LLM", "llm"],
  ["CHAT_MODEL", "llm"],
  ["AGENT", "agent"],
  ["TOOL", "tool"],
  ["RETRIEVER", "retriever"],
  ["MEMORY", "retriever"],
  ["EMBEDDING", "embedding"],
  ["RERANKER", "reranker"],
  ["GUARDRAIL", "guardrail"],
  ["EVALUATOR", "evaluator"],
  ["CHAIN", "chain"],
  ["WORKFLOW", "chain"],
  ["TASK", "chain"],
  ["PARSER", "chain"],
]);

const tags = "mlflow.traceTag.";
const contentKeys = new Set(["mlflow.spanInputs", "mlflow.spanOutputs"]);

export const mlflow: Convention = {
  name: "mlflow",
  recognises: ({ families }) => families.has("mlflow"),
  read({ attributes }) {
    const kind = kinds.get(readQuoted(attributes, "mlflow.spanType") ?? "");
    // Autologging keeps the arguments of a call under their own names.
    const requestModel = readQuoted(attributes, "model");
    const input = readContents("input", kind, attributes.get("mlflow.spanInputs"));
    const answer = readObject(attributes, "mlflow.spanOutputs");
    const envelope = answer && isCompletion(answer) ? answer : undefined;
    const output = readContents(
      "output",
      kind,
      envelope ? openEnvelope(envelope) : attributes.get("mlflow.spanOutputs"),
    );
    return defined<SpanFacts>({
      kind,
      model: readQuoted(attributes, "mlflow.llm.model") ?? requestModel,
      requestModel,
      provider: readQuoted(attributes, "mlflow.llm.provider"),
      responseId: typeof envelope?.id === "string" ? envelope.id : undefined,
      usage: readUsage(readObject(attributes, "mlflow.chat.tokenUsage"), asObject(envelope?.usage)),
      costUsd: toNumber(readObject(attributes, "mlflow.llm.cost")?.total_cost),
      sessionId: readQuoted(attributes, "mlflow.trace.session"),
      userId: readQuoted(attributes, "mlflow.trace.user"),
      tags: readTags(attributes),
      prompt: readPrompt(attributes),
      input: input?.payloads,
      output: output?.payloads,
      finishReasons: output?.finishReasons.length ? output.finishReasons : undefined,
    });
  },
  isContent: (key) => contentKeys.has(key),
};

/** A text that was written as JSON text, or as it is. */
function readQuoted(attributes: Attributes, key: string): string | undefined {
  const value = attributes.get(key);
  if (typeof value !== "string") return undefined;
  const text = /^".*"$/s.test(value) ? unquote(value) : value;
  return text === "" || text === "null" ? undefined : text;
}

function unquote(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    return value;
  }
}

/** OpenAI's chat completions and embeddings, of which autologging keeps the whole response. */
function isCompletion({ object, choices, data, usage }: JsonObject): boolean {
  return typeof object === "string" && (Array.isArray(choices) || Array.isArray(data)) && isObject(usage);
}

/** Without what the span tells elsewhere. */
function openEnvelope({
  id: _,
  object: __,
  created: ___,
  model: ____,
  usage: _____,
  ...answer
}: JsonObject): JsonObject {
  return answer;
}

/** Totals that include the cache, whatever the provider says. They lack the reasoning, and are absent of embeddings. */
function readUsage(usage: JsonObject | undefined, ofAnswer: JsonObject): ReportedUsage | undefined {
  const reasoning = toTokens(asObject(ofAnswer.completion_tokens_details).reasoning_tokens);
  if (usage === undefined) {
    const input = toTokens(ofAnswer.prompt_tokens);
    if (input === null) return undefined;
    return {
      input,
      output: toTokens(ofAnswer.completion_tokens),
      total: null,
      cacheRead: null,
      cacheWrite: null,
      reasoning,
    };
  }
  return {
    input: toTokens(usage.input_tokens),
    output: toTokens(usage.output_tokens),
    total: toTokens(usage.total_tokens),
    cacheRead: toTokens(usage.cache_read_input_tokens),
    cacheWrite: toTokens(usage.cache_creation_input_tokens),
    reasoning,
  };
}

function asObject(value: AttributeValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** They have values. */
function readTags(attributes: Attributes): string[] | undefined {
  const keys = [...attributes.keys()].filter((key) => key.startsWith(tags));
  return keys.length === 0 ? undefined : keys.map((key) => `${key.slice(tags.length)}:${readQuoted(attributes, key)}`);
}

function readPrompt(attributes: Attributes): PromptRef | undefined {
  const linked = parseJson(attributes.get("mlflow.linkedPrompts") ?? null);
  const [first] = Array.isArray(linked) ? linked : [];
  if (!isObject(first) || typeof first.name !== "string") return undefined;
  return { name: first.name, version: toText(first.version) };
}

function toText(value: AttributeValue | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function readContents(
  role: "input" | "output",
  kind: SpanKind | undefined,
  value: AttributeValue | undefined,
): Messages | undefined {
  const parsed = parseJson(value ?? null);
  return isEmpty(parsed) || value === "null" ? undefined : readPayloads(kind, role, parsed);
}
