/** The part of GitHub's REST API that Teammate uses, over the sample's state. Loopback only. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { toRestComment, toRestIssue, toRestLabel } from "./rest.ts";
import type { GitHubState, LiveThread } from "./state.ts";

const Page = z.object({
  per_page: z.coerce.number().int().min(1).max(100).default(30),
  page: z.coerce.number().int().min(1).default(1),
});
const LabelsBody = z.object({ labels: z.array(z.string().min(1).max(50)).max(100) });
/** GitHub answers 422 to a longer body. */
const CommentBody = z.object({ body: z.string().min(1).max(65_536) });

export interface GitHubServer {
  url: string;
  close(): void;
}

/** @param login The account that the token belongs to: the author of what is posted. */
export async function openGitHub(state: GitHubState, login: string): Promise<GitHubServer> {
  const app = new Hono();
  const threadOf = (c: Context): LiveThread | undefined =>
    state.find(`${c.req.param("owner")}/${c.req.param("repo")}`, Number(c.req.param("number")));
  const missing = (c: Context) => c.json({ message: "Not Found" }, 404);
  const invalid = (c: Context, error: z.ZodError) =>
    c.json({ message: "Validation Failed", errors: error.issues.map((issue) => ({ message: issue.message })) }, 422);

  app.get("/user", (c) => c.json({ login, type: "Bot" }));
  app.get("/repos/:owner/:repo/labels", (c) => {
    const names = state.listLabels(`${c.req.param("owner")}/${c.req.param("repo")}`);
    return paginate(c, names.map(toRestLabel));
  });
  app.get("/repos/:owner/:repo/issues", (c) => {
    const threads = state.list(`${c.req.param("owner")}/${c.req.param("repo")}`);
    return paginate(c, threads.map(toRestIssue));
  });
  app.get("/repos/:owner/:repo/issues/:number{[0-9]+}", (c) => {
    const thread = threadOf(c);
    return thread ? c.json(toRestIssue(thread)) : missing(c);
  });
  app.get("/repos/:owner/:repo/issues/:number{[0-9]+}/comments", (c) => {
    const thread = threadOf(c);
    return thread
      ? paginate(
          c,
          thread.comments.map((comment) => toRestComment(thread, comment)),
        )
      : missing(c);
  });
  app.post("/repos/:owner/:repo/issues/:number{[0-9]+}/labels", async (c) => {
    const thread = threadOf(c);
    if (!thread) return missing(c);
    const body = LabelsBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return invalid(c, body.error);
    thread.labels = [...new Set([...thread.labels, ...body.data.labels])];
    return c.json(thread.labels.map(toRestLabel));
  });
  app.post("/repos/:owner/:repo/issues/:number{[0-9]+}/comments", async (c) => {
    const thread = threadOf(c);
    if (!thread) return missing(c);
    const body = CommentBody.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return invalid(c, body.error);
    const comment = state.addComment(thread, login, body.data.body, new Date().toISOString());
    return c.json(toRestComment(thread, comment), 201);
  });
  app.get("/repos/:owner/:repo/issues/comments/:id{[0-9]+}/reactions", (c) => {
    const comment = state.findComment(`${c.req.param("owner")}/${c.req.param("repo")}`, Number(c.req.param("id")));
    if (!comment) return missing(c);
    return c.json(
      comment.reactions.map(({ id, content, author }) => ({ id, content, user: { login: author, type: "User" } })),
    );
  });

  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

/** One page, with the `Link` header by which clients find the next. */
function paginate(c: Context, rows: readonly object[]): Response {
  const { per_page, page } = Page.parse(c.req.query());
  const start = (page - 1) * per_page;
  if (start + per_page < rows.length) {
    const next = new URL(c.req.url);
    next.searchParams.set("page", String(page + 1));
    c.header("link", `<${next.href}>; rel="next"`);
  }
  return c.json(rows.slice(start, start + per_page));
}
