/** When an engine is a server of its own, it can be away: what people read then, at the start and later. */
import { ProblemError } from "../problem.ts";
import { StartError } from "../start-error.ts";

/** For a request that the engine could not answer: worth trying again. */
export function toUnavailable(engine: string, cause: unknown): ProblemError {
  return new ProblemError("unavailable", `${engine} does not answer. Retry later; the server's log says why.`, {
    retryAfterSeconds: 5,
    cause,
  });
}

/** For a URL of the environment that cannot be used; leaves out the URL's password. */
export function toUnusableUrl(variable: string, url: string, cause: unknown): StartError {
  const shown = Object.assign(new URL(url), { password: "" });
  const { message = "", code } = findRootCause(cause) as { message?: string; code?: string };
  const reason = message.replace(/[\s.]+$/, "") || code;
  return new StartError(
    `${variable}: ${shown} cannot be used: ${reason}. Start that server or correct the URL; without ${variable} the embedded engine is used.`,
    { cause },
  );
}

/** The innermost error: the ones around it only say that something failed. */
export function findRootCause(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return findRootCause(error.errors[0]);
  return error instanceof Error && error.cause instanceof Error ? findRootCause(error.cause) : error;
}

/** False when the check fails or takes longer than a probe may. */
export async function isAnswered(check: Promise<unknown>): Promise<boolean> {
  const { promise: limit, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, maxProbeMs, false);
  const answer = check.then(
    () => true,
    () => false,
  );
  return Promise.race([answer, limit]).finally(() => clearTimeout(timer));
}

/** A busy engine may keep a probe waiting for seconds; one that is gone without a word, for ever. */
const maxProbeMs = 10_000;
