/** The one place where an error becomes an HTTP response: RFC 9457, or what OTLP's clients expect. */
import { type Problem, type ProblemCode, problems } from "@ratchet/protocol";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Logger } from "pino";
import { ProblemError } from "../problem.ts";
import { isExport, toOtlpErrorResponse } from "../telemetry/otlp-response.ts";

/** For `app.onError`: known problems as they are, everything else as `internal` with the details in the log only. */
export function createErrorHandler(log: Logger) {
  return (error: Error, c: Context): Response => {
    const { method, path } = c.req;
    const known = toKnown(error);
    if (!known || known.code === "unavailable")
      log.error({ err: known?.cause ?? error, method, path }, "request failed");
    const problem =
      known ?? new ProblemError("internal", "The server failed on this request. Its log says why.", { cause: error });
    return isExport(method, path) ? toOtlpErrorResponse(problem, c.req.header("content-type")) : toResponse(problem);
  };
}

function toResponse(error: ProblemError): Response {
  const { status, title } = problems[error.code];
  const body: Problem = {
    type: `https://ratchet.dev/problems/${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    ...(error.errors && { errors: error.errors }),
  };
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (error.retryAfterSeconds !== undefined) headers.set("retry-after", String(error.retryAfterSeconds));
  if (error.code === "unauthenticated") headers.set("www-authenticate", 'Bearer realm="ratchet"');
  return new Response(JSON.stringify(body), { status, headers });
}

/** Hono's own refusals (malformed JSON, too large) and ours. */
function toKnown(error: Error): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  if (error instanceof URIError)
    return new ProblemError("invalid-request", "The address has a % that encodes nothing.");
  if (!(error instanceof HTTPException)) return undefined;
  const code = (Object.keys(problems) as ProblemCode[]).find((name) => problems[name].status === error.status);
  return new ProblemError(code ?? "invalid-request", error.message || "The request is not valid", { cause: error });
}
