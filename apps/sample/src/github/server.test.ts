import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Thread } from "../threads.ts";
import { type GitHubServer, openGitHub } from "./server.ts";
import { createGitHubState } from "./state.ts";

const makeThread = (number: number): Thread => ({
  repository: "acme/harbor",
  number,
  kind: number % 2 === 0 ? "pull" : "issue",
  title: `Thread ${number}`,
  body: "",
  author: "asker",
  labels: ["bug"],
  createdAt: new Date(Date.UTC(2024, 0, number)).toISOString(),
  comments: [{ author: "maintainer", createdAt: "2024-02-01T00:00:00Z", body: "Fixed." }],
  acceptance: [],
});

describe("the small GitHub", () => {
  const state = createGitHubState(Array.from({ length: 25 }, (_, index) => makeThread(index + 1)));
  let github: GitHubServer;
  beforeAll(async () => {
    github = await openGitHub(state, "teammate");
  });
  afterAll(() => github?.close());

  const ask = async (path: string, body?: unknown) => {
    const response = await fetch(path.startsWith("http") ? path : `${github.url}/repos/acme/harbor${path}`, {
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    });
    const next = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
    // biome-ignore lint/suspicious/noExplicitAny: each test reads its own few fields of GitHub's answers.
    const answer: any = await response.json();
    return { status: response.status, next, body: answer };
  };

  it("lists threads newest first, page by page along the Link header, each once", async () => {
    const numbers: number[] = [];
    const sizes: number[] = [];
    for (let page = await ask("/issues?state=all&per_page=10"); ; page = await ask(String(page.next))) {
      numbers.push(...page.body.map((issue: { number: number }) => issue.number));
      sizes.push(page.body.length);
      if (page.next === undefined) break;
      expect(page.next).toContain("state=all");
    }
    expect(sizes).toEqual([10, 10, 5]);
    expect(numbers).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index));
  });

  it("has no next page after a full last one", async () => {
    expect((await ask("/issues?per_page=25")).next).toBeUndefined();
  });

  it("marks pull requests as GitHub does, among issues", async () => {
    expect((await ask("/issues/2")).body.pull_request.html_url).toBe("https://github.com/acme/harbor/pull/2");
    expect((await ask("/issues/1")).body).not.toHaveProperty("pull_request");
  });

  it("answers 404 to threads and comments that it does not have", async () => {
    for (const path of ["/issues/99", "/issues/99/comments", "/issues/comments/99999/reactions"]) {
      expect(await ask(path)).toMatchObject({ status: 404, body: { message: "Not Found" } });
    }
    expect((await ask("/issues/99/labels", { labels: ["bug"] })).status).toBe(404);
    expect((await ask("/issues/99/comments", { body: "Hello" })).status).toBe(404);
  });

  it("answers 422 to what GitHub does not accept, and changes nothing", async () => {
    const refused: [path: string, body: unknown][] = [
      ["/issues/1/comments", { body: "" }],
      ["/issues/1/comments", { body: "x".repeat(65_537) }],
      ["/issues/1/comments", {}],
      ["/issues/1/labels", { labels: "bug" }],
      ["/issues/1/labels", { labels: ["x".repeat(51)] }],
    ];
    for (const [path, body] of refused) {
      expect(await ask(path, body)).toMatchObject({ status: 422, body: { message: "Validation Failed" } });
    }
    const unreadable = await fetch(`${github.url}/repos/acme/harbor/issues/1/comments`, { method: "POST", body: "{" });
    expect(unreadable.status).toBe(422);
    expect((await ask("/issues/1")).body.labels).toHaveLength(1);
    expect((await ask("/issues/1/comments")).body).toHaveLength(1);
  });

  it("keeps what the token's account does: a comment under its login, labels once each", async () => {
    const { status, body: comment } = await ask("/issues/3/comments", { body: "See #1." });
    expect({ status, author: comment.user.login }).toEqual({ status: 201, author: "teammate" });
    await ask("/issues/3/labels", { labels: ["bug", "docs"] });
    const labels = (await ask("/issues/3")).body.labels.map(({ name }: { name: string }) => name);
    expect(labels).toEqual(["bug", "docs"]);
    const found = state.findComment("acme/harbor", comment.id);
    if (found) state.addReaction(found, "reader", "+1");
    expect((await ask(`/issues/comments/${comment.id}/reactions`)).body).toMatchObject([
      { content: "+1", user: { login: "reader" } },
    ]);
  });

  it("has a label of the repository before any thread uses it", async () => {
    state.defineLabels("acme/harbor", ["wontfix"]);
    expect((await ask("/labels")).body).toMatchObject([{ name: "wontfix" }]);
  });
});
