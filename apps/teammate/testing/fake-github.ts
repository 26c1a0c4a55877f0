/** The few REST routes of GitHub that Teammate calls, over threads in memory. */
import { type HttpFake, openHttpFake } from "./http-fake.ts";

interface FakeComment {
  id: number;
  body: string;
  html_url: string;
  user: { login: string; type: string };
  author_association: string;
}
export interface FakeThread {
  number: number;
  title: string;
  body: string;
  user: { login: string; type: string };
  author_association: string;
  labels: { name: string }[];
  created_at: string;
  html_url: string;
  state: string;
  locked: boolean;
  comments: FakeComment[];
}
export interface FakeGitHub extends HttpFake {
  threads: Map<number, FakeThread>;
  labels: string[];
  reactions: Map<number, { id: number; content: string; user: { login: string; type: string } }[]>;
  /** Awaited before the answer to a matching `METHOD /path` is sent; what was asked for is done by then. */
  hold: ((route: string) => Promise<void>) | null;
  /** Answers a matching `METHOD /path` with 502, after doing what was asked if `isDone`. */
  fail: ((route: string) => { isDone: boolean } | null) | null;
  add(thread: Partial<FakeThread> & { number: number; title: string }): FakeThread;
  say(number: number, author: string, body: string, association?: string): FakeComment;
}

export const repository = "acme/app";

export async function openFakeGitHub(): Promise<FakeGitHub> {
  let nextId = 1000;
  const state: Omit<FakeGitHub, keyof HttpFake> = {
    threads: new Map(),
    labels: ["bug", "question"],
    reactions: new Map(),
    hold: null,
    fail: null,
    add(thread) {
      const added: FakeThread = {
        body: "",
        user: { login: "ada", type: "User" },
        author_association: "NONE",
        labels: [],
        created_at: `2025-01-01T00:00:${String(thread.number % 60).padStart(2, "0")}Z`,
        html_url: `https://github.com/${repository}/issues/${thread.number}`,
        state: "open",
        locked: false,
        comments: [],
        ...thread,
      };
      state.threads.set(thread.number, added);
      return added;
    },
    say(number, author, body, association = "NONE") {
      const id = nextId++;
      const comment: FakeComment = {
        id,
        body,
        html_url: `https://github.com/${repository}/issues/${number}#issuecomment-${id}`,
        user: { login: author, type: "User" },
        author_association: association,
      };
      state.threads.get(number)?.comments.push(comment);
      return comment;
    },
  };

  function answer(method: string, path: string, body: { labels?: string[]; body?: string } | null): unknown {
    const [, number, what] = /^\/issues\/(\d+)(?:\/(\w+))?$/.exec(path) ?? [];
    const thread = state.threads.get(Number(number));
    if (path === "/issues") return [...state.threads.values()].sort((a, b) => b.number - a.number);
    if (path === "/labels") return state.labels.map((name) => ({ name }));
    const reactions = /^\/issues\/comments\/(\d+)\/reactions$/.exec(path)?.[1];
    if (reactions) return state.reactions.get(Number(reactions)) ?? [];
    if (!thread) return undefined;
    if (what === undefined) return thread;
    if (what === "comments" && method === "GET") return thread.comments;
    if (what === "comments") return state.say(thread.number, "ratchet-teammate", body?.body ?? "");
    for (const name of body?.labels ?? []) thread.labels.push({ name });
    return thread.labels;
  }

  const http = await openHttpFake(async ({ method, url, body }) => {
    const path = url.pathname.replace(`/repos/${repository}`, "");
    const failure = state.fail?.(`${method} ${path}`);
    if (failure?.isDone) answer(method, path, body);
    if (failure) return { status: 502, body: { message: "Bad Gateway" } };
    const found = answer(method, path, body);
    await state.hold?.(`${method} ${path}`);
    return found === undefined ? { status: 404, body: { message: "Not Found" } } : { body: found };
  });
  return Object.assign(state, http);
}
