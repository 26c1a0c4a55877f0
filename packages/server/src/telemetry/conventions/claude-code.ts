/** Claude Code and the agent SDK built on it: keys without a prefix, numbers often as text. */
import type { Payload, SpanKind } from "@ratchet/protocol";
import { toMessages, toPayload } from "../messages.ts";
import type { Attributes } from "../otlp.ts";
import type { Convention, SentSpan, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import { defined, readContent, readNumber, readText, readTokens } from "./read-attributes.ts";

/** Of a tool, waiting for the person's leave and running are spans of their own: only the whole is a call of it. */
const kinds = new Map<string, SpanKind>([
  ["interaction", "agent"],
  ["llm_request", "llm"],
  ["tool", "tool"],
]);
const contentKeys = new Set(["user_prompt", "tool_input", "new_context", "response.model_output"]);
/** Written instead of prompts unless OTEL_LOG_USER_PROMPTS is on. */
const redacted = "<REDACTED>";
/** What stands before texts that are written with details: `[USER]`, `[TOOL RESULT: toolu_1]`. */
const label = /^\[(USER|TOOL INPUT|TOOL RESULT)(?:: ([^\]\n]{1,200}))?\]\n/;

export const claudeCode: Convention = {
  name: "claude-code",
  recognises: ({ name }) => name.startsWith("claude_code."),
  read(span) {
    const { attributes } = span;
    const type = readText(attributes, "span.type") ?? span.name.slice("claude_code.".length);
    return defined<SpanFacts>({
      kind: kinds.get(type) ?? "chain",
      name: type === "tool" ? readText(attributes, "tool_name") : undefined,
      model: readText(attributes, "model"),
      provider: type === "llm_request" ? "anthropic" : undefined,
      usage: type === "llm_request" ? readUsage(attributes) : undefined,
      costUsd: readNumber(attributes, "cost_usd"),
      timeToFirstTokenMs: readNumber(attributes, "ttft_ms"),
      finishReasons: readFinishReasons(attributes),
      error: String(attributes.get("success")) === "false" ? (readText(attributes, "error") ?? "") : undefined,
      input: readInput(span, type),
      output: readOutput(span, type),
    });
  },
  isContent: (key) => contentKeys.has(key),
};

/** The cache is counted apart from the input. */
function readUsage(attributes: Attributes): ReportedUsage {
  return {
    input: readTokens(attributes, "input_tokens"),
    output: readTokens(attributes, "output_tokens"),
    cacheRead: readTokens(attributes, "cache_read_tokens"),
    cacheWrite: readTokens(attributes, "cache_creation_tokens"),
    reasoning: null,
    total: null,
    isInputExclusive: true,
  };
}

function readFinishReasons(attributes: Attributes): string[] | undefined {
  const reason = readText(attributes, "stop_reason");
  return reason === undefined ? undefined : [reason];
}

function readInput({ attributes }: SentSpan, type: string): Payload[] | undefined {
  if (type === "tool") {
    const value =
      readText(attributes, "tool_input")?.replace(label, "") ?? readText(attributes, "full_command", "file_path");
    return value === undefined ? undefined : [toPayload("input", value)];
  }
  const prompt = readText(attributes, "user_prompt");
  if (prompt !== undefined && prompt !== redacted) return [{ role: "user", content: prompt }];
  const context = readText(attributes, "new_context");
  return context === undefined ? undefined : [readNewContext(context)];
}

/** Only what is new since the request before; the history is not written. */
function readNewContext(context: string): Payload {
  const [start = "", kind, id = ""] = label.exec(context) ?? [];
  const text = context.slice(start.length);
  if (kind === "USER") return { role: "user", content: text };
  if (kind !== "TOOL RESULT") return { role: "input", content: context };
  return (
    toMessages("input", [{ role: "tool", tool_call_id: id, content: text }])[0] ?? { role: "input", content: context }
  );
}

function readOutput({ attributes, events }: SentSpan, type: string): Payload[] | undefined {
  if (type !== "tool") {
    const answer = readText(attributes, "response.model_output");
    return answer === undefined ? undefined : [{ role: "assistant", content: answer }];
  }
  const told = events.find(({ name }) => name === "tool.output");
  const value =
    readText(attributes, "new_context")?.replace(label, "") ??
    readContent(told?.attributes ?? new Map(), "output", "content");
  return value === undefined ? undefined : [toPayload("output", value)];
}
