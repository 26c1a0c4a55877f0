import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem, TraceDetail, TraceList } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClickHouseServer, startClickHouseServer } from "../../testing/clickhouse-server.ts";
import { exportSpans, newSpanId, newTraceId } from "../../testing/otlp-export.ts";
import { findPostgres, type PostgresServer, startPostgres } from "../../testing/postgres-server.ts";
import { refuseServerProcess, type ServerProcess, startServerProcess } from "../../testing/server-process.ts";

const hasPostgres = findPostgres() !== undefined;

describe("a server whose engines are servers of their own", { timeout: 120_000 }, () => {
  let directory: string;
  let clickhouse: ClickHouseServer;
  let postgres: PostgresServer | undefined;
  let variables: Record<string, string>;
  let server: ServerProcess;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-by-url-"));
    clickhouse = await startClickHouseServer(join(directory, "clickhouse-server"));
    postgres = hasPostgres ? await startPostgres() : undefined;
    variables = {
      RATCHET_DATA_DIR: join(directory, "data"),
      RATCHET_CLICKHOUSE_URL: clickhouse.url,
      ...(postgres && { RATCHET_POSTGRES_URL: postgres.url }),
    };
    server = await startServerProcess(variables);
  }, 120_000);
  afterAll(async () => {
    await server?.end("SIGKILL");
    await clickhouse?.kill();
    await postgres?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const get = (path: string) => fetch(`${server.url}${path}`);
  const list = async () => TraceList.parse(await (await get("/api/traces")).json()).traces;
  const open = async (traceId: string) => TraceDetail.parse(await (await get(`/api/traces/${traceId}`)).json());
  const until = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100));
  };
  const isReady = async () => (await get("/readyz")).status === 200;

  async function expectUnavailable(): Promise<void> {
    expect((await get("/readyz")).status).toBe(503);
    const exported = await exportSpans(server.url, [{}]);
    expect(exported.status).toBe(503);
    expect(exported.headers.get("retry-after")).toBe("5");
    const asked = await get("/api/traces");
    expect(asked.status).toBe(503);
    expect(Problem.parse(await asked.json())).toMatchObject({ code: "unavailable" });
    expect((await get("/healthz")).status).toBe(200);
  }

  it("receives, lists and opens traces, and has them after a restart", async () => {
    const traceId = newTraceId();
    const input = `it's "quoted", C:\\temp and\ttabbed`;
    await exportSpans(server.url, [{ traceId, name: "it's", attributes: { "ratchet.input": input } }]);
    const params = new URLSearchParams({ name: "it's" });
    expect(TraceList.parse(await (await get(`/api/traces?${params}`)).json()).total).toBe(1);
    expect((await open(traceId)).input).toEqual([{ role: "input", content: input }]);
    await server.end("SIGTERM");
    server = await startServerProcess(variables);
    expect((await list()).map((trace) => trace.traceId)).toEqual([traceId]);
    expect(readdirSync(join(directory, "data"))).toEqual(hasPostgres ? ["lock"] : ["lock", "postgres"]);
  });

  it("gives media byte by byte, and trees of traces that are too large to be read at once", async () => {
    const traceId = newTraceId();
    const picture = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), randomBytes(4000)]);
    const input = `data:image/png;base64,${picture.toString("base64")}`;
    const rootId = newSpanId();
    await exportSpans(server.url, [
      { traceId, spanId: rootId, attributes: { "ratchet.input": input } },
      ...Array.from({ length: 1200 }, () => ({ traceId, spanId: newSpanId(), parentSpanId: rootId })),
    ]);
    const sha256 = createHash("sha256").update(picture).digest("hex");
    const found = await get(`/api/traces/${traceId}/attachments/${sha256}`);
    expect(Buffer.from(await found.arrayBuffer()).equals(picture)).toBe(true);
    const { tree, spans } = await open(traceId);
    expect([tree.spanCount, spans.length, spans[0]?.descendantCount]).toEqual([1201, 200, 1200]);
  });

  it("says so while the telemetry engine is away, and goes on by itself when it is back", async () => {
    const traceId = newTraceId();
    await exportSpans(server.url, [{ traceId, error: "no answer" }]);
    await clickhouse.kill();
    await expectUnavailable();
    clickhouse = await startClickHouseServer(join(directory, "clickhouse-server"), clickhouse.port);
    await until(isReady);
    expect((await exportSpans(server.url, [{}])).status).toBe(200);
    await until(async () => (await open(traceId)).signals.some((signal) => signal.detector === "error"));
  });

  it.skipIf(!hasPostgres)(
    "says so while the control plane's database is away, and goes on when it is back",
    async () => {
      const before = (await list()).length;
      await postgres?.stop();
      await expectUnavailable();
      await postgres?.startAgain();
      await until(isReady);
      expect((await exportSpans(server.url, [{}])).status).toBe(200);
      expect(await list()).toHaveLength(before + 1);
    },
  );

  it.each([
    ["nothing listens there", "http://ada:lovelace@127.0.0.1:1/default", "ECONNREFUSED"],
    ["there is no such host", "http://nowhere.invalid:8123", "nowhere.invalid"],
    ["it has no such database", () => clickhouse.url.replace("/default", "/nope"), "nope"],
  ])("refuses to start when RATCHET_CLICKHOUSE_URL is wrong: %s", async (_, url, reason) => {
    const RATCHET_CLICKHOUSE_URL = typeof url === "string" ? url : url();
    await expectRefusal({ RATCHET_CLICKHOUSE_URL }, reason);
  });

  it.skipIf(!hasPostgres).each([
    ["nothing listens there", () => "postgres://ada:lovelace@127.0.0.1:1/ratchet", "ECONNREFUSED"],
    ["it has no such database", () => postgres?.url.replace(/postgres$/, "nope") ?? "", '"nope" does not exist'],
    ["it has no such user", () => postgres?.url.replace("ratchet@", "ada:lovelace@") ?? "", '"ada" does not exist'],
  ])("refuses to start when RATCHET_POSTGRES_URL is wrong: %s", async (_, url, reason) => {
    await expectRefusal({ RATCHET_CLICKHOUSE_URL: clickhouse.url, RATCHET_POSTGRES_URL: url() }, reason);
  });

  async function expectRefusal(urls: Record<string, string>, reason: string): Promise<void> {
    const name = Object.keys(urls).at(-1);
    const dataDirectory = join(directory, "refused");
    const { exitCode, stderr } = await refuseServerProcess({ RATCHET_DATA_DIR: dataDirectory, ...urls });
    expect(stderr).toMatch(new RegExp(`^${name}: \\S+ cannot be used: .*${reason}.*\n$`));
    expect(stderr).toContain(`without ${name} the embedded engine is used`);
    expect(stderr).not.toContain("lovelace");
    expect(exitCode).toBe(2);
    expect(readdirSync(dataDirectory)).toEqual([]);
  }
});
