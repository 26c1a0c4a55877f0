/** The one place where an error becomes an HTTP response (RFC 9457). */
import { type Problem, type ProblemCode, problems } from "@ratchet/protocol";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Logger } from "pino";
import { ProblemError } from "../problem.ts";

/** For `app.onError`: known problems as they are, everything else as `internal` with the details in the log only. */
export function createErrorHandler(log: Logger) {
  return (error: Error, c: Context): Response => {
    const known = toKnown(error);
    if (known) return toResponse(known);
    log.error({ err: error, method: c.req.method, path: c.req.path }, "request failed");
    return toResponse(
      new ProblemError("internal", "The server failed on this request. Its log says why.", { cause: error }),
    );
  };
}

export function toResponse(error: ProblemError): Response {
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
  if (!(error instanceof HTTPException)) return undefined;
  const code = (Object.keys(problems) as ProblemCode[]).find((name) => problems[name].status === error.status);
  return new ProblemError(code ?? "invalid-request", error.message || "The request is not valid", { cause: error });
}
