/** Skeletons of the huge traces that are being looked at: the newest of each, those used least recently go first. */
import type { Skeleton } from "./skeleton.ts";

/** Of all skeletons together: some 45 MB. */
const maxRows = 1_000_000;

export function createSkeletonCache() {
  const kept = new Map<string, { version: string; skeleton: Skeleton }>();
  const underWay = new Map<string, Promise<Skeleton>>();
  let rowCount = 0;

  const forget = (trace: string) => {
    rowCount -= kept.get(trace)?.skeleton.rowCount ?? 0;
    kept.delete(trace);
  };
  const keep = (trace: string, version: string, skeleton: Skeleton) => {
    forget(trace);
    kept.set(trace, { version, skeleton });
    rowCount += skeleton.rowCount;
    for (const [oldest] of kept) {
      if (rowCount <= maxRows || oldest === trace) break;
      forget(oldest);
    }
  };
  const findOptional = (trace: string, version: string): Skeleton | undefined => {
    const found = kept.get(trace);
    if (found?.version !== version) return undefined;
    kept.delete(trace);
    kept.set(trace, found);
    return found.skeleton;
  };

  return {
    findOptional,

    /** In whatever version. */
    has: (trace: string): boolean => kept.has(trace),

    /** Builds it when it is not there; once, however many ask for it meanwhile. */
    async find(trace: string, version: string, build: () => Promise<Skeleton>): Promise<Skeleton> {
      const found = findOptional(trace, version);
      if (found) return found;
      const key = `${trace} ${version}`;
      const building = underWay.get(key) ?? build().finally(() => underWay.delete(key));
      underWay.set(key, building);
      const skeleton = await building;
      keep(trace, version, skeleton);
      return skeleton;
    },
  };
}
