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
/** Labelled threads from which a label that was hardly ever used is one that these maintainers do not use. */
const enoughLabelled = 30;
/** Label changes that are gathered before the model is learnt anew. */
const changesPerTraining = 10;

export class RepositoryKnowledge {
  readonly index = new ThreadIndex();
  /** The labels that the repository has; nothing else may be set. */
  labels: readonly string[] = [];
  readonly #comments = new Map<number, Promise<Comment[]>>();
  readonly #listComments: (number: number) => Promise<Comment[]>;
  #model: LabelModel | null = null;
  #changes = 0;

  constructor(threads: readonly Thread[], listComments: (number: number) => Promise<Comment[]>) {
    this.#listComments = listComments;
    for (const thread of threads) this.index.put(thread);
  }

  /** Of the repository's own labels, most probable first: learnt from its history, or by cues while there is hardly any. */
  scoreLabels(subject: LabelSubject): LabelScore[] {
    const threads = this.index.threads();
    if (!this.#model || this.#changes >= changesPerTraining) {
      this.#model = trainLabels(threads, this.labels);
      this.#changes = 0;
    }
    const learnt = this.#model.score(subject);
    if (threads.filter(({ labels }) => labels.length > 0).length >= enoughLabelled) return learnt;
    const known = new Set(learnt.map(({ label }) => label));
    const guessed = scoreByCues(
      subject,
      this.labels.filter((label) => !known.has(label)),
    );
    return [...learnt, ...guessed].sort((a, b) => b.probability - a.probability);
  }

  setLabels(labels: readonly string[]): void {
    if (labels.join("\n") === this.labels.join("\n")) return;
    this.labels = labels;
    this.#model = null;
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

/** Repositories that are kept in memory, at 10 to 20 MB each; the one that was quiet for longest goes first. */
const maxRepositories = 50;

/** Loads a repository's history at first use and keeps it; its labels are read each time, since they are few and bind us. */
export class KnowledgeBase {
  readonly #source: HistorySource;
  readonly #maxThreads: number;
  readonly #repositories = new Map<string, Promise<RepositoryKnowledge>>();

  constructor(source: HistorySource, maxThreads: number) {
    this.#source = source;
    this.#maxThreads = maxThreads;
  }

  async of(repository: string): Promise<RepositoryKnowledge> {
    const known = this.#repositories.get(repository) ?? this.#load(repository);
    this.#repositories.delete(repository);
    this.#repositories.set(repository, known);
    known.catch(() => this.#repositories.delete(repository));
    if (this.#repositories.size > maxRepositories) {
      this.#repositories.delete(this.#repositories.keys().next().value as string);
    }
    const [knowledge, labels] = await Promise.all([known, this.#source.listLabels(repository)]);
    knowledge.setLabels(labels);
    return knowledge;
  }

  /** What is in memory already; events need not load a repository only to be remembered. */
  ofLoaded(repository: string): Promise<RepositoryKnowledge> | undefined {
    return this.#repositories.get(repository);
  }

  async #load(repository: string): Promise<RepositoryKnowledge> {
    const threads = await this.#source.listThreads(repository, this.#maxThreads);
    // Oldest first, so that what is learnt does not depend on the order in which pages came.
    threads.sort((a, b) => a.number - b.number);
    return new RepositoryKnowledge(threads, (number) => this.#source.listComments({ repository, number }));
  }
}
