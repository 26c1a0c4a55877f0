import { CaseList, Dataset, DatasetDetail, DatasetVersion, Problem } from "@ratchet/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";

describe("a dataset", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  let name: string;
  let count = 0;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    name = `questions/${++count}`;
    expect((await send("POST", "", { name })).status).toBe(201);
  });

  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${server.url}/api/datasets${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const at = () => `/${encodeURIComponent(name)}`;
  const change = (body: object) => send("POST", `${at()}/versions`, { message: "change", ...body });
  const cases = async (query = "") => CaseList.parse(await (await send("GET", `${at()}/cases${query}`)).json());
  const detail = async () => DatasetDetail.parse(await (await send("GET", at())).json());

  it("is empty at version 0, and made once", async () => {
    expect(await detail()).toMatchObject({ name, latestVersion: 0, caseCount: 0, versions: [] });
    expect((await send("POST", "", { name })).status).toBe(409);
  });

  it("makes one version of one change, counting what it did", async () => {
    await change({
      upsert: [
        { id: "a", input: 1 },
        { id: "b", input: 2 },
      ],
    });
    const response = await change({
      upsert: [
        { id: "a", input: 1 },
        { id: "b", input: 3 },
        { id: "c", input: 4 },
      ],
      author: "ada",
    });
    expect(response.status).toBe(201);
    const version = DatasetVersion.parse(await response.json());
    expect(version).toMatchObject({ version: 2, author: "ada", caseCount: 3, added: 1, changed: 1, removed: 0 });
    await change({ remove: ["a"] });
    expect((await detail()).versions.map((each) => [each.version, each.caseCount])).toEqual([
      [3, 2],
      [2, 3],
      [1, 2],
    ]);
  });

  it("keeps every version as it was, in order of first appearance", async () => {
    await change({
      upsert: [
        { id: "b", input: "old" },
        { id: "a", input: 2 },
      ],
    });
    await change({ upsert: [{ id: "b", input: "new" }], remove: ["a"] });
    expect((await cases("?version=1")).cases.map(({ id, input }) => [id, input])).toEqual([
      ["b", "old"],
      ["a", 2],
    ]);
    expect((await cases()).cases.map(({ id, input }) => [id, input])).toEqual([["b", "new"]]);
    expect((await send("GET", `${at()}/cases?version=9`)).status).toBe(404);
  });

  it("names cases by their input when they have no id, whatever the order of its keys", async () => {
    await change({ upsert: [{ input: { title: "crash", body: "on start" } }] });
    const again = await change({ upsert: [{ input: { body: "on start", title: "crash" } }] });
    expect(again.status).toBe(200);
    const { cases: stored } = await cases();
    expect(stored).toHaveLength(1);
    expect(stored[0]?.id).toMatch(/^c-[0-9a-f]{16}$/);
    expect(Object.keys(stored[0]?.input as object)).toEqual(["title", "body"]);
  });

  it("makes no version of a change that changes nothing", async () => {
    await change({ upsert: [{ id: "a", input: 1 }] });
    const response = await change({ upsert: [{ id: "a", input: 1 }] });
    expect(response.status).toBe(200);
    expect(DatasetVersion.parse(await response.json()).version).toBe(1);
  });

  it("stores nothing when any row is bad, and names each bad row", async () => {
    const response = await change({
      upsert: [
        { id: "a", input: 1 },
        { id: "a", input: 2 },
        { id: "c", input: "x".repeat(1_000_001) },
      ],
      remove: ["gone"],
    });
    expect(response.status).toBe(400);
    const problem = Problem.parse(await response.json());
    expect(problem.errors?.map(({ path }) => path)).toEqual(["upsert.1.id", "upsert.2", "remove.0"]);
    const badTrace = await change({
      upsert: [
        { id: "a", input: 1 },
        { input: 1, sourceTraceId: "xyz" },
      ],
    });
    expect(Problem.parse(await badTrace.json()).errors?.[0]?.path).toBe("upsert.1.sourceTraceId");
    expect(await detail()).toMatchObject({ latestVersion: 0, caseCount: 0 });
  });

  it("keeps where a case came from, and any text", async () => {
    const given = {
      id: "hostile",
      input: { text: "'; drop table dataset; -- \u0000 \ud800 <script>" },
      reference: null,
      metadata: { kind: "issue", stars: 3 },
      cluster: "acme/app#7",
      split: "test",
      sourceTraceId: "0af7651916cd43dd8448eb211c80319c",
      failure: "F-1",
    };
    expect((await change({ upsert: [given], message: "with \u0000", author: "\u0000" })).status).toBe(201);
    expect((await send("POST", "", { name: `${name}/other`, description: "\u0000" })).status).toBe(201);
    expect((await cases()).cases[0]).toEqual({ ...given, locked: null });
    expect((await detail()).failures).toEqual(["F-1"]);
  });

  it("counts honestly when it is read in pages", async () => {
    await change({ upsert: Array.from({ length: 25 }, (_, index) => ({ id: `case-${index}`, input: index })) });
    const page = await cases("?limit=10&offset=20");
    expect(page.total).toBe(25);
    expect(page.cases.map(({ input }) => input)).toEqual([20, 21, 22, 23, 24]);
  });

  it("copies no case that a version leaves alone", async () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({ id: `case-${index}`, input: { index } }));
    await change({ upsert: many });
    for (let round = 0; round < 3; round++) await change({ upsert: [{ id: "case-0", input: { round } }] });
    expect(await detail()).toMatchObject({ latestVersion: 4, caseCount: 2000 });
    expect((await cases("?version=2&limit=1")).cases[0]?.input).toEqual({ round: 0 });
  });

  it("takes concurrent changes one after the other", async () => {
    const changes = Array.from({ length: 5 }, (_, index) =>
      change({ upsert: [{ id: `case-${index}`, input: index }] }),
    );
    expect((await Promise.all(changes)).map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(await detail()).toMatchObject({ latestVersion: 5, caseCount: 5 });
  });

  it("goes away when deleted", async () => {
    await change({ upsert: [{ id: "a", input: 1 }] });
    expect((await send("DELETE", at())).status).toBe(204);
    expect((await send("GET", at())).status).toBe(404);
    const list = (await (await send("GET", "")).json()) as { datasets: unknown[] };
    expect(list.datasets.map((each) => Dataset.parse(each).name)).not.toContain(name);
  });
});
