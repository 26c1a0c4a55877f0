/** What Teammate knows of one repository: its past threads, its labels, and how they were given. */

import { scoreByCues } from "./label-cues.ts";
import { type LabelModel, type LabelScore, type LabelSubject, trainLabels } from "./label-model.ts";
import type { Comment, Thread } from "./thread.ts";
import { ThreadIndex } from "./thread-index.ts";

/** Where knowledge comes from: GitHub, or a snapshot in an eval. */
export interface HistorySource {
  /** Newest first, at most `limit`; bodies are clean. */
  listThreads(repository: string, limit: number): Promise<Thread[]>;
  listLabels(repository: string): Promise<string[]>;
  /** Oldest first. */
  listComments(ref: { repository: string; number: number }): Promise<Comment[]>;
}

/** Threads whose comments are kept; the others are asked for again. */
const maxCachedThreads = 500;
/** Label changes that are gathered before the model is learnt anew. */
const changesPerTraining = 10;

export class RepositoryKnowledge {
  readonly index = new ThreadIndex();
  readonly labels: readonly string[];
  readonly #comments = new Map<number, Promise<Comment[]>>();
  readonly #listComments: (number: number) => Promise<Comment[]>;
  #model: LabelModel | null = null;
  #changes = 0;

  constructor(
    threads: readonly Thread[],
    labels: readonly string[],
    listComments: (number: number) => Promise<Comment[]>,
  ) {
    this.labels = labels;
    this.#listComments = listComments;
    for (const thread of threads) this.index.put(thread);
  }

  /** Of the repository's own labels, most probable first: learnt where there are examples, by cues where there are not. */
  scoreLabels(subject: LabelSubject): LabelScore[] {
    if (!this.#model || this.#changes >= changesPerTraining) {
      this.#model = trainLabels(this.index.threads(), this.labels);
      this.#changes = 0;
    }
    const learnt = this.#model.score(subject);
    const known = new Set(learnt.map(({ label }) => label));
    const guessed = scoreByCues(
      subject,
      this.labels.filter((label) => !known.has(label)),
    );
    return [...learnt, ...guessed].sort((a, b) => b.probability - a.probability);
  }

  /** An event showed this thread. */
  learn(thread: Thread): void {
    const before = this.index.findOptional(thread.number);
    if (before?.labels.join("\n") !== thread.labels.join("\n")) this.#changes++;
    this.index.put(thread);
  }

  /** A person corrected our labels: worth learning at once. */
  learnCorrection(thread: Thread): void {
    this.learn(thread);
    this.#changes = changesPerTraining;
  }

  comments(number: number): Promise<Comment[]> {
    const known = this.#comments.get(number);
    if (known) return known;
    const comments = this.#listComments(number);
    this.#comments.set(number, comments);
    comments.catch(() => this.#comments.delete(number));
    if (this.#comments.size > maxCachedThreads) this.#comments.delete(this.#comments.keys().next().value as number);
    return comments;
  }

  /** Somebody commented: what was read before is stale. */
  forgetComments(number: number): void {
    this.#comments.delete(number);
  }
}

/** Repositories that are kept in memory. */
const maxRepositories = 200;

/** Loads a repository's history at first use and keeps it. */
export class KnowledgeBase {
  readonly #source: HistorySource;
  readonly #maxThreads: number;
  readonly #repositories = new Map<string, Promise<RepositoryKnowledge>>();

  constructor(source: HistorySource, maxThreads: number) {
    this.#source = source;
    this.#maxThreads = maxThreads;
  }

  of(repository: string): Promise<RepositoryKnowledge> {
    const known = this.#repositories.get(repository);
    if (known) return known;
    const loading = this.#load(repository);
    this.#repositories.set(repository, loading);
    loading.catch(() => this.#repositories.delete(repository));
    if (this.#repositories.size > maxRepositories) {
      this.#repositories.delete(this.#repositories.keys().next().value as string);
    }
    return loading;
  }

  /** What is in memory already; events need not load a repository only to be remembered. */
  ofLoaded(repository: string): Promise<RepositoryKnowledge> | undefined {
    return this.#repositories.get(repository);
  }

  async #load(repository: string): Promise<RepositoryKnowledge> {
    const [threads, labels] = await Promise.all([
      this.#source.listThreads(repository, this.#maxThreads),
      this.#source.listLabels(repository),
    ]);
    // Oldest first, so that what is learnt does not depend on the order in which pages came.
    threads.sort((a, b) => a.number - b.number);
    return new RepositoryKnowledge(threads, labels, (number) => this.#source.listComments({ repository, number }));
  }
}
