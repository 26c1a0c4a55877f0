import { readFile, stat } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { ApiKeyCreated, Problem, ProjectList, Session } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";

/** Routes that answer without a key, as they give no data. */
const open = new Set(["GET /api/session", "DELETE /api/session"]);

describe("a server that listens beyond its machine", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  let firstKey: string;
  let routes: { method: string; path: string }[];
  beforeAll(async () => {
    server = await openTestServer({ host: "0.0.0.0" });
    firstKey = (await readFile(server.firstKeyFile ?? "", "utf8")).trim();
    routes = await listRoutes();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
  const createKey = async (project: string | null) => {
    const response = await send("POST", "/api/keys", bearer(firstKey), { name: "ci", project });
    return ApiKeyCreated.parse(await response.json());
  };
  const codeOf = async (response: Response) => Problem.parse(await response.json()).code;

  /** Every route of the description, and those that are no JSON and not in it. */
  async function listRoutes() {
    const { paths } = (await (await send("GET", "/api/openapi.json")).json()) as { paths: Record<string, object> };
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === "slug" ? "default" : "x")),
      })),
    );
    const others = ["/api/events", "/api/nothing", "/v1/traces", "/v1/nothing"].map((path) => ({
      method: "GET",
      path,
    }));
    return [...described, ...others].filter(({ method, path }) => !open.has(`${method} ${path}`));
  }

  /** Status of every route as `GET /api/traces 401`, for comparing with what it should be. */
  const callAll = (headers: Record<string, string>) =>
    Promise.all(
      routes.map(async ({ method, path }) => {
        const body = path === "/api/session" ? { key: "rk_wrong" } : undefined;
        return `${method} ${path} ${(await send(method, path, headers, body)).status}`;
      }),
    );
  const expected = (status: number) => routes.map(({ method, path }) => `${method} ${path} ${status}`);

  it("asks every route for a key", async () => {
    expect(routes.length).toBeGreaterThan(40);
    expect(await callAll({})).toEqual(expected(401));
  });

  it("refuses an unknown key, a revoked one, and one that is not a bearer's, on every route", async () => {
    const { id, secret } = await createKey(null);
    expect((await send("GET", "/api/home", bearer(secret))).status).toBe(200);
    expect((await send("DELETE", `/api/keys/${id}`, bearer(firstKey))).status).toBe(204);
    const basic = { authorization: `Basic ${btoa(`key:${firstKey}`)}` };
    for (const headers of [bearer("rk_wrong"), bearer(secret), basic])
      expect(await callAll(headers)).toEqual(expected(401));
  });

  it("keeps another project's key out of every route", async () => {
    await send("POST", "/api/projects", bearer(firstKey), { slug: "walled" });
    const { secret } = await createKey("walled");
    const isOwn = (line: string) => line.startsWith("POST /api/session") || line.startsWith("GET /api/projects 200");
    const answers = await callAll({ ...bearer(secret), "x-ratchet-project": "default" });
    const refused = expected(403).filter((_, index) => !isOwn(answers[index] ?? ""));
    expect(answers.filter((line) => !isOwn(line))).toEqual(refused);
    const { projects } = ProjectList.parse(await (await send("GET", "/api/projects", bearer(secret))).json());
    expect(projects.map(({ slug }) => slug)).toEqual(["walled"]);
    expect((await send("GET", "/api/home?project=default", bearer(secret))).status).toBe(403);
    expect((await send("GET", "/api/home", bearer(secret))).status).toBe(200);
  });

  it("leaves its first key where only its own user can read it", async () => {
    expect((await stat(server.firstKeyFile ?? "")).mode & 0o777).toBe(0o600);
    expect((await send("GET", "/api/keys", bearer(firstKey))).status).toBe(200);
  });

  it("tells who has no key where keys come from", async () => {
    const problem = Problem.parse(await (await send("GET", "/api/home")).json());
    expect(problem.detail).toContain("ratchet keys create");
    expect(problem.detail).toContain("first-key");
  });

  it("says that it is well without a key, and describes itself", async () => {
    for (const path of ["/healthz", "/readyz", "/metrics", "/api/openapi.json", "/api/docs"])
      expect((await send("GET", path)).status).toBe(200);
  });

  describe("to a browser", () => {
    const signIn = (key: string, headers = {}) => send("POST", "/api/session", headers, { key });
    const isSignedIn = async (headers: Record<string, string>) =>
      Session.parse(await (await send("GET", "/api/session", headers)).json()).signedIn;
    const cookieOf = (response: Response) => ({ cookie: response.headers.getSetCookie()[0]?.split(";")[0] ?? "" });

    it("gives a cookie for a key, which scripts and other sites cannot use, and takes it back", async () => {
      const signedIn = await signIn(firstKey);
      expect(signedIn.status).toBe(204);
      expect(signedIn.headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Strict$/);
      const cookie = cookieOf(signedIn);
      expect((await send("GET", "/api/home", cookie)).status).toBe(200);
      expect((await send("POST", "/api/projects", cookie, { slug: "by-cookie" })).status).toBe(201);
      expect(await isSignedIn(cookie)).toBe(true);
      const signedOut = await send("DELETE", "/api/session", cookie);
      expect(signedOut.headers.get("set-cookie")).toMatch(/^ratchet_key=; Max-Age=0/);
      expect(await isSignedIn({})).toBe(false);
    });

    it("keeps the cookie to HTTPS behind a proxy that speaks it", async () => {
      const response = await signIn(firstKey, { "x-forwarded-proto": "https" });
      expect(response.headers.get("set-cookie")).toContain("; Secure");
    });

    it("refuses a wrong key with a reason, and what is no key at all", async () => {
      const wrong = await signIn("rk_wrong");
      expect(wrong.headers.get("set-cookie")).toBeNull();
      expect(await codeOf(wrong)).toBe("unauthenticated");
      expect(await codeOf(await signIn(""))).toBe("invalid-request");
    });

    it("asks again once the cookie's key is revoked", async () => {
      const { id, secret } = await createKey(null);
      const cookie = cookieOf(await signIn(secret));
      expect((await send("GET", "/api/home", cookie)).status).toBe(200);
      await send("DELETE", `/api/keys/${id}`, bearer(firstKey));
      expect((await send("GET", "/api/home", cookie)).status).toBe(401);
      expect(await isSignedIn(cookie)).toBe(false);
    });

    it("refuses every request of another site's page, though the browser sent the cookie", async () => {
      const cookie = cookieOf(await signIn(firstKey));
      for (const origin of ["https://evil.example", "null", `${server.url}.evil.example`, "http://127.0.0.1:1"])
        expect(await callAll({ ...cookie, origin })).toEqual(expected(403));
      expect((await send("GET", "/api/home", { ...cookie, origin: server.url })).status).toBe(200);
    });
  });
});

describe("a server of this machine", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("makes no key, as it asks for none", () => {
    expect(server.firstKeyFile).toBeUndefined();
  });

  it("works with a cookie that another server gave", async () => {
    const response = await fetch(`${server.url}/api/home`, { headers: { cookie: "ratchet_key=rk_of_other_days" } });
    expect(response.status).toBe(200);
  });

  it.each(["evil.example", "evil.example:3000", "127.0.0.1.evil.example"])(
    "refuses requests for the host %j, whose name someone may have pointed at this machine",
    async (host) => {
      const { status, body } = await getAs(host, server.url);
      expect(status).toBe(403);
      expect(body).toContain("localhost only");
    },
  );

  it.each(["localhost", "127.0.0.1:3000", "[::1]:3000"])("answers to %s", async (host) => {
    expect((await getAs(host, server.url)).status).toBe(200);
  });
});

/** `fetch` does not let the Host header be chosen. */
async function getAs(host: string, url: string): Promise<{ status: number | undefined; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>();
  httpRequest(`${url}/api/home`, { headers: { host } }, async (response) => {
    resolve({ status: response.statusCode, body: await text(response) });
  })
    .on("error", reject)
    .end();
  return promise;
}
