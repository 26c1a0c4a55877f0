/** What the fixture server knows, by project: it changes while a test runs. */
import type { Failure, Project, TraceSummary } from "@ratchet/protocol";
import { makeFailures } from "./sample-failures.ts";
import { makeProjects } from "./sample-home.ts";
import { makeTraces } from "./sample-traces.ts";

export interface FixtureWorld {
  projects: Project[];
  /** Newest first. */
  tracesOf: (project: string) => TraceSummary[];
  failuresOf: (project: string) => Failure[];
}

export function createWorld(now: number): FixtureWorld {
  const failures = makeFailures(now);
  const none: TraceSummary[] = [];
  const few = makeTraces(1204, now);
  const many = makeTraces(10_000, now, 2);
  return {
    projects: makeProjects(now),
    tracesOf: (project) => (project === "default" ? none : project === "huge" ? many : few),
    failuresOf: (project) => (project === "default" ? [] : failures),
  };
}
