import {
  CaptureResult,
  FailureDetail,
  FailureList,
  Feedback,
  Home,
  LoopStripList,
  Problem,
  type TraceDetail,
} from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";
import { exportSpans, newSpanId, newTraceId } from "../../testing/otlp-export.ts";

const projectHeader = (project: string) => ({ "x-ratchet-project": project });

describe("the loop over HTTP", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const send = (project: string, path: string, method = "GET", body?: unknown) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { ...projectHeader(project), "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const get = async (project: string, path: string) => (await send(project, path)).json();
  const listFailures = async (project: string) => FailureList.parse(await get(project, "/api/failures")).failures;
  const openProject = async (slug: string) => {
    await send("default", "/api/projects", "POST", { slug });
    return slug;
  };
  /** A trace of Teammate that embedded too long a text. */
  const serve = async (project: string, title: string) => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const root = {
      "ratchet.span.kind": "agent",
      "ratchet.input": JSON.stringify({ title, body: "Help" }),
      "ratchet.output": JSON.stringify({ action: "label", labels: ["bug"], comment: null }),
      "ratchet.metadata.repo": "acme/app",
      "ratchet.metadata.kind": "issue",
      "session.id": "acme/app#7",
    };
    const embed = { "ratchet.span.kind": "embedding", "ratchet.input": "log ".repeat(5000) };
    await exportSpans(
      server.url,
      [
        { traceId, spanId: newSpanId(), parentSpanId: spanId, name: "embed", attributes: embed },
        { traceId, spanId, name: "teammate.issue", attributes: root },
      ],
      { headers: projectHeader(project) },
    );
    return traceId;
  };
  const until = async (project: string, isThere: (list: Awaited<ReturnType<typeof listFailures>>) => boolean) => {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
      const list = await listFailures(project);
      if (isThere(list)) return list;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("The signals did not come.");
  };

  it("stores feedback once by its id, and marks what simulated people say", async () => {
    const project = await openProject("feedback");
    const traceId = await serve(project, "One");
    const id = "00000000-0000-4000-8000-000000000001";
    for (const comment of ["Wrong \ud800", `${"x".repeat(199)}😀`, "Quite wrong"]) {
      const response = await send(project, "/api/feedback", "POST", {
        id,
        traceId,
        key: "thumbs",
        score: 0,
        comment,
        source: "simulated",
      });
      expect(response.status).toBe(201);
      expect(Feedback.parse(await response.json())).toMatchObject({ id, comment: comment.toWellFormed() });
    }
    const failures = await until(project, (list) => list.length === 2);
    expect(failures.find((failure) => failure.detector === "thumbs-down")).toMatchObject({
      simulated: true,
      signalCount: 1,
    });
    expect(failures.find((failure) => failure.detector === "oversized-input")?.simulated).toBe(false);
    const trace = (await get(project, `/api/traces/${traceId}`)) as TraceDetail;
    expect(trace.feedback).toMatchObject([{ id, comment: "Quite wrong" }]);
    expect(trace.trace.feedback).toEqual({ up: 0, down: 1, total: 1 });
    expect(trace.signals.map((signal) => signal.detector)).toEqual(["oversized-input", "thumbs-down"]);
    const health = Home.parse(await get(project, "/api/home")).health;
    expect(health).toMatchObject({ traces24h: 1, thumbsUp24h: 0, thumbsDown24h: 1 });
  });

  it("captures a failure's traces as cases, and none of them twice", async () => {
    const project = await openProject("capture");
    const [first] = [await serve(project, "One"), await serve(project, "Two")];
    await send(project, "/api/feedback", "POST", {
      traceId: first,
      key: "correction",
      score: 0,
      value: "+info-needed -bug",
    });
    const [failure] = await until(
      project,
      (list) => list.some((each) => each.detector === "correction") && list.some((each) => each.signalCount === 2),
    );
    const id = failure?.detector === "oversized-input" ? failure.id : "F-1";
    const capture = async (body: unknown) => {
      const response = await send(project, `/api/failures/${id}/capture`, "POST", body);
      return CaptureResult.parse(await response.json());
    };
    const dataset = "oversized-input-teammate.issue";
    expect(await capture({ traceIds: [first, first] })).toEqual({ dataset, version: 1, added: 1, alreadyThere: 0 });
    expect(await capture({})).toEqual({ dataset, version: 2, added: 1, alreadyThere: 1 });
    expect(await capture({})).toEqual({ dataset, version: 2, added: 0, alreadyThere: 2 });
    const { cases } = (await get(project, `/api/datasets/${dataset}/cases`)) as { cases: object[] };
    expect(cases).toContainEqual(
      expect.objectContaining({
        input: { title: "One", body: "Help" },
        reference: { labels: ["info-needed"] },
        metadata: { repo: "acme/app", kind: "issue" },
        cluster: "acme/app#7",
        sourceTraceId: first,
        failure: id,
      }),
    );
    expect(FailureDetail.parse(await get(project, `/api/failures/${id}`))).toMatchObject({
      stage: "captured",
      links: { dataset, caseCount: 2 },
      loop: { next: { command: `npx ratchet eval --gate --fixes ${id}` } },
    });
    const { strips } = LoopStripList.parse(await get(project, `/api/loop?dataset=${dataset}`));
    expect(strips.map((strip) => strip.failure)).toEqual([id]);
    const ofTrace = LoopStripList.parse(await get(project, `/api/loop?trace=${first}`));
    expect(ofTrace.strips).toHaveLength(2);
    const home = Home.parse(await get(project, "/api/home"));
    expect(home.columns.map((column) => column.count)).toEqual([1, 1, 0, 0, 0, 0]);
    expect(home.sentence).toBe("1 failure needs capture · 1 failure needs a fix.");
  });

  it.each([
    ["POST", "/api/feedback", { traceId: "xyz", key: "thumbs", score: 0 }, 400],
    ["POST", "/api/feedback", { traceId: "a".repeat(32), key: "thumbs", score: 0.5 }, 400],
    ["POST", "/api/feedback", { traceId: "a".repeat(32), key: "note" }, 400],
    ["POST", "/api/feedback", "not an object", 400],
    ["GET", "/api/failures/F-0", undefined, 400],
    ["GET", "/api/failures/F-999", undefined, 404],
    ["GET", "/api/failures?stage=lost", undefined, 400],
    ["PATCH", "/api/failures/F-1", { archived: {} }, 400],
    ["PATCH", "/api/failures/F-999", { title: "x" }, 404],
    ["POST", "/api/failures/F-999/capture", {}, 404],
    ["POST", "/api/failures/F-1/capture", { dataset: "no spaces please" }, 400],
    ["GET", "/api/loop", undefined, 400],
    ["GET", "/api/loop?gate=G-99", undefined, 404],
    ["GET", "/api/loop?failure=F-1&gate=G-1", undefined, 400],
  ])("refuses %s %s of %j", async (method, path, body, status) => {
    const response = await send("default", path, method, body);
    expect(response.status).toBe(status);
    expect(Problem.parse(await response.json()).detail).not.toBe("");
  });

  it("keeps projects apart, and forgets a deleted one", async () => {
    const project = await openProject("short-lived");
    const traceId = await serve(project, "One");
    await send(project, "/api/feedback", "POST", { traceId, key: "thumbs", score: 0 });
    await until(project, (list) => list.length === 2);
    const neighbour = await openProject("neighbour");
    expect(await listFailures(neighbour)).toEqual([]);
    expect((await send(neighbour, "/api/failures/F-1")).status).toBe(404);
    await send("default", `/api/projects/${project}`, "DELETE");
    await openProject(project);
    expect(await listFailures(project)).toEqual([]);
    expect((await send(project, `/api/traces/${traceId}`)).status).toBe(404);
    expect(Home.parse(await get(project, "/api/home"))).toMatchObject({ sentence: "No trace has arrived yet." });
  });
});
