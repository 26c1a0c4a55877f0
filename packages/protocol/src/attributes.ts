/**
 * The span attributes that Ratchet itself writes and reads, beside OpenTelemetry's GenAI conventions.
 * Free of zod, so that the SDK can import it at no cost.
 */
export const attribute = {
  /** One of {@link spanKinds}; wins over every convention's own kind. */
  kind: "ratchet.span.kind",
  /** Input and output of the function as JSON text. */
  input: "ratchet.input",
  output: "ratchet.output",
  /** `string[]`. */
  tags: "ratchet.tags",
  /** Prefix: `ratchet.metadata.<key>`. Values are scalars, or JSON text. */
  metadata: "ratchet.metadata.",
  /** How many bytes of input or output were cut off by the SDK's payload limit. */
  inputTruncatedBytes: "ratchet.input.truncated_bytes",
  outputTruncatedBytes: "ratchet.output.truncated_bytes",
  session: "session.id",
  user: "user.id",
  /** Prompt identity: `gen_ai.prompt.name`, `gen_ai.prompt.version` (OTel GenAI), and the git commit it came from. */
  promptName: "gen_ai.prompt.name",
  promptVersion: "gen_ai.prompt.version",
  promptCommit: "ratchet.prompt.commit",
  /** The release (`R-3`) whose prompt versions served this trace. */
  release: "ratchet.release",
  /** The exposure: rollout (`RO-2`), arm, sticky unit, and the planned candidate share in [0,1] at that moment. */
  rollout: "ratchet.rollout.id",
  arm: "ratchet.rollout.arm",
  unit: "ratchet.rollout.unit",
  plannedShare: "ratchet.rollout.planned_share",
  /** Why the model stopped, in one word whoever says it: `stop`, `length`, `tool_call`, `content_filter`, `error`, … */
  finishReason: "ratchet.finish_reason",
  /** Resource attribute naming the project; the header `x-ratchet-project` and the API key's project win over it. */
  project: "ratchet.project",
} as const;

/** What a span is, by the words of the product. */
export const spanKinds = [
  "agent",
  "llm",
  "tool",
  "retriever",
  "embedding",
  "chain",
  "reranker",
  "guardrail",
  "evaluator",
] as const;
export type SpanKind = (typeof spanKinds)[number];

/** Header that names the project on every request, `/v1/traces` and `/api` alike. */
export const projectHeader = "x-ratchet-project";
