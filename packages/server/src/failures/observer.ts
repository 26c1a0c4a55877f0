/** Derives a project's stages soon after it changed, so that what was reached is recorded though nobody looks. */
import type { Logger } from "pino";
import type { ProjectScope } from "../router.ts";

/** Deriving takes a dozen queries: not for every trace. */
const delayMs = 2000;

export function createObserver(observe: (project: ProjectScope) => Promise<void>, log: Logger) {
  const scheduled = new Map<number, NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  const run = (project: ProjectScope) => {
    scheduled.delete(project.id);
    const work = observe(project)
      .catch((error) => log.error({ err: error, project: project.slug }, "stages could not be derived"))
      .finally(() => running.delete(work));
    running.add(work);
  };
  return {
    /** Returns at once; many calls within the delay are one. */
    schedule(project: ProjectScope): void {
      if (!scheduled.has(project.id)) scheduled.set(project.id, setTimeout(run, delayMs, project));
    },

    /** Drops what is scheduled and waits for what runs. */
    async close(): Promise<void> {
      for (const timer of scheduled.values()) clearTimeout(timer);
      scheduled.clear();
      await Promise.all(running);
    },
  };
}
