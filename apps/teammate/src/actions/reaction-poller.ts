/** Asks for reactions on a schedule, since GitHub tells nobody about them. */
import type { GitHub } from "../github/client.ts";
import type { ActionStore } from "./action-store.ts";
import { type FeedbackSources, tellReactions } from "./feedback.ts";

export interface ReactionPoller {
  /** ISO 8601; `null` before the first sweep ended. */
  lastSweepAt(): string | null;
  /** Resolves when the sweep at work is done. */
  stop(): Promise<void>;
}

/** Requests of one sweep: at the default of one in ten minutes, an eighth of GitHub's hourly limit. */
const commentsPerSweep = 100;

/** Starts sweeping every `intervalMs`; a comment is looked at ever more rarely as it gets older. */
export function startReactionPoller(
  github: GitHub,
  actions: ActionStore,
  sources: FeedbackSources,
  intervalMs: number,
): ReactionPoller {
  let sweptAt: string | null = null;
  let isStopping = false;
  let sweeping: Promise<void> | null = null;

  async function sweep(): Promise<void> {
    for (const action of actions.listDueForPolling(Date.now(), commentsPerSweep)) {
      if (isStopping) return;
      // Also when it fails: a deleted comment must not keep the others from their turn.
      actions.markPolled(action.deliveryId, Date.now(), intervalMs);
      await tellReactions(github, actions, sources, action).catch((error: unknown) => {
        console.error(`Reactions of ${action.repository}#${action.number} could not be read: ${String(error)}`);
      });
    }
    sweptAt = new Date().toISOString();
  }

  const timer = setInterval(() => {
    sweeping ??= sweep().finally(() => {
      sweeping = null;
    });
  }, intervalMs);

  return {
    lastSweepAt: () => sweptAt,
    async stop() {
      isStopping = true;
      clearInterval(timer);
      await sweeping;
    },
  };
}
