/** What each event leads to: a skill, or feedback on what a skill did. */
import { propagate } from "@ratchet/sdk";
import type { ActionStore } from "../actions/action-store.ts";
import { type FeedbackSources, tellCorrection, tellReactions, tellReply } from "../actions/feedback.ts";
import type { GitHub } from "../github/client.ts";
import { cleanText } from "../knowledge/clean.ts";
import type { KnowledgeBase } from "../knowledge/repository.ts";
import type { Thread } from "../knowledge/thread.ts";
import type { Subject } from "../skills/outcome.ts";
import type { Triage } from "../skills/triage.ts";
import type { Delivery } from "./delivery-store.ts";
import type { TeammateEvent } from "./events.ts";

export interface EventParts {
  /** The skills, acting for this delivery. */
  triageFor(deliveryId: string): Triage;
  knowledge: KnowledgeBase;
  actions: ActionStore;
  github: GitHub;
  sources: FeedbackSources;
  /** Our account's login. */
  login: string;
}

export async function handleEvent(parts: EventParts, { id, event }: Delivery): Promise<void> {
  const isOurs = event.sender.toLowerCase() === parts.login.toLowerCase();
  if (event.isBot || isOurs) return;
  if (event.type === "opened") await handleOpened(parts, id, event);
  else if (event.type === "label") await handleLabel(parts, event);
  else await handleComment(parts, id, event);
  await pollThread(parts, event);
}

async function handleOpened(parts: EventParts, deliveryId: string, event: TeammateEvent): Promise<void> {
  const { kind } = event.thread;
  const name = kind === "pull" ? "pull_request.opened" : "issues.opened";
  await runSkill(parts.triageFor(deliveryId), { event: name, ...toSubject(event) });
  (await parts.knowledge.ofLoaded(event.repository))?.learn(toThread(event));
}

async function handleLabel(
  { actions, sources, knowledge }: EventParts,
  event: TeammateEvent & { type: "label" },
): Promise<void> {
  const isCorrection = await tellCorrection(actions, sources, toRef(event), {
    label: event.label,
    isAdded: event.change === "labeled",
    user: event.sender,
  });
  const known = await knowledge.ofLoaded(event.repository);
  if (isCorrection) known?.learnCorrection(toThread(event));
  else known?.learn(toThread(event));
}

async function handleComment(
  parts: EventParts,
  deliveryId: string,
  event: TeammateEvent & { type: "comment" },
): Promise<void> {
  (await parts.knowledge.ofLoaded(event.repository))?.forgetComments(event.thread.number);
  await tellReply(parts.actions, parts.sources, toRef(event), event.comment);
  if (!mentions(event.comment.body, parts.login)) return;
  await runSkill(parts.triageFor(deliveryId), {
    event: "issue_comment.created",
    ...toSubject(event),
    body: event.comment.body,
    author: event.comment.author,
    association: event.comment.association,
  });
}

/** Any event in a thread is a sign that people were there, and may have reacted. */
async function pollThread({ github, actions, sources }: EventParts, event: TeammateEvent): Promise<void> {
  for (const action of actions.list(toRef(event))) {
    await tellReactions(github, actions, sources, action).catch((error: unknown) => {
      console.error(`Reactions of ${event.repository}#${event.thread.number} could not be read: ${String(error)}`);
    });
  }
}

async function runSkill(triage: Triage, subject: Subject): Promise<void> {
  const session = `${subject.repository}#${subject.number}`;
  const metadata = { repo: subject.repository, kind: subject.kind, bodyBytes: Buffer.byteLength(subject.body) };
  await propagate({ sessionId: session, unit: session, userId: subject.author, metadata }, () =>
    subject.kind === "pull" ? triage.pull(subject) : triage.issue(subject),
  );
}

function mentions(body: string, login: string): boolean {
  const name = login.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(^|[^\\w\`@/.-])@${name}(?![\\w-])`, "i").test(cleanText(body));
}

function toRef({ repository, thread }: TeammateEvent) {
  return { repository, number: thread.number };
}

function toSubject({ repository, thread }: TeammateEvent): Omit<Subject, "event"> {
  const { number, kind, title, body, author, association, createdAt } = thread;
  return { repository, number, kind, title, body, author, association, createdAt };
}

function toThread({ thread }: TeammateEvent): Thread {
  const { number, kind, title, author, labels, createdAt, url } = thread;
  return { number, kind, title, body: cleanText(thread.body), author, labels, createdAt, url };
}
