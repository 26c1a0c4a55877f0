/** The span that runs now, to describe it further. */
import { type Attributes, type Span, trace } from "@opentelemetry/api";
import { guarded } from "./guarded.ts";
import { recordOutput } from "./record-payload.ts";
import { addTagsTo, type MetadataValue, metadataAttributes } from "./span-metadata.ts";

/** Tokens of one model call. Totals include their parts: cached input counts as input, reasoning as output. */
export interface Usage {
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  cacheReadTokens?: number | undefined;
  cacheWriteTokens?: number | undefined;
  reasoningTokens?: number | undefined;
}

/** Outside a traced call, or when nothing is configured, ids are `null` and the rest does nothing. */
export interface CurrentSpan {
  readonly traceId: string | null;
  readonly spanId: string | null;
  /** Scalars can be searched by value; `undefined` values are left out. */
  setMetadata(metadata: Readonly<Record<string, MetadataValue>>): void;
  addTags(...tags: string[]): void;
  setUsage(usage: Usage): void;
  /** Provider by its OpenTelemetry name, as `openai` or `aws.bedrock`. */
  setModel(provider: string, model: string): void;
  /** Instead of what the function returns. */
  setOutput(output: unknown): void;
  addEvent(name: string, attributes?: Attributes): void;
}

/**
 * The innermost span around the caller.
 *
 * @example currentSpan().setUsage({ inputTokens: 812, outputTokens: 64 });
 */
export function currentSpan(): CurrentSpan {
  const span = trace.getActiveSpan();
  return span === undefined ? outside : describing(span);
}

const outside: CurrentSpan = {
  traceId: null,
  spanId: null,
  setMetadata() {},
  addTags() {},
  setUsage() {},
  setModel() {},
  setOutput() {},
  addEvent() {},
};

function describing(span: Span): CurrentSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    setMetadata(metadata) {
      guarded("metadata could not be recorded", () => span.setAttributes(metadataAttributes(metadata)));
    },
    addTags(...tags) {
      addTagsTo(span, tags);
    },
    setUsage(usage) {
      guarded("usage could not be recorded", () => {
        for (const [name, key] of usageAttributes) {
          const tokens = usage[name];
          if (tokens !== undefined && tokens >= 0) span.setAttribute(key, tokens);
        }
      });
    },
    setModel(provider, model) {
      span.setAttributes({ "gen_ai.provider.name": provider, "gen_ai.request.model": model });
    },
    setOutput(output) {
      guarded("an output could not be recorded", () => recordOutput(span, output, "explicit"));
    },
    addEvent(name, attributes) {
      span.addEvent(name, attributes);
    },
  };
}

const usageAttributes = [
  ["inputTokens", "gen_ai.usage.input_tokens"],
  ["outputTokens", "gen_ai.usage.output_tokens"],
  ["cacheReadTokens", "gen_ai.usage.cache_read.input_tokens"],
  ["cacheWriteTokens", "gen_ai.usage.cache_write.input_tokens"],
  ["reasoningTokens", "gen_ai.usage.reasoning.output_tokens"],
] as const satisfies readonly (readonly [keyof Usage, string])[];
