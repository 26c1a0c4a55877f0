/** Sends GitHub's webhooks, signed as GitHub signs them. */
import { randomUUID } from "node:crypto";
import { Webhooks } from "@octokit/webhooks";
import { toRestComment, toRestIssue, toRestLabel } from "./github/rest.ts";
import type { Comment, LiveThread } from "./github/state.ts";

export interface WebhookSender {
  opened(thread: LiveThread): Promise<void>;
  labelChanged(thread: LiveThread, change: "labeled" | "unlabeled", label: string, sender: string): Promise<void>;
  commented(thread: LiveThread, comment: Comment): Promise<void>;
}

/** @throws Error when the receiver does not accept a delivery. */
export function createWebhookSender(url: string, secret: string): WebhookSender {
  const webhooks = new Webhooks({ secret });
  const send = async (event: string, payload: object) => {
    const body = JSON.stringify(payload);
    const response = await fetch(`${url}/webhooks`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-github-event": event,
        "x-github-delivery": randomUUID(),
        "x-hub-signature-256": await webhooks.sign(body),
      },
      body,
    });
    if (!response.ok)
      throw new Error(`Teammate refused a ${event} webhook: ${response.status} ${await response.text()}`);
  };
  const envelope = (thread: LiveThread, action: string, sender: string) => ({
    action,
    repository: { full_name: thread.repository },
    sender: { login: sender, type: "User" },
    [thread.kind === "pull" ? "pull_request" : "issue"]: toRestIssue(thread),
  });
  const eventOf = (thread: LiveThread) => (thread.kind === "pull" ? "pull_request" : "issues");
  return {
    opened: (thread) => send(eventOf(thread), envelope(thread, "opened", thread.author)),
    labelChanged: (thread, change, label, sender) =>
      send(eventOf(thread), { ...envelope(thread, change, sender), label: toRestLabel(label) }),
    commented: (thread, comment) =>
      send("issue_comment", {
        action: "created",
        repository: { full_name: thread.repository },
        sender: { login: comment.author, type: "User" },
        issue: toRestIssue(thread),
        comment: toRestComment(thread, comment),
      }),
  };
}
