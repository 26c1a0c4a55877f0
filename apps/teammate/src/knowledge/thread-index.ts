/** Past threads of one repository, found by words: BM25 with titles counting three times. */
import MiniSearch from "minisearch";
import type { Thread } from "./thread.ts";
import { meaningfulTokens } from "./tokens.ts";

export interface ThreadHit {
  thread: Thread;
  /** BM25; comparable only within one search. */
  score: number;
  /** Share of the query's words, weighted by rarity, that the thread has too; in [0,1]. */
  coverage: number;
}

/** Words of a body that are searched: the rarest tell threads apart. 30 beat 60 and 200 on Hadoop's duplicates. */
const maxBodyTerms = 30;
const titleBoost = 3;

export class ThreadIndex {
  readonly #threads = new Map<number, Thread>();
  readonly #words = new Map<number, Set<string>>();
  /** In how many threads each word occurs. */
  readonly #occurrences = new Map<string, number>();
  readonly #search = new MiniSearch<{ id: number; title: string; body: string }>({
    fields: ["title", "body"],
    tokenize: meaningfulTokens,
    processTerm: (term) => term,
  });

  get size(): number {
    return this.#threads.size;
  }

  threads(): Thread[] {
    return [...this.#threads.values()];
  }

  findOptional(number: number): Thread | undefined {
    return this.#threads.get(number);
  }

  /** Adds a thread, or replaces the one of the same number. Its body must be clean (`cleanText`). */
  put(thread: Thread): void {
    const before = this.#threads.get(thread.number);
    this.#threads.set(thread.number, thread);
    if (before?.title === thread.title && before.body === thread.body) return;
    if (before) {
      this.#search.discard(thread.number);
      for (const word of this.#words.get(thread.number) ?? []) this.#count(word, -1);
    }
    const words = new Set(meaningfulTokens(`${thread.title}\n${thread.body}`));
    this.#words.set(thread.number, words);
    for (const word of words) this.#count(word, 1);
    this.#search.add({ id: thread.number, title: thread.title, body: thread.body });
  }

  /** The `limit` best threads that `isCandidate` allows, best first. */
  search(query: { title: string; body: string }, limit: number, isCandidate: (thread: Thread) => boolean): ThreadHit[] {
    const titleTerms = new Set(meaningfulTokens(query.title));
    const terms = [...titleTerms, ...this.#rarestTerms(query.body, titleTerms)];
    const total = terms.reduce((sum, term) => sum + this.#rarity(term), 0);
    const found = this.#search.search(terms.join(" "), {
      tokenize: (text) => text.split(" "),
      boost: { title: titleBoost },
      boostTerm: (term) => (titleTerms.has(term) ? titleBoost : 1),
      filter: ({ id }) => isCandidate(this.#threads.get(id) as Thread),
    });
    return found.slice(0, limit).map(({ id, score }) => {
      const words = this.#words.get(id);
      const covered = terms.reduce((sum, term) => (words?.has(term) ? sum + this.#rarity(term) : sum), 0);
      return { thread: this.#threads.get(id) as Thread, score, coverage: covered / total };
    });
  }

  #rarestTerms(body: string, titleTerms: ReadonlySet<string>): string[] {
    const terms = new Set(meaningfulTokens(body));
    return [...terms]
      .filter((term) => !titleTerms.has(term) && this.#occurrences.has(term))
      .sort((a, b) => this.#rarity(b) - this.#rarity(a))
      .slice(0, maxBodyTerms);
  }

  /** Inverse document frequency; a word that no thread has is the rarest. */
  #rarity(term: string): number {
    return Math.log(1 + this.#threads.size / (this.#occurrences.get(term) ?? 0.5));
  }

  #count(word: string, by: number): void {
    const count = (this.#occurrences.get(word) ?? 0) + by;
    if (count > 0) this.#occurrences.set(word, count);
    else this.#occurrences.delete(word);
  }
}
