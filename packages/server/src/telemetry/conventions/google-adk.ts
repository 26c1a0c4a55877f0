/** Google's Agent Development Kit, whose own attributes hold Gemini's requests and responses as JSON text. */
import type { SpanKind } from "@ratchet/protocol";
import { isObject, type JsonObject, parseJson } from "../json-value.ts";
import { type Messages, readMessages, readRequest, toPayload } from "../messages.ts";
import type { Attributes } from "../otlp.ts";
import type { Convention, SentSpan, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import { defined, readContent, readObject, readText, readTokens, toTokens } from "./read-attributes.ts";

const scope = "gcp.vertex.agent";
const key = {
  request: `${scope}.llm_request`,
  response: `${scope}.llm_response`,
  toolArguments: `${scope}.tool_call_args`,
  toolResponse: `${scope}.tool_response`,
  data: `${scope}.data`,
} as const;
const contentKeys: ReadonlySet<string> = new Set(Object.values(key));

export const googleAdk: Convention = {
  name: "google-adk",
  recognises: ({ scopeName, families }) => scopeName === scope || families.has("gcp"),
  read(span) {
    const { attributes } = span;
    const kind = readKind(span);
    const response = readObject(attributes, key.response);
    return defined<SpanFacts>({
      kind,
      provider: readProvider(attributes),
      usage: kind === "llm" ? readUsage(attributes, response) : undefined,
      sessionId: readText(attributes, `${scope}.session_id`),
      ...(kind === "tool" ? readTool(attributes) : readCall(attributes, response)),
    });
  },
  isContent: (name) => contentKeys.has(name),
};

/** Of spans whose attributes do not say it, or say what counts a call twice. */
function readKind({ name, scopeName, scopeVersion, attributes }: SentSpan): SpanKind | undefined {
  if (scopeName !== scope) return undefined;
  if (name === "call_llm") return "llm";
  if (name.startsWith("agent_run")) return "agent";
  // A summary of the tools that were called at once, each of which has a span of its own.
  if (attributes.get("gen_ai.tool.name") === "(merged tools)") return "chain";
  const operation = attributes.get("gen_ai.operation.name");
  if (operation === "execute_tool") return "tool";
  // Up to version 1 it stands below `call_llm`, and knows less of the same call: its output leaves out the reasoning.
  if (operation === "generate_content" && !/^([2-9]|\d\d)/.test(scopeVersion)) return "chain";
  return undefined;
}

/** It names itself as the system of `call_llm`. Models of others carry their provider in front: `openai/gpt-5`. */
function readProvider(attributes: Attributes): string | undefined {
  if (attributes.get("gen_ai.system") !== scope) return undefined;
  const model = readText(attributes, "gen_ai.request.model") ?? "";
  if (model.startsWith("gemini")) return "gcp.gemini";
  return /^([\w-]+)\//.exec(model)?.[1];
}

/** As Gemini counts: thoughts are no part of the candidates. A sum that says otherwise is believed. */
function readUsage(attributes: Attributes, response: JsonObject | undefined): ReportedUsage | undefined {
  const counts = response?.usage_metadata;
  if (isObject(counts)) {
    const prompt = toTokens(counts.prompt_token_count);
    const ofTools = toTokens(counts.tool_use_prompt_token_count);
    const reasoning = toTokens(counts.thoughts_token_count);
    const input = prompt === null && ofTools === null ? null : (prompt ?? 0) + (ofTools ?? 0);
    // An answer that was cut off while the model thought has no candidates.
    const output = toTokens(counts.candidates_token_count) ?? (reasoning === null ? null : 0);
    const total = toTokens(counts.total_token_count);
    return {
      input,
      output,
      total,
      cacheRead: toTokens(counts.cached_content_token_count),
      cacheWrite: null,
      reasoning,
      isOutputExclusive: total === null || total !== (input ?? 0) + (output ?? 0),
    };
  }
  const reasoning = readTokens(attributes, "gen_ai.usage.experimental.reasoning_tokens");
  if (reasoning === null) return undefined;
  return {
    input: readTokens(attributes, "gen_ai.usage.input_tokens"),
    output: readTokens(attributes, "gen_ai.usage.output_tokens"),
    total: null,
    cacheRead: null,
    cacheWrite: null,
    reasoning,
    isOutputExclusive: true,
  };
}

type Contents = Pick<SpanFacts, "input" | "output" | "finishReasons" | "metadata">;

function readTool(attributes: Attributes): Contents {
  const given = readContent(attributes, key.toolArguments);
  const found = readContent(attributes, key.toolResponse);
  return {
    ...(given !== undefined && { input: [toPayload("input", given)] }),
    ...(found !== undefined && { output: [toPayload("output", found)] }),
  };
}

function readCall(attributes: Attributes, response: JsonObject | undefined): Contents {
  const input = readInput(attributes);
  const output = readOutput(attributes, response);
  return {
    ...(input && { input: input.payloads }),
    ...(output && { output: output.payloads }),
    ...(output && output.finishReasons.length > 0 && { finishReasons: output.finishReasons }),
    ...(isObject(response?.usage_metadata) && {
      metadata: { usage_metadata: JSON.stringify(response.usage_metadata) },
    }),
  };
}

/** Without the model's name, which is an attribute of its own, and the HTTP headers, which may hold keys. */
function readInput(attributes: Attributes): Messages | undefined {
  const value = readContent(attributes, key.request);
  if (value === undefined) {
    const sent = readContent(attributes, key.data);
    return sent === undefined ? undefined : readMessages("input", sent);
  }
  const request = parseJson(value);
  if (!isObject(request)) return readRequest("input", value);
  const { model: _, config, ...rest } = request;
  if (!isObject(config)) return readRequest("input", rest);
  const { system_instruction, http_options: __, ...settings } = config;
  return readRequest("input", { ...rest, ...(system_instruction && { system_instruction }), config: settings });
}

/** The counts go to the usage, so that an answer of text is text. */
function readOutput(attributes: Attributes, response: JsonObject | undefined): Messages | undefined {
  if (response === undefined) {
    const value = readContent(attributes, key.response);
    return value === undefined ? undefined : readRequest("output", value);
  }
  const { usage_metadata: _, model_version: __, ...answer } = response;
  return Object.keys(answer).length === 0 ? undefined : readRequest("output", answer);
}
