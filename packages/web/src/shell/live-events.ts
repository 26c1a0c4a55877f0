/** The server's events keep the pages live: each names what changed, and the queries that show it ask again. */
import type { ServerEvent } from "@ratchet/protocol";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

export type LiveState = "connecting" | "live" | "reconnecting";

/** A busy project sends many events a second; pages refresh at most this often. */
const refreshEveryMs = 1000;

/**
 * First parts of the query keys below the project that an event makes stale. The traces list is not among them:
 * it would move under the reader's eyes, so its page decides.
 */
const staleKeys: Record<ServerEvent["type"], string[]> = {
  trace: ["home", "trace", "newest-traces"],
  feedback: ["home", "trace", "newest-traces"],
  signal: ["home", "trace", "newest-traces", "failures", "failure", "loop"],
  failure: ["home", "failures", "failure", "loop"],
  dataset: ["home", "datasets", "dataset", "loop", "failure", "failures"],
  experiment: ["home", "experiments", "experiment", "compare", "loop"],
  gate: ["home", "experiments", "experiment", "compare", "gates", "gate", "failure", "failures", "loop"],
  prompt: ["home", "prompts", "prompt", "failure", "failures", "loop"],
  release: ["home", "releases", "release", "prompts", "prompt", "rollouts", "rollout", "loop"],
  rollout: ["home", "rollouts", "rollout", "releases", "release", "failure", "failures", "loop"],
  project: ["home"],
};

/** Follows the project's events for as long as the component is mounted; says whether the line stands. */
export function useLiveEvents(project: string): LiveState {
  const queryClient = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(() => {
    setState("connecting");
    const source = new EventSource(`/api/events?project=${encodeURIComponent(project)}`);
    const refresh = createRefresher(queryClient, project);
    let wasLost = false;
    source.onopen = () => {
      setState("live");
      // Events sent while the line was down are lost: everything may be stale.
      if (wasLost) void queryClient.invalidateQueries();
      wasLost = false;
    };
    source.onerror = () => {
      wasLost = true;
      setState("reconnecting");
    };
    source.addEventListener("change", ({ data }) => refresh.note(JSON.parse(data) as ServerEvent));
    return () => {
      source.close();
      refresh.stop();
    };
  }, [queryClient, project]);
  return state;
}

function createRefresher(queryClient: QueryClient, project: string) {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const key of waiting) void queryClient.invalidateQueries({ queryKey: [project, key] });
    waiting.clear();
  };
  return {
    note(event: ServerEvent) {
      for (const key of staleKeys[event.type] ?? []) waiting.add(key);
      if (event.type === "project") void queryClient.invalidateQueries({ queryKey: ["projects"] });
      timer ??= setTimeout(flush, refreshEveryMs);
    },
    stop: () => clearTimeout(timer),
  };
}
