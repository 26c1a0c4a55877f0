/** Teammate's skills: what it does with an issue and with a pull request. Every step is a span. */
import { currentSpan, traceable } from "@ratchet/sdk";
import { prompts } from "@ratchet/sdk/prompts";
import { cleanText } from "../knowledge/clean.ts";
import { type Embedder, similarity } from "../knowledge/embedder.ts";
import { excerpt } from "../knowledge/excerpt.ts";
import { type Answer, extractAnswer } from "../knowledge/extract-answer.ts";
import type { RepositoryKnowledge } from "../knowledge/repository.ts";
import type { Thread } from "../knowledge/thread.ts";
import type { ThreadHit } from "../knowledge/thread-index.ts";
import { composeModelText, composeText } from "./compose-comment.ts";
import { decideIssue, labelOrAbstain, type Match, mayAsk } from "./decide-issue.ts";
import type { Model, ModelReply } from "./model.ts";
import type { Decision, Outcome, Published, Subject } from "./outcome.ts";
import { IssueSettings, PullSettings } from "./settings.ts";

export interface TriageParts {
  knowledgeOf(repository: string): Promise<RepositoryKnowledge>;
  embedder: Embedder;
  /** `null`: the built-in baseline decides. */
  model: Model | null;
  /** Brings a decision to GitHub; `null` where nothing is to leave, as in an eval. */
  publish: ((subject: Subject, decision: Decision) => Promise<Published>) | null;
}

/** Threads that words find, of which embeddings choose. */
const candidateCount = 5;
const shownMatches = 3;
/** What of a past thread is embedded: its title and how it begins. */
const candidateChars = 300;

export class Triage {
  readonly #parts: TriageParts;

  constructor(parts: TriageParts) {
    this.#parts = parts;
  }

  /** Labels, a past answer, a similar thread, a question for what is missing, or abstention. */
  @traceable({ name: "teammate.issue", kind: "agent" })
  async issue(subject: Subject): Promise<Outcome> {
    const prompt = prompts.get("issue");
    const settings = IssueSettings.parse(prompt.config);
    const text = this.prepare(subject, settings.maxInputChars);
    const knowledge = await this.recall(subject.repository);
    const matches = await this.findSimilar(knowledge, subject, text);
    const labels = this.chooseLabels(knowledge, text, settings);
    const sources = matches.map(({ thread, confidence }) => ({ number: thread.number, url: thread.url, confidence }));
    const answer = matches[0] ? await this.findAnswer(knowledge, text, matches[0].thread) : null;
    const { model } = this.#parts;
    if (!model) {
      const findings = { matches, answer, labels, mayAsk: mayAsk(knowledge.labels, labels) };
      const decision = decideIssue(text, findings, settings);
      return this.#finish(subject, { ...decision, sources, method: "baseline" });
    }
    const { messages } = await prompt.render({
      repository: subject.repository,
      ...text,
      labels: knowledge.labels,
      similar: matches.map(({ thread }, at) => ({
        number: thread.number,
        title: thread.title,
        ...(at === 0 && answer ? { answer: [...answer.sentences, answer.code ?? ""].join("\n") } : {}),
      })),
    });
    const decision = await this.#decideByModel(model, messages, settings, knowledge.labels);
    return this.#finish(subject, { ...decision, sources, method: model.name });
  }

  /** Labels in silence, or a greeting, as the prompt's `mode` says. */
  @traceable({ name: "teammate.pull", kind: "agent" })
  async pull(subject: Subject): Promise<Outcome> {
    const prompt = prompts.get("pull");
    const settings = PullSettings.parse(prompt.config);
    const text = this.prepare(subject, settings.maxInputChars);
    const knowledge = await this.recall(subject.repository);
    const { model } = this.#parts;
    if (model) {
      const { messages } = await prompt.render({ repository: subject.repository, ...text, labels: knowledge.labels });
      const decision = await this.#decideByModel(model, messages, settings, knowledge.labels);
      return this.#finish(subject, { ...decision, sources: [], method: model.name });
    }
    const decision =
      settings.mode === "chat"
        ? {
            action: "answer" as const,
            labels: [],
            comment: composeText(settings.greeting),
            reason: "greeted the author",
          }
        : labelOrAbstain(this.chooseLabels(knowledge, text, settings));
    return this.#finish(subject, { ...decision, sources: [], method: "baseline" });
  }

  /** The first time, this reads the repository's history. */
  @traceable({
    name: "recall repository",
    kind: "retriever",
    outputs: ({ index, labels }) => ({ threads: index.size, labels }),
  })
  recall(repository: string): Promise<RepositoryKnowledge> {
    return this.#parts.knowledgeOf(repository);
  }

  /** What of the text is looked at: what a reader sees, in full or excerpted. */
  @traceable({
    name: "prepare",
    kind: "chain",
    inputs: (_subject, maxInputChars) => ({ maxInputChars: maxInputChars ?? null }),
  })
  prepare({ title, body }: Subject, maxInputChars: number | undefined): { title: string; body: string } {
    const cleanTitle = cleanText(title);
    const cleanBody = cleanText(body);
    if (maxInputChars === undefined) return { title: cleanTitle, body: cleanBody };
    const shortTitle = cleanTitle.slice(0, maxInputChars);
    return { title: shortTitle, body: excerpt(cleanBody, Math.max(0, maxInputChars - shortTitle.length - 2)) };
  }

  @traceable({ name: "find similar threads", kind: "retriever", inputs: (_knowledge, _subject, text) => text })
  async findSimilar(
    knowledge: RepositoryKnowledge,
    subject: Subject,
    text: { title: string; body: string },
  ): Promise<Match[]> {
    // The embedding model knows English only: of other scripts it says nothing.
    const vector = isMostlyLatin(text.title)
      ? await this.embed(`${text.title}\n\n${text.body}`).catch(wordsAlone)
      : null;
    const isEarlier = (thread: Thread) =>
      thread.number !== subject.number && (subject.createdAt === undefined || thread.createdAt < subject.createdAt);
    return this.rerank(vector, knowledge.index.search(text, candidateCount, isEarlier));
  }

  @traceable({ name: "embed", kind: "embedding", outputs: (vector) => ({ dimensions: vector.length }) })
  embed(text: string): Promise<Float32Array> {
    currentSpan().setMetadata({ inputChars: text.length });
    return this.#parts.embedder.embed(text);
  }

  /**
   * Keeps the order of BM25 corrected by meaning, and says how sure each match is: the mean of shared rare words and of
   * similarity; without a vector, words decide alone.
   */
  @traceable({ name: "rerank", kind: "reranker", inputs: (_vector, hits) => hits.map(describeHit) })
  async rerank(vector: Float32Array | null, hits: ThreadHit[]): Promise<Match[]> {
    const best = hits[0]?.score ?? 1;
    const ranked: (Match & { rank: number })[] = [];
    for (const { thread, score, coverage } of hits) {
      const text = `${thread.title}\n\n${thread.body.slice(0, candidateChars)}`;
      const other = vector && (await this.#parts.embedder.embed(text).catch(wordsAlone));
      const meaning = vector && other ? Math.max(0, similarity(vector, other)) : null;
      const confidence = meaning === null ? coverage : (coverage + meaning) / 2;
      ranked.push({ thread, confidence: round(confidence), rank: score / best + (meaning ?? 0) / 2 });
    }
    return ranked
      .sort((a, b) => b.rank - a.rank)
      .slice(0, shownMatches)
      .map(({ thread, confidence }) => ({ thread, confidence }));
  }

  @traceable({ name: "choose labels", kind: "chain", inputs: (_knowledge, _text, settings) => settings })
  chooseLabels(
    knowledge: RepositoryKnowledge,
    text: { title: string; body: string },
    { labelThreshold, maxLabels }: { labelThreshold: number; maxLabels: number },
  ): string[] {
    return knowledge
      .scoreLabels(text)
      .filter(({ probability }) => probability >= labelThreshold)
      .slice(0, maxLabels)
      .map(({ label }) => label);
  }

  @traceable({ name: "find answer", kind: "retriever", inputs: (_knowledge, _text, thread) => thread.number })
  async findAnswer(
    knowledge: RepositoryKnowledge,
    text: { title: string; body: string },
    thread: Thread,
  ): Promise<Answer | null> {
    return extractAnswer(`${text.title}\n${text.body}`, thread, await knowledge.comments(thread.number));
  }

  @traceable({ name: "ask model", kind: "llm", inputs: (_model, messages) => messages })
  async askModel(
    model: Model,
    messages: Parameters<Model["ask"]>[0],
    temperature: number | undefined,
  ): Promise<ModelReply> {
    currentSpan().setModel("openai", model.name);
    const { reply, usage } = await model.ask(messages, temperature);
    currentSpan().setUsage(usage);
    return reply;
  }

  async #decideByModel(
    model: Model,
    messages: Parameters<Model["ask"]>[0],
    { temperature, maxLabels }: { temperature?: number | undefined; maxLabels: number },
    allowed: readonly string[],
  ): Promise<Omit<Decision, "sources" | "method">> {
    try {
      const reply = await this.askModel(model, messages, temperature);
      return {
        action: reply.action,
        // However an issue talked it into more.
        labels: [...new Set(reply.labels)].filter((label) => allowed.includes(label)).slice(0, maxLabels),
        comment: reply.comment && isSpoken(reply.action) ? composeModelText(reply.comment) : null,
        reason: reply.reason,
      };
    } catch (error) {
      // The span of the call has the error; the thread is left to people.
      const problem = error instanceof Error ? error.message : String(error);
      return { action: "abstain", labels: [], comment: null, reason: `the model gave no usable answer: ${problem}` };
    }
  }

  async #finish(subject: Subject, decision: Decision): Promise<Outcome> {
    return { ...decision, published: (await this.#parts.publish?.(subject, decision)) ?? null };
  }
}

/** Without the embedding model, words still find threads; the span of the call has the error. */
function wordsAlone(): null {
  return null;
}

function isSpoken(action: Decision["action"]): boolean {
  return action === "answer" || action === "point" || action === "ask";
}

function describeHit({ thread, score, coverage }: ThreadHit) {
  return { number: thread.number, title: thread.title, score: round(score), coverage: round(coverage) };
}

function isMostlyLatin(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return (text.match(/[a-z]/gi)?.length ?? 0) * 2 > letters;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
