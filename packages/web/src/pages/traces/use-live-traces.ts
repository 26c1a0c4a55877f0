/** The traces list that grows at its head without moving what is being read. */
import type { TraceSummary } from "@ratchet/protocol";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { newestTracesQuery, type TraceFilter, tracesQuery } from "../../api/traces.ts";

export interface LiveTraces {
  list: ReturnType<typeof useList>;
  /** Loaded rows, with the newest state of each. */
  rows: TraceSummary[];
  total: number;
  /** False when there are more than `total`. */
  isTotalExact: boolean;
  /** How many newer traces have come since; `capped` when there may be more than were looked at. */
  fresh: { count: number; capped: boolean };
  /** Puts the newer traces on top. */
  showFresh: () => void;
}

/** `mayMove` is asked before rows are put on top unasked: false while the reader is in the list. */
export function useLiveTraces(project: string, filter: TraceFilter, live: boolean, mayMove: () => boolean): LiveTraces {
  const queryClient = useQueryClient();
  const list = useList(project, filter);
  const isSettled = useSettled(list.data !== undefined);
  const { data: newest } = useQuery({ ...newestTracesQuery(project, filter), enabled: live && isSettled });
  const loaded = list.data?.pages.flatMap((page) => page.traces) ?? [];
  const newestById = new Map((live ? newest?.traces : undefined)?.map((trace) => [trace.traceId, trace]));
  const rows = loaded.map((trace) => newestById.get(trace.traceId) ?? trace);
  for (const { traceId } of loaded) newestById.delete(traceId);
  // Only what is newer than the first row counts: older ones that are not loaded yet come by scrolling.
  const head = loaded[0]?.startTime ?? "";
  const count = [...newestById.values()].filter(({ startTime }) => startTime >= head).length;
  const showFresh = useCallback(() => {
    if (newest === undefined) return;
    queryClient.setQueryData(tracesQuery(project, filter).queryKey, { pages: [newest], pageParams: [undefined] });
  }, [queryClient, project, filter, newest]);
  useEffect(() => {
    if (count > 0 && mayMove()) showFresh();
  }, [count, mayMove, showFresh]);
  const counted = (live ? newest : undefined) ?? list.data?.pages[0];
  return {
    list,
    rows,
    total: Math.max(counted?.total ?? 0, rows.length),
    isTotalExact: counted?.isTotalExact ?? true,
    fresh: { count, capped: count > 0 && count === newest?.traces.length },
    showFresh,
  };
}

/** The list is read first; what came meanwhile is asked for when it stands. */
const settleMs = 1000;

/** Turns true a moment after `hasData` did, and stays so. */
function useSettled(hasData: boolean): boolean {
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    if (!hasData) return;
    const timer = setTimeout(() => setSettled(true), settleMs);
    return () => clearTimeout(timer);
  }, [hasData]);
  return isSettled;
}

function useList(project: string, filter: TraceFilter) {
  return useInfiniteQuery({
    ...tracesQuery(project, filter),
    // The list changes by its reader's wish only.
    refetchOnWindowFocus: false,
    placeholderData: (previous) => previous,
  });
}
