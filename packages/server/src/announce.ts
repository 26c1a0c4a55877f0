/** Tells open pages and SDKs what changed, without flooding them: for what may change many times a second. */
import type { ServerEvent } from "@ratchet/protocol";

/** A thing is announced at once, and then at most once in this time. */
const intervalMs = 1000;
/** A page that lists things learns no more from the hundred-and-first. */
const maxPerInterval = 100;

/** Events of one kind in one project. */
type Subject = Pick<ServerEvent, "type" | "project">;
export type Announce = (subject: Subject, ids: Iterable<string>) => void;

export function createAnnouncer(publish: (event: ServerEvent) => void): Announce {
  /** By subject: ids announced in this interval; `true` for those that changed again since. */
  const intervals = new Map<string, Map<string, boolean>>();

  const announce: Announce = (subject, ids) => {
    const key = JSON.stringify([subject.project, subject.type]);
    let announced = intervals.get(key);
    if (!announced) {
      announced = new Map();
      intervals.set(key, announced);
      setTimeout(() => endInterval(key, subject), intervalMs).unref();
    }
    for (const id of ids) {
      if (announced.has(id)) announced.set(id, true);
      else if (announced.size < maxPerInterval) {
        announced.set(id, false);
        publish({ ...subject, id });
      }
    }
  };

  const endInterval = (key: string, subject: Subject) => {
    const announced = intervals.get(key) ?? new Map<string, boolean>();
    intervals.delete(key);
    const changed = [...announced].filter(([, isChanged]) => isChanged).map(([id]) => id);
    if (changed.length > 0) announce(subject, changed);
  };

  return announce;
}
