/** Whether there is room for more data: an engine that runs into a full disk mid-merge is harder to save than one that stops before. */
import { ProblemError } from "../problem.ts";

/** A disk does not fill faster than this many milliseconds of full load can tell. */
const freshMs = 2000;
const mebibyte = 1024 * 1024;

/**
 * @param findFreeBytes May fail: an engine that is away is not full.
 * @param minFreeBytes Below it nothing is taken.
 */
export function createSpaceWatch(findFreeBytes: () => Promise<number>, minFreeBytes: number) {
  let freeBytes = Number.POSITIVE_INFINITY;
  let askedMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  const refresh = (): Promise<void> => {
    askedMs = performance.now();
    asking ??= findFreeBytes()
      .then(
        (found) => {
          freeBytes = found;
        },
        () => {},
      )
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };

  return {
    /** By what is known; asks anew beside it when that is old. @throws ProblemError `unavailable` */
    assertRoom(): void {
      if (performance.now() - askedMs > freshMs) void refresh();
      if (freeBytes < minFreeBytes) throw toNoRoom();
    },

    /** As it is now. */
    async hasRoom(): Promise<boolean> {
      await refresh();
      return freeBytes >= minFreeBytes;
    },

    /** The engine said so itself. Until there is room again nothing is taken. */
    reportFull(cause: unknown): ProblemError {
      freeBytes = 0;
      askedMs = performance.now();
      return toNoRoom(cause);
    },
  };

  function toNoRoom(cause?: unknown): ProblemError {
    const [free, needed] = [freeBytes, minFreeBytes].map((bytes) => Math.floor(bytes / mebibyte));
    return new ProblemError(
      "unavailable",
      `The disk is full: ${free} MiB are left where telemetry is stored, and ${needed} MiB are needed to go on. Free some space; nothing that was acknowledged is lost.`,
      { retryAfterSeconds: 30, cause },
    );
  }
}
