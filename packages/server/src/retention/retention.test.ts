import { join } from "node:path";
import {
  CaseList,
  type Dataset,
  DatasetDetail,
  ExperimentDetail,
  type Failure,
  FailureList,
  Problem,
  Project,
  type TraceDetail,
  TraceList,
  UserDataDeleted,
} from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { makeServerPlace, openTestServer, type ServerPlace } from "../../testing/index.ts";
import { exportSpans, newSpanId, newTraceId, type TestSpan } from "../../testing/otlp-export.ts";
import { type ClickHouse, openClickHouse } from "../engines/clickhouse.ts";
import { openPostgres, sql } from "../engines/postgres.ts";
import { fromTraceUuid, toUuid } from "../engines/trace-ids.ts";

const dayMs = 24 * 3600 * 1000;

describe("a server that forgets", () => {
  let place: ServerPlace;
  let server: Awaited<ReturnType<typeof openTestServer>>;
  let clickhouse: ClickHouse;
  let project = "";
  let count = 0;
  const start = async () => {
    server = await openTestServer({ place });
  };
  beforeAll(async () => {
    place = await makeServerPlace();
    await start();
    // The engine's rows as they are, whatever the API shows.
    clickhouse = await openClickHouse({ path: join(place.directory, "clickhouse") });
  });
  afterAll(async () => {
    await clickhouse.close();
    await server[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${server.url}/api${path}`, {
      method,
      headers: { "x-ratchet-project": project, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const get = async (path: string) => (await send("GET", path)).json();
  const statusOf = async (path: string) => (await send("GET", path)).status;
  const newProject = async () => {
    project = `forgets-${++count}`;
    expect((await send("POST", "/projects", { slug: project })).status).toBe(201);
  };
  /** The answer's `partialSuccess`, if there is one. */
  const sendSpans = async (spans: TestSpan[]) => {
    const response = await exportSpans(server.url, spans, {
      headers: { "x-ratchet-project": project },
      encoding: "json",
    });
    expect(response.status).toBe(200);
    const { partialSuccess } = (await response.json()) as {
      partialSuccess?: { rejectedSpans: string; errorMessage: string };
    };
    return partialSuccess;
  };
  const root = (attributes: TestSpan["attributes"] = {}, span: TestSpan = {}) => ({
    traceId: newTraceId(),
    spanId: newSpanId(),
    ...span,
    attributes: { "ratchet.input": "a question", ...attributes },
  });
  const listTraces = async () => TraceList.parse(await get("/traces?limit=500")).traces.map(({ traceId }) => traceId);
  const judge = (traceId: string, given: object) =>
    send("POST", "/feedback", { traceId, key: "thumbs", score: 0, ...given });
  const listFailures = async () => FailureList.parse(await get("/failures")).failures;
  const waitForFailures = (count_: number) =>
    vi.waitFor(async () => {
      const failures = await listFailures();
      expect(failures).toHaveLength(count_);
      return failures;
    }, 10_000);
  /** By table, rows of these traces, or of the project; tables without any are left out. */
  const countRows = async (where: { traceIds: string[] } | { projectId: number }) => {
    const column = "traceIds" in where ? "trace_id" : "project_id";
    const tables = await clickhouse.query<{ table: string }>(
      `SELECT DISTINCT table FROM system.columns WHERE database = currentDatabase() AND name = {column:String}
        AND table NOT LIKE '%_mv' AND table != 'deleted_trace'`,
      { column },
    );
    const [condition, parameters] =
      "traceIds" in where
        ? ["trace_id IN {traces:Array(UUID)}", { traces: where.traceIds.map(toUuid) }]
        : ["project_id = {project:UInt32}", { project: where.projectId }];
    const counts: Record<string, number> = {};
    for (const { table } of tables) {
      const [row] = await clickhouse.query<{ rows: number }>(
        `SELECT toUInt32(count()) AS rows FROM ${table} WHERE ${condition}`,
        parameters,
      );
      if (row?.rows) counts[table] = row.rows;
    }
    return counts;
  };

  describe("a trace", () => {
    it("deletes it with its texts, feedback and signals, for every reader at once, and nothing beside it", async () => {
      await newProject();
      const [gone, kept] = [root({}, { error: "no answer" }), root()];
      await sendSpans([gone, kept]);
      await judge(gone.traceId, { comment: "wrong" });
      await waitForFailures(2);
      expect(Object.keys(await countRows({ traceIds: [gone.traceId] }))).toEqual(
        expect.arrayContaining(["feedback", "payload", "signals", "spans", "trace_loc"]),
      );

      expect((await send("DELETE", `/traces/${gone.traceId}`)).status).toBe(204);
      expect(await countRows({ traceIds: [gone.traceId] })).toEqual({});
      expect(await listTraces()).toEqual([kept.traceId]);
      expect(await statusOf(`/traces/${gone.traceId}`)).toBe(404);
      expect(await statusOf(`/traces/${gone.traceId}/spans/${gone.spanId}`)).toBe(404);
      expect(await listFailures()).toEqual([]);
      expect(((await get(`/traces/${kept.traceId}`)) as TraceDetail).input).toEqual([
        { role: "input", content: "a question" },
      ]);
      const again = await send("DELETE", `/traces/${gone.traceId}`);
      expect(Problem.parse(await again.json())).toMatchObject({
        code: "not-found",
        detail: expect.stringContaining("deleted already"),
      });
    });

    it("is not brought back by what arrives of it later, also after a restart", async () => {
      await newProject();
      const gone = root();
      await sendSpans([gone]);
      await send("DELETE", `/traces/${gone.traceId}`);
      const late = { ...root({}, { traceId: gone.traceId }), parentSpanId: gone.spanId };
      const refused = { rejectedSpans: "2", errorMessage: expect.stringContaining(`${gone.traceId} was deleted`) };
      expect(await sendSpans([gone, late, root()])).toEqual(refused);
      await server[Symbol.asyncDispose]();
      await start();
      expect(await sendSpans([gone, late])).toEqual(refused);
      expect(await statusOf(`/traces/${gone.traceId}`)).toBe(404);
      // Another project may have a trace of the same id.
      await newProject();
      expect(await sendSpans([gone])).toBeUndefined();
    });

    it("leaves the cases made from it, unless they are to be erased too", async () => {
      await newProject();
      const spans = [root({}, { error: "no answer" }), root({}, { error: "no answer" })];
      await sendSpans(spans);
      const [failure] = await waitForFailures(1);
      await send("POST", `/failures/${failure?.id}/capture`, { dataset: "refunds" });
      const cases = async () => CaseList.parse(await get("/datasets/refunds/cases")).total;
      const before = await cases();
      expect(before).toBeGreaterThan(0);
      await send("DELETE", `/traces/${spans[0]?.traceId}`);
      expect(await cases()).toBe(before);
      await send("DELETE", `/traces/${spans[1]?.traceId}?cases=erase`);
      expect(await cases()).toBeLessThanOrEqual(before);
    });
  });

  describe("a user", () => {
    const ada = { "user.id": "ada@example.com" };

    it("loses every trace, judgement and copy of what they said, in every version; others lose nothing", async () => {
      await newProject();
      const [first, other] = [root(ada, { error: "x" }), root({ "user.id": "bob" })];
      // The root does not say whose trace it is.
      const second = root({ "ratchet.input": "nobody's" });
      await sendSpans([
        first,
        other,
        second,
        { ...root(ada, { traceId: second.traceId }), parentSpanId: second.spanId },
      ]);
      await judge(other.traceId, { userId: "ada@example.com", comment: "I, Ada, call this wrong" });
      await judge(second.traceId, { userId: "bob" });
      const failures = await waitForFailures(2);
      const error = failures.find(({ detector }) => detector === "error") as Failure;
      await send("POST", `/failures/${error.id}/capture`, { dataset: "refunds" });
      await send("POST", "/datasets/refunds/versions", {
        message: "another",
        upsert: [{ id: "bobs", input: "Bob's" }],
      });
      const { cases } = CaseList.parse(await get("/datasets/refunds/cases"));
      const captured = cases.find(({ sourceTraceId }) => sourceTraceId === first.traceId);
      const run = root({ "ratchet.span.kind": "evaluator", "ratchet.input": "a question, asked again" });
      await sendSpans([run]);
      const experiment = await runExperiment(captured?.id ?? "", run.traceId);

      const answer = await send("DELETE", `/users/${encodeURIComponent("ada@example.com")}/data`);
      expect(answer.status).toBe(200);
      expect(UserDataDeleted.parse(await answer.json())).toEqual({ traces: 2, feedback: 1, cases: 1 });

      expect(await countRows({ traceIds: [first.traceId, second.traceId, run.traceId] })).toEqual({});
      expect(await listTraces()).toEqual([other.traceId]);
      expect(await get(`/traces/${other.traceId}`)).toMatchObject({ feedback: [], signals: [] });
      const dataset = DatasetDetail.parse(await get("/datasets/refunds"));
      expect(dataset.versions[0]).toMatchObject({
        caseCount: 1,
        removed: 1,
        message: expect.stringContaining("erased"),
      });
      for (const { version } of dataset.versions) {
        const listed = CaseList.parse(await get(`/datasets/refunds/cases?version=${version}`)).cases;
        expect(listed.filter(({ id }) => id === captured?.id).map(({ input }) => input)).toEqual(
          version === dataset.latestVersion ? [] : ["(erased)"],
        );
      }
      const { results } = ExperimentDetail.parse(await get(`/experiments/${experiment}`));
      expect(results).toMatchObject([
        { caseId: "bobs", output: "answered bobs" },
        { caseId: captured?.id, output: null, reasons: {}, scores: { right: 1 }, traceId: null },
      ]);
      expect(UserDataDeleted.parse(await (await send("DELETE", "/users/ada%40example.com/data")).json())).toEqual({
        traces: 0,
        feedback: 0,
        cases: 0,
      });
    });

    it("who comes back is a new user", async () => {
      await newProject();
      await sendSpans([root(ada)]);
      await send("DELETE", "/users/ada%40example.com/data");
      const back = root(ada);
      expect(await sendSpans([back])).toBeUndefined();
      expect(await listTraces()).toEqual([back.traceId]);
    });

    async function runExperiment(caseId: string, traceId: string): Promise<string> {
      const { latestVersion } = (await get("/datasets/refunds")) as Dataset;
      const made = await send("POST", "/experiments", {
        name: "run",
        dataset: "refunds",
        datasetVersion: latestVersion,
        target: {},
        metrics: [{ name: "right" }],
      });
      const { id } = (await made.json()) as { id: string };
      const result = (of: string) => ({
        caseId: of,
        trial: 1,
        outcome: "ok",
        output: `answered ${of}`,
        scores: { right: 1 },
        reasons: { right: "as Ada said" },
        durationMs: 1,
      });
      const results = [{ ...result(caseId), traceId }, result("bobs")];
      expect((await send("POST", `/experiments/${id}/results`, { results })).status).toBe(200);
      return id;
    }
  });

  describe("a project", () => {
    it("goes with every row in every table, and a new one of its name is empty", async () => {
      await newProject();
      const spans = [root({}, { error: "x" }), root()];
      await sendSpans(spans);
      await judge(newTraceId(), { comment: "of a trace that never came" });
      await waitForFailures(1);
      await send("DELETE", `/traces/${spans[1]?.traceId}`);
      const [{ id: projectId = 0 } = {}] = await clickhouse.query<{ id: number }>(
        "SELECT project_id AS id FROM spans WHERE trace_id = {trace:UUID}",
        { trace: toUuid(spans[0]?.traceId ?? "") },
      );
      expect(Object.keys(await countRows({ projectId })).length).toBeGreaterThan(3);
      expect((await send("DELETE", `/projects/${project}`)).status).toBe(204);
      expect(await countRows({ projectId })).toEqual({});
      expect(await statusOf("/traces")).toBe(404);
      await send("POST", "/projects", { slug: project });
      expect(await listTraces()).toEqual([]);
      expect(await listFailures()).toEqual([]);
      // What was deleted in the old one is no business of the new.
      expect(await sendSpans(spans)).toBeUndefined();
    });
  });

  describe("what is older than its project keeps", () => {
    it("is not shown and not taken from the moment on that the days are set; the next sweep deletes it", async () => {
      await newProject();
      const daysAgo = (days: number) => ({ startMs: Date.now() - days * dayMs });
      const [old, recent] = [root({}, { ...daysAgo(40), error: "said by Ada" }), root({}, daysAgo(20))];
      await sendSpans([old, recent]);
      const [failure] = await waitForFailures(1);
      await send("POST", `/failures/${failure?.id}/capture`, { dataset: "refunds" });
      expect(await listTraces()).toEqual([recent.traceId, old.traceId]);

      const patched = await send("PATCH", `/projects/${project}`, { retentionDays: 30 });
      expect(Project.parse(await patched.json())).toMatchObject({ slug: project, retentionDays: 30 });
      expect(await listTraces()).toEqual([recent.traceId]);
      expect(await statusOf(`/traces/${old.traceId}`)).toBe(404);
      expect(await statusOf(`/traces/${old.traceId}/spans/${old.spanId}`)).toBe(404);
      expect(await sendSpans([root({}, daysAgo(31))])).toMatchObject({
        rejectedSpans: "1",
        errorMessage: expect.stringContaining("more than 30 days ago"),
      });

      const [{ id: projectId = 0 } = {}] = await clickhouse.query<{ id: number }>(
        "SELECT project_id AS id FROM spans WHERE trace_id = {trace:UUID}",
        { trace: toUuid(old.traceId) },
      );
      const ofNoTrace = { project_id: projectId, trace_id: toUuid(newTraceId()) };
      const time = Math.floor(daysAgo(40).startMs / 1000);
      await clickhouse.insert("feedback", [{ ...ofNoTrace, id: toUuid(newTraceId()), key: "thumbs", ts: time }]);
      await clickhouse.insert("payload", [{ ...ofNoTrace, hash: "1", role: "input", content: "orphaned", ts: time }]);
      await clickhouse.insert("metric_points", [{ project_id: projectId, name: "old", time }]);

      await server[Symbol.asyncDispose]();
      await start();
      await vi.waitFor(async () => {
        expect(await countRows({ traceIds: [old.traceId] })).toEqual({ signals: 1 });
        expect(await countRows({ traceIds: [fromTraceUuid(ofNoTrace.trace_id)] })).toEqual({});
        expect(await countRows({ projectId })).not.toHaveProperty("metric_points");
      }, 20_000);
      const [left] = await clickhouse.query("SELECT reason, user_id FROM signals WHERE trace_id = {trace:UUID}", {
        trace: toUuid(old.traceId),
      });
      expect(left).toEqual({ reason: "", user_id: "" });
      expect(await listTraces()).toEqual([recent.traceId]);
      expect((await listFailures()).map(({ id }) => id)).toEqual([failure?.id]);
      expect(CaseList.parse(await get("/datasets/refunds/cases")).total).toBe(1);
      const span = await get(`/traces/${recent.traceId}/spans/${recent.spanId}`);
      expect(span).toMatchObject({ input: [{ role: "input", content: "a question" }] });
    });

    it("is kept for ever again when nobody says otherwise, and days are whole and positive", async () => {
      await newProject();
      await send("PATCH", `/projects/${project}`, { retentionDays: 30 });
      const named = await send("PATCH", `/projects/${project}`, { name: "Shop" });
      expect(await named.json()).toMatchObject({ name: "Shop", retentionDays: 30 });
      for (const retentionDays of [0, -1, 1.5, 4000]) {
        expect((await send("PATCH", `/projects/${project}`, { retentionDays })).status).toBe(400);
      }
      await send("PATCH", `/projects/${project}`, { retentionDays: null });
      const old = root({}, { startMs: Date.now() - 400 * dayMs });
      expect(await sendSpans([old])).toBeUndefined();
      expect(await listTraces()).toEqual([old.traceId]);
    });
  });

  it("finishes at the next start what it was killed in, and takes deleted rows from the disk", async () => {
    await newProject();
    const [gone, kept] = [root({ "user.id": "eve" }), root()];
    await sendSpans([gone, kept]);
    await server[Symbol.asyncDispose]();
    // As a process leaves it that is killed after it has taken the request.
    const postgres = await openPostgres(place.postgres);
    await postgres.query(sql`
      insert into deletion (id, project_id, kind, subject, erases_cases, requested_at)
      select gen_random_uuid(), id, 'user', 'eve', true, now() from project where slug = ${project}`);
    await postgres.close();
    await start();
    expect(await listTraces()).toEqual([kept.traceId]);
    expect(await countRows({ traceIds: [gone.traceId] })).toEqual({});
    await vi.waitFor(
      async () =>
        expect(
          await clickhouse.query(
            "SELECT DISTINCT table FROM system.parts WHERE database = currentDatabase() AND active AND has_lightweight_delete",
          ),
        ).toEqual([]),
      10_000,
    );
    await server[Symbol.asyncDispose]();
    const again = await openPostgres(place.postgres);
    expect(await again.query(sql`select id from deletion`)).toEqual([]);
    await again.close();
    await start();
  });
});
