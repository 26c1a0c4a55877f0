/** What the small GitHub of the sample holds: threads with their labels, comments and reactions. */
import type { Thread } from "../threads.ts";

export interface Comment {
  id: number;
  author: string;
  body: string;
  createdAt: string;
  reactions: { id: number; content: "+1" | "-1"; author: string }[];
}
/** A thread as it is now: comments and labels arrive as time goes on. */
export interface LiveThread extends Omit<Thread, "comments" | "labels"> {
  labels: string[];
  comments: Comment[];
  isClosed: boolean;
}

export type GitHubState = ReturnType<typeof createGitHubState>;

/** @param history Threads that are there, closed and labelled, before the replay begins. */
export function createGitHubState(history: readonly Thread[]) {
  let nextId = 1;
  const threads = new Map<string, LiveThread>();
  const labels = new Map<string, Set<string>>();
  const key = (repository: string, number: number) => `${repository}#${number}`;

  const state = {
    /** Opens a thread without labels or comments. */
    open(thread: Thread): LiveThread {
      const live: LiveThread = { ...thread, labels: [], comments: [], isClosed: false };
      threads.set(key(thread.repository, thread.number), live);
      return live;
    },

    find: (repository: string, number: number) => threads.get(key(repository, number)),

    /** Newest first. */
    list: (repository: string) =>
      [...threads.values()]
        .filter((thread) => thread.repository === repository)
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.number - a.number),

    /** The labels that the repository has, whether used yet or not. */
    listLabels: (repository: string) => [...(labels.get(repository) ?? [])].sort(),

    defineLabels(repository: string, names: readonly string[]) {
      labels.set(repository, new Set([...(labels.get(repository) ?? []), ...names]));
    },

    addComment(thread: LiveThread, author: string, body: string, createdAt: string): Comment {
      const comment: Comment = { id: nextId++, author, body, createdAt, reactions: [] };
      thread.comments.push(comment);
      return comment;
    },

    findComment(repository: string, id: number): Comment | undefined {
      for (const thread of threads.values()) {
        if (thread.repository !== repository) continue;
        const comment = thread.comments.find((candidate) => candidate.id === id);
        if (comment) return comment;
      }
      return undefined;
    },

    addReaction(comment: Comment, author: string, content: "+1" | "-1") {
      comment.reactions.push({ id: nextId++, content, author });
    },
  };

  for (const thread of history) {
    const live = state.open(thread);
    live.labels = [...thread.labels];
    live.isClosed = true;
    for (const comment of thread.comments) state.addComment(live, comment.author, comment.body, comment.createdAt);
  }
  return state;
}
