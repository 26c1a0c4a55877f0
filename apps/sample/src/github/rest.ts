/** How GitHub writes threads, comments and labels, in REST answers and webhook payloads alike. */
import type { Comment, LiveThread } from "./state.ts";

export function toRestIssue(thread: LiveThread) {
  const url = threadUrl(thread);
  return {
    number: thread.number,
    title: thread.title,
    body: thread.body,
    user: { login: thread.author, type: "User" },
    author_association: "NONE",
    labels: thread.labels.map(toRestLabel),
    created_at: thread.createdAt,
    state: thread.isClosed ? "closed" : "open",
    locked: false,
    html_url: url,
    ...(thread.kind === "pull" && { pull_request: { html_url: url } }),
  };
}

export function toRestComment(thread: LiveThread, comment: Comment) {
  return {
    id: comment.id,
    body: comment.body,
    user: { login: comment.author, type: "User" },
    author_association: comment.author === thread.author ? "NONE" : "CONTRIBUTOR",
    html_url: `${threadUrl(thread)}#issuecomment-${comment.id}`,
    created_at: comment.createdAt,
  };
}

export function toRestLabel(name: string) {
  return { name, color: "ededed", description: "" };
}

function threadUrl({ repository, kind, number }: LiveThread): string {
  return `https://github.com/${repository}/${kind === "pull" ? "pull" : "issues"}/${number}`;
}
