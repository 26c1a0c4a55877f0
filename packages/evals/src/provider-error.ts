/** Tells failures of a provider (the model, the network) from failures of what is judged: only the latter count. */

const mark = Symbol.for("ratchet.provider-error");

/**
 * Throw it from a task or evaluator when a service that it depends on failed: the trial is *void*, not an error.
 *
 * @example throw new ProviderError("The model answered 529 (overloaded).", { cause: response });
 */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly [mark] = true;
}

const networkCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_SOCKET",
]);
const maximumDepth = 10;

/**
 * Whether the error, or one that caused it, is a {@link ProviderError}, a refused or broken connection,
 * or an HTTP client's error with a status that says "not now" or "not you" (401, 403, 408, 429, 5xx).
 */
export function isProviderFailure(error: unknown): boolean {
  const pending = [error];
  for (let depth = 0; depth < maximumDepth && pending.length > 0; depth++) {
    const current = pending.shift();
    if (typeof current !== "object" || current === null) continue;
    const { code, statusCode, cause, lastError } = current as Record<string, unknown>;
    if (mark in current || (typeof code === "string" && networkCodes.has(code)) || isProviderStatus(statusCode)) {
      return true;
    }
    // `lastError` is where the AI SDK's retry error keeps the reason.
    pending.push(cause, lastError);
    if (current instanceof AggregateError) pending.push(...current.errors);
  }
  return false;
}

function isProviderStatus(status: unknown): boolean {
  return typeof status === "number" && ([401, 403, 408, 429].includes(status) || (status >= 500 && status < 600));
}
