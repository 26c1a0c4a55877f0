/** The server's events keep the pages live: each names what changed, and the queries that show it ask again. */
import type { ServerEvent } from "@ratchet/protocol";
import { type QueryClient, type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { staleKeys } from "./stale-keys.ts";

export type LiveState = "connecting" | "live" | "reconnecting";

/** A busy project sends many events a second; pages refresh at most this often. */
const refreshEveryMs = 1000;
/** Browsers try again by themselves after a cut, but not after an answer such as 503. */
const reopenAfterMs = 3000;

/** Follows the project's events for as long as the component is mounted; says whether the line stands. */
export function useLiveEvents(project: string): LiveState {
  const queryClient = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(() => {
    setState("connecting");
    const refresher = createRefresher(queryClient, project);
    const close = openEvents(project, {
      onOpen: (wasLost) => {
        setState("live");
        if (wasLost) refresher.refreshAll();
      },
      onLost: () => setState("reconnecting"),
      onEvent: refresher.note,
    });
    return () => {
      close();
      refresher.stop();
    };
  }, [queryClient, project]);
  return state;
}

interface EventHandlers {
  /** `wasLost`: events sent in between are gone. */
  onOpen: (wasLost: boolean) => void;
  onLost: () => void;
  onEvent: (event: ServerEvent) => void;
}

/** Keeps one stream open, reopening it whatever ended it. Gives back how to close it. */
function openEvents(project: string, { onOpen, onLost, onEvent }: EventHandlers): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasLost = false;
  const open = () => {
    source = new EventSource(`/api/events?project=${encodeURIComponent(project)}`);
    source.onopen = () => {
      onOpen(wasLost);
      wasLost = false;
    };
    source.onerror = () => {
      wasLost = true;
      onLost();
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, reopenAfterMs);
    };
    source.addEventListener("change", ({ data }) => onEvent(JSON.parse(data) as ServerEvent));
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

function createRefresher(queryClient: QueryClient, project: string) {
  const waiting = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const queryKey of waiting.values()) void queryClient.invalidateQueries({ queryKey });
    waiting.clear();
  };
  return {
    note(event: ServerEvent) {
      for (const queryKey of staleKeys(event, project)) waiting.set(JSON.stringify(queryKey), queryKey);
      timer ??= setTimeout(flush, refreshEveryMs);
    },
    /** All but the traces list, which only its reader moves. */
    refreshAll() {
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== "traces" });
    },
    stop: () => clearTimeout(timer),
  };
}
