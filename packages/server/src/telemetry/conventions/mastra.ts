/** Mastra, as its own exporter writes it beside OpenTelemetry's names. */
import type { Payload, SpanKind } from "@ratchet/protocol";
import { isObject, parseJson } from "../json-value.ts";
import { readRequest, toPayload, toSystemMessage } from "../messages.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";
import type { Convention, SpanFacts } from "../span.ts";
import { toAnswer } from "./ai-sdk-answer.ts";
import { defined, readBelow, readContent, readMsSinceStart, readText } from "./read-attributes.ts";

/** Without `model_generation` and `model_step`: which of the spans around a call is the call depends on the version. */
const kinds = new Map<string, SpanKind>([
  ["agent_run", "agent"],
  ["model_inference", "llm"],
  ["tool_call", "tool"],
  ["mcp_tool_call", "tool"],
  ["client_tool_call", "tool"],
  ["provider_tool_call", "tool"],
  ["rag_embedding", "embedding"],
  ["rag_vector_operation", "retriever"],
  ["scorer_run", "evaluator"],
]);
/** Those that take messages and give an answer; all others take and give one value. */
const ofModels = /^(agent_run|model_generation|model_step|model_inference)$/;
const metadataPrefix = "mastra.metadata.";
/** The provider's whole HTTP answer, whose parts are on the spans already. */
const answerKeys = new Set(["mastra.metadata.headers", "mastra.metadata.body"]);

export const mastra: Convention = {
  name: "mastra",
  recognises: ({ families }) => families.has("mastra"),
  read({ attributes, startMicros }) {
    const type = readText(attributes, "mastra.span.type") ?? "";
    const { headers: _, body: __, ...metadata } = readBelow(attributes, metadataPrefix) ?? {};
    const finishReasons = readList(attributes, "gen_ai.response.finish_reasons");
    const ofMetadata = (...names: string[]) => readText(attributes, ...names.map((name) => metadataPrefix + name));
    return defined<SpanFacts>({
      kind: kinds.get(type),
      timeToFirstTokenMs: readMsSinceStart(attributes, startMicros, "mastra.completion_start_time"),
      finishReasons,
      // The status of a call that fails is set to ok.
      error: readText(attributes, "error.message") ?? (finishReasons?.includes("error") ? "" : undefined),
      sessionId: ofMetadata("sessionId", "threadId"),
      userId: ofMetadata("userId", "resourceId"),
      tags: readList(attributes, "mastra.tags"),
      metadata,
      input: readInput(attributes, type),
      output: readOutput(attributes, type),
    });
  },
  isContent: (key) =>
    /^mastra\.[a-z_]+\.(input|output)$/.test(key) || (key.startsWith(metadataPrefix) && !answerKeys.has(key)),
};

/** Lists are sent as JSON texts. */
function readList(attributes: Attributes, key: string): string[] | undefined {
  const list = parseJson(attributes.get(key) ?? null);
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : undefined;
}

function readInput(attributes: Attributes, type: string): Payload[] | undefined {
  const value = readContent(attributes, `mastra.${type}.input`);
  if (value === undefined) return undefined;
  if (!ofModels.test(type)) return [toPayload("input", value)];
  const question: AttributeValue = typeof parseJson(value) === "string" ? [{ role: "user", content: value }] : value;
  const { payloads } = readRequest("input", question);
  const instructions = readContent(attributes, "gen_ai.system_instructions");
  return instructions === undefined ? payloads : [toSystemMessage(instructions), ...payloads];
}

function readOutput(attributes: Attributes, type: string): Payload[] | undefined {
  const value = readContent(attributes, `mastra.${type}.output`);
  if (value === undefined) return undefined;
  const parsed = parseJson(value);
  return ofModels.test(type) && isObject(parsed) ? toAnswer(parsed) : [toPayload("output", value)];
}
