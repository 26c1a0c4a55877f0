/** Brings a decision to GitHub, after a last look at the thread: nobody is spoken to twice, or where it is too late. */
import { setTimeout as pauseMs } from "node:timers/promises";
import { currentSpan, traceable } from "@ratchet/sdk";
import { type GitHub, isServersFault, type ThreadRef } from "../github/client.ts";
import { isMaintainer } from "../knowledge/thread.ts";
import type { Decision, Published, Subject } from "../skills/outcome.ts";
import type { ActionRow, ActionStore } from "./action-store.ts";

export interface PublisherOptions {
  github: GitHub;
  actions: ActionStore;
  /** Without being asked; a mention is answered up to three times. */
  repliesPerThread: number;
}

const repliesWhenMentioned = 3;
/** After a failure, a comment that GitHub took all the same is listed by then. */
const settledAfterMs = 2000;

export class Publisher {
  readonly #options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** @param deliveryId What led to the decision; the same delivery again, after a crash, posts nothing twice. */
  async publish(deliveryId: string, subject: Subject, decision: Decision): Promise<Published> {
    const { actions } = this.#options;
    const thread = await this.readThread(subject);
    const earlier = actions.findOptional(deliveryId);
    const labelsBefore = earlier?.labelsBefore ?? thread.labels;
    const labels = thread.isLocked ? [] : decision.labels.filter((label) => !labelsBefore.includes(label));
    const { repository, number } = subject;
    actions.save({ deliveryId, repository, number, traceId: currentSpan().traceId, labels, labelsBefore });
    if (labels.length > 0) await this.addLabels(subject, labels);
    if (decision.comment === null) return { labels, commentUrl: null, held: null };
    const held = this.#whyHeld(subject, thread, earlier);
    if (held) return { labels, commentUrl: null, held };
    const comment =
      (earlier && (await this.#findPosted(subject, decision.comment))) ?? (await this.#post(subject, decision.comment));
    actions.setComment(deliveryId, comment.id);
    return { labels, commentUrl: comment.url, held: null };
  }

  @traceable({ name: "github.read_thread", kind: "tool", inputs: toRef })
  readThread(ref: ThreadRef) {
    return this.#options.github.readThread(ref);
  }

  @traceable({ name: "github.add_labels", kind: "tool", inputs: (ref, labels) => ({ ...toRef(ref), labels }) })
  addLabels(ref: ThreadRef, labels: readonly string[]) {
    return this.#options.github.addLabels(ref, labels);
  }

  @traceable({ name: "github.create_comment", kind: "tool", inputs: (ref, body) => ({ ...toRef(ref), body }) })
  createComment(ref: ThreadRef, body: string) {
    return this.#options.github.createComment(ref, body);
  }

  #whyHeld(
    subject: Subject,
    { isLocked, isOpen }: { isLocked: boolean; isOpen: boolean },
    earlier: ActionRow | undefined,
  ): string | null {
    const isMention = subject.event === "issue_comment.created";
    if (isLocked) return "the thread is locked";
    if (earlier?.commentId) return "the comment was posted before the process was interrupted";
    if (!isOpen && !isMention) return "the thread is closed";
    if (isMaintainer(subject.association ?? "NONE") && !isMention) return "maintainers are answered only when they ask";
    const replies = this.#options.actions.list(subject).filter(({ commentId }) => commentId !== null).length;
    const { repliesPerThread } = this.#options;
    const limit = isMention ? Math.max(repliesWhenMentioned, repliesPerThread) : repliesPerThread;
    return replies >= limit ? `${replies} of at most ${limit} replies are in the thread` : null;
  }

  /** Once more when GitHub failed, unless the comment is there all the same. */
  async #post(subject: Subject, body: string): Promise<{ id: number; url: string }> {
    try {
      return await this.createComment(subject, body);
    } catch (error) {
      if (!isServersFault(error)) throw error;
      await pauseMs(settledAfterMs);
      return (await this.#findPosted(subject, body)) ?? (await this.createComment(subject, body));
    }
  }

  /** The comment that was posted right before the process died, or GitHub failed. */
  async #findPosted(subject: Subject, body: string): Promise<{ id: number; url: string } | undefined> {
    const comments = await this.#options.github.listComments(subject);
    return comments.find((comment) => comment.body === body);
  }
}

function toRef({ repository, number }: ThreadRef): ThreadRef {
  return { repository, number };
}
