/** The one error that features throw for something the caller can act on; `http/` turns it into RFC 9457. */
import type { Problem, ProblemCode } from "@ratchet/protocol";
import type { z } from "zod";

/**
 * @example throw new ProblemError("not-found", "There is no dataset refunds in project default. GET /api/datasets lists them.")
 */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly errors: Problem["errors"];
  /** Seconds, for `too-busy` and `unavailable`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { errors?: Problem["errors"]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = "ProblemError";
    this.code = code;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A zod failure as `invalid-request`, one entry a field. */
export function toInvalidRequest(error: z.core.$ZodError): ProblemError {
  const errors = error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  const [first] = errors;
  const place = first?.path ? `${first.path}: ` : "";
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : "";
  return new ProblemError("invalid-request", `${place}${first?.message ?? "The request is not valid"}${more}`, {
    errors,
  });
}
