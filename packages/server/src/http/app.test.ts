import { Problem } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";

describe("the HTTP application", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const send = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);
  const post = (path: string, body: unknown) =>
    send(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

  it("says that it is well and ready", async () => {
    expect((await send("/healthz")).status).toBe(200);
    expect((await send("/readyz")).status).toBe(200);
  });

  it("describes every route of its features", async () => {
    const description = (await (await send("/api/openapi.json")).json()) as { paths: object };
    expect(Object.keys(description.paths)).toContain("/api/projects");
  });

  it("answers errors as problems that say what to do", async () => {
    const unknown = await send("/api/events", { headers: { "x-ratchet-project": "nope" } });
    expect(unknown.status).toBe(404);
    const problem = Problem.parse(await unknown.json());
    expect(problem.code).toBe("unknown-project");
    expect(problem.detail).toContain("POST /api/projects");
  });

  it("refuses an address that cannot be decoded", async () => {
    for (const path of ["/%E0%A4%A", "/api/projects/%"]) {
      const response = await send(path);
      expect(response.status).toBe(400);
      expect(Problem.parse(await response.json()).detail).toContain("%");
    }
  });

  it("names the field of a bad request", async () => {
    const problem = Problem.parse(await (await post("/api/projects", { slug: "No Spaces" })).json());
    expect(problem.errors?.[0]?.path).toBe("slug");
  });

  it("refuses text that its engines cannot hold, and says so", async () => {
    for (const name of ["a\0b", "\ud800"]) {
      const response = await post("/api/projects", { slug: "nul", name });
      const facts = [{ label: name, value: name }];
      const activity = {
        state: "done",
        message: "",
        done: 0,
        total: 0,
        steps: [],
        facts,
        updatedAt: "2026-11-24T00:00:00Z",
      };
      const put = { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(activity) };
      const jsonb = await send("/api/projects/default/activity", put);
      for (const refused of name === "a\0b" ? [response, jsonb] : [jsonb]) {
        expect(refused.status).toBe(400);
        expect(Problem.parse(await refused.json()).detail).toContain("NUL");
      }
    }
  });

  it("refuses requests from other sites' pages", async () => {
    const response = await send("/api/projects", { headers: { origin: "https://evil.example" } });
    expect(response.status).toBe(403);
  });

  it("refuses a wrong key even where none is needed", async () => {
    const response = await send("/api/projects", { headers: { authorization: "Bearer rk_wrong" } });
    expect(response.status).toBe(401);
  });

  it("keeps a project's key inside its project", async () => {
    await post("/api/projects", { slug: "walled" });
    const { secret } = (await (await post("/api/keys", { name: "ci", project: "walled" })).json()) as {
      secret: string;
    };
    const authorization = `Bearer ${secret}`;
    expect((await send("/api/projects/walled", { headers: { authorization } })).status).toBe(200);
    expect((await send("/api/projects/default", { headers: { authorization } })).status).toBe(403);
    expect((await send("/api/keys", { headers: { authorization } })).status).toBe(403);
  });

  it("makes a project once and forgets a deleted one", async () => {
    expect((await post("/api/projects", { slug: "short-lived" })).status).toBe(201);
    expect((await post("/api/projects", { slug: "short-lived" })).status).toBe(409);
    expect((await send("/api/projects/short-lived", { method: "DELETE" })).status).toBe(204);
    expect((await send("/api/projects/short-lived")).status).toBe(404);
  });

  it("tells open streams what changed", async () => {
    const response = await send("/api/events");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    await post("/api/projects", { slug: "announced" });
    const { value } = (await reader?.read()) ?? {};
    expect(value).toContain('"id":"announced"');
    await reader?.cancel();
  });
});
