/** Plays threads into Teammate one by one, and the people's part after each. */
import type { GitHubState, LiveThread } from "./github/state.ts";
import { chooseReaction, compareLabels, findAuthorReply } from "./people.ts";
import type { Teammate } from "./teammate.ts";
import type { Thread } from "./threads.ts";
import type { WebhookSender } from "./webhooks.ts";

export interface Replay {
  /** Threads played so far, and all that there are. */
  readonly played: number;
  readonly total: number;
  /** Plays up to `count` more threads, or until `isEnough` says so after one. Gives how many it played. */
  play(count: number, isEnough?: () => Promise<boolean>): Promise<number>;
}

/** Where people's labels come from on GitHub. */
const maintainer = "maintainer";

export function createReplay(parts: {
  threads: readonly Thread[];
  state: GitHubState;
  send: WebhookSender;
  teammate: Teammate;
  login: string;
  seed: number;
  onPlayed: (played: number, thread: Thread) => void;
}): Replay {
  const { threads, state, send, teammate, login, seed } = parts;
  let played = 0;

  const playOne = async (thread: Thread) => {
    const live = state.open(thread);
    state.defineLabels(thread.repository, thread.labels);
    await send.opened(live);
    await teammate.waitUntilIdle();
    await reactTo(thread, live);
    endThread(thread, live);
  };

  const reactTo = async (thread: Thread, live: LiveThread) => {
    const ours = live.comments.find((comment) => comment.author === login);
    const reaction = ours && chooseReaction(seed, thread, ours.body);
    if (ours && reaction) state.addReaction(ours, `reader-of-${thread.number}`, reaction);
    // Threads without labels in the data were not labelled by anybody: that says nothing about ours.
    if (thread.labels.length > 0) {
      const { removed, added } = compareLabels(thread, live.labels);
      live.labels = [...thread.labels];
      for (const label of removed) await send.labelChanged(live, "unlabeled", label, maintainer);
      for (const label of added) await send.labelChanged(live, "labeled", label, maintainer);
    }
    const reply = findAuthorReply(thread);
    if (reply !== undefined) await send.commented(live, state.addComment(live, thread.author, reply, thread.createdAt));
  };

  /** Later threads find this one with everything that was said in it. */
  const endThread = (thread: Thread, live: LiveThread) => {
    const said = new Set(live.comments.map((comment) => comment.body));
    for (const { author, body, createdAt } of thread.comments) {
      if (!said.has(body)) state.addComment(live, author, body, createdAt);
    }
    live.isClosed = true;
  };

  return {
    get played() {
      return played;
    },
    total: threads.length,
    async play(count, isEnough) {
      const from = played;
      for (const thread of threads.slice(from, from + count)) {
        await playOne(thread);
        played++;
        parts.onPlayed(played, thread);
        if (await isEnough?.()) break;
      }
      await teammate.waitUntilIdle();
      return played - from;
    },
  };
}
