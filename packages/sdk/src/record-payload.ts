/** Inputs, outputs and errors on spans: bounded, masked, and never at the application's expense. */
import { type Span, SpanStatusCode } from "@opentelemetry/api";
import { attribute } from "@ratchet/protocol/attributes";
import { currentClient } from "./client.ts";
import { guarded } from "./guarded.ts";
import { toPayload } from "./payload.ts";

const payloadLimitBytes = 256 * 1024;
const errorLimitLength = 8192;
const withheld = "<withheld: the mask function failed>";

/** Spans whose output the application has set itself. */
const explicitOutputs = new WeakSet<Span>();

export function recordInput(span: Span, input: unknown): void {
  if (input !== undefined) record(span, input, attribute.input, attribute.inputTruncatedBytes);
}

/** `explicit` wins over `returned`, whichever comes first. */
export function recordOutput(span: Span, output: unknown, origin: "explicit" | "returned"): void {
  if (origin === "explicit") explicitOutputs.add(span);
  else if (output === undefined || explicitOutputs.has(span)) return;
  record(span, output, attribute.output, attribute.outputTruncatedBytes);
}

/** Status, `error.type` and an exception event, as OpenTelemetry has them. */
export function recordError(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const isError = error instanceof Error;
  const type = isError ? typeOf(error) : typeof error;
  const message = mask(isError ? String(error.message) : toPayload(error, errorLimitLength).text).slice(
    0,
    errorLimitLength,
  );
  const stack = isError && error.stack ? mask(error.stack).slice(0, errorLimitLength) : undefined;
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.setAttribute("error.type", type);
  span.addEvent("exception", {
    "exception.type": type,
    "exception.message": message,
    ...(stack === undefined ? {} : { "exception.stacktrace": stack }),
  });
}

/** `ECONNREFUSED` says more than `Error`. */
function typeOf(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return error.name === "Error" && code ? code : error.name || error.constructor.name;
}

function record(span: Span, value: unknown, textKey: string, truncatedKey: string): void {
  if (!span.isRecording() || !currentClient()?.options.captureContent) return;
  const { text, truncatedBytes } = toPayload(value, payloadLimitBytes);
  span.setAttribute(textKey, mask(text));
  if (truncatedBytes > 0) span.setAttribute(truncatedKey, truncatedBytes);
}

function mask(text: string): string {
  const rewrite = currentClient()?.options.mask;
  if (rewrite === undefined) return text;
  return guarded("the mask function failed, so texts are withheld", () => String(rewrite(text))) ?? withheld;
}
