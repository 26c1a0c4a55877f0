/** Derives a project's stages soon after it changed, so that what was reached is recorded though nobody looks. */
import type { Logger } from "pino";
import type { ProjectScope } from "../router.ts";

/** Deriving takes a dozen queries: not for every trace. */
const minDelayMs = 2000;
/** Some of them read the whole history. While a project keeps changing, they take a tenth of the time at most. */
const restPerWork = 9;

export function createObserver(observe: (project: ProjectScope) => Promise<void>, log: Logger) {
  /** By project. */
  const scheduled = new Map<number, NodeJS.Timeout>();
  const running = new Map<number, { work: Promise<void>; isStale: boolean }>();
  let isClosed = false;

  const schedule = (project: ProjectScope, delayMs: number) => {
    if (!isClosed) scheduled.set(project.id, setTimeout(run, delayMs, project));
  };
  const run = (project: ProjectScope) => {
    scheduled.delete(project.id);
    const startMs = performance.now();
    const work = observe(project)
      .catch((error) => log.error({ err: error, project: project.slug }, "stages could not be derived"))
      .finally(() => {
        running.delete(project.id);
        if (entry.isStale) schedule(project, Math.max(minDelayMs, restPerWork * (performance.now() - startMs)));
      });
    const entry = { work, isStale: false };
    running.set(project.id, entry);
  };

  return {
    /** Returns at once; many calls within the delay are one. */
    schedule(project: ProjectScope): void {
      const current = running.get(project.id);
      if (current) current.isStale = true;
      else if (!scheduled.has(project.id)) schedule(project, minDelayMs);
    },

    /** Drops what is scheduled and waits for what runs. */
    async close(): Promise<void> {
      isClosed = true;
      for (const timer of scheduled.values()) clearTimeout(timer);
      scheduled.clear();
      await Promise.all([...running.values()].map(({ work }) => work));
    },
  };
}
