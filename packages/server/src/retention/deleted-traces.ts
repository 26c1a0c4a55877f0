/** What was deleted, in memory: late spans of it are refused, as they would bring it back. */
import type { ProjectScope } from "../router.ts";

/** Some 11 MB. The oldest are forgotten first; whoever sends spans that late, sends them anew. */
export const maxRemembered = 100_000;

export function createDeletedTraces() {
  const traces = new Set<string>();
  const projects = new Set<number>();
  return {
    add(projectId: number, traceIds: readonly string[]): void {
      for (const traceId of traceIds) traces.add(`${projectId}/${traceId}`);
      for (const oldest of traces) {
        if (traces.size <= maxRemembered) break;
        traces.delete(oldest);
      }
    },

    addProject(projectId: number): void {
      projects.add(projectId);
    },

    removeProject(projectId: number): void {
      projects.delete(projectId);
    },

    /** A sentence for the client; `null` when nothing was deleted. */
    findRefusal(project: ProjectScope, traceId: string): string | null {
      if (projects.has(project.id)) return `The project ${project.slug} was deleted.`;
      return traces.has(`${project.id}/${traceId}`)
        ? `The trace ${traceId} was deleted; what arrives of it later is not taken.`
        : null;
    },
  };
}

export type DeletedTraces = ReturnType<typeof createDeletedTraces>;
