/** The part of GitHub's REST API that Teammate uses; paced and retried as GitHub asks. */
import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { cleanText } from "../knowledge/clean.ts";
import type { Comment, Thread } from "../knowledge/thread.ts";

/** `owner/name` and the number of an issue or pull request in it. */
export interface ThreadRef {
  repository: string;
  number: number;
}

interface Reaction {
  content: string;
  user: string;
  isBot: boolean;
}

export interface GitHub {
  /** Newest first, at most `limit`. */
  listThreads(repository: string, limit: number): Promise<Thread[]>;
  listLabels(repository: string): Promise<string[]>;
  /** Oldest first, at most 100. */
  listComments(ref: ThreadRef): Promise<Comment[]>;
  readThread(ref: ThreadRef): Promise<{ isOpen: boolean; isLocked: boolean; labels: string[] }>;
  addLabels(ref: ThreadRef, labels: readonly string[]): Promise<void>;
  /** Never tried again by itself, unlike all others. */
  createComment(ref: ThreadRef, body: string): Promise<{ id: number; url: string }>;
  /** Of one comment, at most 100. */
  listReactions(repository: string, commentId: number): Promise<Reaction[]>;
}

const perPage = 100;
const requestTimeoutMs = 30_000;

export function createGitHub({ url, token }: { url: string; token: string }): GitHub {
  const octokit = new (Octokit.plugin(retry, throttling))({
    auth: token,
    baseUrl: url,
    userAgent: "ratchet-teammate",
    request: { fetch: (input: string, init: RequestInit) => fetch(input, withTimeout(init)) },
    // GitHub wants a second between writes and three between comments; a server on this machine does not.
    throttle: isLoopback(url)
      ? { enabled: false }
      : {
          onRateLimit: (_seconds, _options, _octokit, retryCount) => retryCount < 2,
          onSecondaryRateLimit: (_seconds, _options, _octokit, retryCount) => retryCount < 2,
        },
  });

  return {
    async listThreads(repository, limit) {
      const threads: Thread[] = [];
      for (let page = 1; page <= Math.ceil(limit / perPage); page++) {
        const { data, headers } = await octokit.request("GET /repos/{owner}/{repo}/issues", {
          ...split(repository),
          state: "all",
          sort: "created",
          direction: "desc",
          per_page: perPage,
          page,
        });
        threads.push(...data.map(toThread));
        if (!headers.link?.includes('rel="next"')) break;
      }
      return threads.slice(0, limit);
    },
    async listLabels(repository) {
      const labels: string[] = [];
      for (let page = 1; page <= 10; page++) {
        const { data, headers } = await octokit.request("GET /repos/{owner}/{repo}/labels", {
          ...split(repository),
          per_page: perPage,
          page,
        });
        labels.push(...data.map(({ name }) => name));
        if (!headers.link?.includes('rel="next"')) break;
      }
      return labels;
    },
    async listComments({ repository, number }) {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...split(repository),
        issue_number: number,
        per_page: perPage,
      });
      return data.map((comment) => ({
        id: Number(comment.id),
        author: comment.user?.login ?? "ghost",
        association: comment.author_association ?? "NONE",
        body: comment.body ?? "",
        url: comment.html_url,
        isBot: isBot(comment.user),
      }));
    },
    async readThread({ repository, number }) {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
        ...split(repository),
        issue_number: number,
      });
      return { isOpen: data.state === "open", isLocked: data.locked === true, labels: data.labels.map(labelName) };
    },
    async addLabels({ repository, number }, labels) {
      await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
        ...split(repository),
        issue_number: number,
        labels: [...labels],
      });
    },
    async createComment({ repository, number }, body) {
      const { data } = await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...split(repository),
        issue_number: number,
        body,
        // GitHub may have taken a request whose answer is an error: whoever asks again looks first.
        request: { retries: 0 },
      });
      return { id: Number(data.id), url: data.html_url };
    },
    async listReactions(repository, commentId) {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", {
        ...split(repository),
        comment_id: commentId,
        per_page: perPage,
      });
      return data.map(({ content, user }) => ({ content, user: user?.login ?? "ghost", isBot: isBot(user) }));
    },
  };
}

/** Bots by what GitHub says, and by the name that GitHub gives the accounts of Apps. */
export function isBot(user: { login: string; type?: string | undefined } | null | undefined): boolean {
  return user?.type === "Bot" || user?.login.endsWith("[bot]") === true;
}

/** Whether GitHub is in trouble, or out of reach: Octokit gives the status 500 to what got no answer. */
export function isServersFault(error: unknown): boolean {
  return error instanceof Error && "status" in error && Number(error.status) >= 500;
}

/** What `GET /issues` says of one. */
interface RestIssue {
  number: number;
  title: string;
  body?: string | null;
  user: { login: string } | null;
  labels: (string | { name?: string })[];
  created_at: string;
  html_url: string;
  pull_request?: object;
}

function toThread(issue: RestIssue): Thread {
  return {
    number: issue.number,
    kind: issue.pull_request ? "pull" : "issue",
    title: issue.title,
    body: cleanText(issue.body ?? ""),
    author: issue.user?.login ?? "ghost",
    labels: issue.labels.map(labelName).filter((name) => name !== ""),
    createdAt: issue.created_at,
    url: issue.html_url,
  };
}

function labelName(label: string | { name?: string }): string {
  return typeof label === "string" ? label : (label.name ?? "");
}

function split(repository: string): { owner: string; repo: string } {
  const [owner = "", repo = ""] = repository.split("/");
  return { owner, repo };
}

function withTimeout(init: RequestInit): RequestInit {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  return { ...init, signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout };
}

function isLoopback(url: string): boolean {
  return /^(localhost|127\.|\[::1\])/.test(new URL(url).hostname);
}
