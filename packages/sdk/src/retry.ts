/** When to try again, and after how long. */
import { setTimeout as sleepMs } from "node:timers/promises";

const firstDelayMs = 500;
const maxDelayMs = 30_000;
const maxRetryAfterMs = 120_000;

/** Everything else would fail the same way again. */
export function isWorthRetrying(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * Exponential back-off with jitter in [½, 1], so that a fleet does not return in step; the server's `Retry-After` wins.
 *
 * @param attempt 1 after the first failure.
 */
export function retryDelayMs(attempt: number, retryAfter: string | undefined, random = Math.random): number {
  const askedForMs = parseRetryAfterMs(retryAfter);
  if (askedForMs !== undefined) return Math.min(askedForMs, maxRetryAfterMs);
  return Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1)) * (0.5 + random() / 2);
}

/** Sleeps without keeping the process alive; an abort wakes it, and is no error. */
export async function pauseMs(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleepMs(delayMs, undefined, { ref: false, signal }).catch(() => {});
}

/** Seconds or an HTTP date. */
function parseRetryAfterMs(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const seconds = Number(text);
  const delayMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(delayMs) ? Math.max(0, delayMs) : undefined;
}
