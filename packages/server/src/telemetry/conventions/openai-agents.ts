/**
 * The OpenAI Agents SDK. Its own tracing is no OTLP: what arrives was written by OpenInference, OpenLLMetry, Logfire or
 * OpenTelemetry's own instrumentation, and is read by their conventions. Here is what only the SDK's meaning tells.
 */
import type { Convention, SpanFacts } from "../span.ts";
import { defined } from "./read-attributes.ts";

/** The SDK sums up usage on these spans around the model's calls: they are none themselves. */
const aggregates = new Set(["task", "turn"]);

export const openaiAgents: Convention = {
  name: "openai-agents",
  recognises: ({ scopeName }) => /openai[-_.]agents/.test(scopeName),
  read({ name, attributes }) {
    const triggered = attributes.get("guardrail.triggered");
    return defined<SpanFacts>({
      kind: aggregates.has(name) ? "chain" : undefined,
      output: typeof triggered === "boolean" ? [{ role: "output", content: JSON.stringify({ triggered }) }] : undefined,
    });
  },
  isContent: () => false,
};
