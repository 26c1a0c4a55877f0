/** Tells open pages which traces changed, without flooding them. */
import type { ServerEvent } from "@ratchet/protocol";
import type { Span } from "./span.ts";

/** A trace is announced at once, and then at most once in this time. */
const intervalMs = 1000;
/** A page that lists traces learns no more from the hundred-and-first. */
const maxPerInterval = 100;

export function createAnnouncer(publish: (event: ServerEvent) => void) {
  /** By project: traces announced in this interval; `true` for those that changed again since. */
  const intervals = new Map<string, Map<string, boolean>>();

  const announce = (project: string, traceIds: Iterable<string>) => {
    let announced = intervals.get(project);
    if (!announced) {
      announced = new Map();
      intervals.set(project, announced);
      setTimeout(() => endInterval(project), intervalMs).unref();
    }
    for (const traceId of traceIds) {
      if (announced.has(traceId)) announced.set(traceId, true);
      else if (announced.size < maxPerInterval) {
        announced.set(traceId, false);
        publish({ type: "trace", project, id: traceId });
      }
    }
  };

  const endInterval = (project: string) => {
    const announced = intervals.get(project) ?? new Map<string, boolean>();
    intervals.delete(project);
    const changed = [...announced].filter(([, isChanged]) => isChanged).map(([traceId]) => traceId);
    if (changed.length > 0) announce(project, changed);
  };

  return (spans: readonly Span[]): void => {
    for (const [project, ofProject] of Map.groupBy(spans, (span) => span.project.slug)) {
      announce(project, new Set(ofProject.map((span) => span.traceId)));
    }
  };
}
