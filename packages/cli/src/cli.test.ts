import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type FixtureHandlers,
  makeExperiment,
  makeGate,
  makeRelease,
  makeStrip,
  makeVerdict,
  openFixtureServer,
  Refusal,
} from "@ratchet/evals/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureRatchet } from "../testing/run-ratchet.ts";
import { commands } from "./command-table.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const escapeCode = "\u001b";

/** Runs one command against a server with these answers. */
async function ask(handlers: FixtureHandlers, ...args: string[]) {
  await using server = await openFixtureServer(handlers);
  const outcome = await captureRatchet(args, { env: { RATCHET_URL: server.url, RATCHET_PROJECT: "shop" } });
  const mask = (text: string) => text.replaceAll(server.url, "http://server");
  return { ...outcome, stdout: mask(outcome.stdout), stderr: mask(outcome.stderr), requests: server.requests };
}

const words = Object.entries(commands).flatMap(([name, { subcommands = [] }]) => [
  [name],
  ...subcommands.map((subcommand) => [name, subcommand]),
]);

describe("help", () => {
  it.each(words.map((path) => [path.join(" "), path] as const))("explains ratchet %s", async (_, path) => {
    const { exitCode, stdout, stderr } = await captureRatchet([...path, "--help"]);
    expect(stdout).toContain(`ratchet ${path.join(" ")}`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  it("lists every command and the loop, and costs no command's code", async () => {
    const { exitCode, stdout } = await captureRatchet([]);
    expect(exitCode).toBe(0);
    for (const name of Object.keys(commands)) expect(stdout).toContain(`\n  ${name} `);
    expect(stdout).toContain("ratchet eval --gate --fixes F-1");
  });

  it("is what the README promises: every command stands there", () => {
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    for (const path of words) expect(readme).toContain(path.length === 1 ? `\`${path[0]}` : `${path[0]} ${path[1]}`);
  });
});

describe("what is typed wrong", () => {
  it.each([
    [["statsu"], "Did you mean `status`?"],
    [["traces", "list", "--limt", "3"], "did you mean --limit?"],
    [["traces", "show"], "fix  ratchet traces show --help"],
    [["traces", "lst"], "fix  ratchet traces --help"],
    [["traces", "list", "--status", "broken"], "ok"],
    [["feedback", traceId], "Give --thumbs up or down"],
    [["config", "--url", "localhost"], '"localhost" (--url) is not a URL of a server.'],
    [["config", "--project", "My Shop"], "(--project) cannot name a project"],
    [["explain", "no-such-code"], "There is no code"],
  ])("ends %j with 2 and says what to do", async (args, message) => {
    const { exitCode, stdout, stderr } = await captureRatchet(args);
    expect(stderr).toContain(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });
});

describe("what the server refuses", () => {
  it.each([
    ["unauthenticated", 5, "RATCHET_API_KEY"],
    ["forbidden", 5, "ratchet keys list"],
    ["not-found", 2, "ratchet explain not-found"],
    ["unknown-project", 2, "--project"],
    ["too-busy", 4, "Try again"],
    ["unavailable", 4, "/readyz"],
  ] as const)("ends with its code: %s is %i", async (code, exitCode, fix) => {
    const outcome = await ask(
      {
        "GET /api/home": () => {
          throw new Refusal(code, "because of this");
        },
      },
      "status",
    );
    expect(outcome).toMatchObject({ exitCode, stdout: "" });
    expect(outcome.stderr).toContain("because of this");
    expect(outcome.stderr).toContain(fix);
  });

  it("ends with 4 when nobody answers, and says how to start one", async () => {
    const env = { RATCHET_URL: "http://127.0.0.1:9" };
    const { exitCode, stderr } = await captureRatchet(["traces", "list"], { env });
    expect(exitCode).toBe(4);
    expect(stderr).toContain("No Ratchet server answers at http://127.0.0.1:9.");
    expect(stderr).toContain("ratchet start");
    expect(stderr).not.toContain("at async");
  });

  it("shows where an error comes from only when asked", async () => {
    const env = { RATCHET_URL: "http://127.0.0.1:9" };
    const { stderr } = await captureRatchet(["traces", "list", "--debug"], { env });
    expect(stderr).toContain("at ");
    expect(stderr).toContain("caused by");
  });
});

describe("a verdict", () => {
  const gateOf = (gate: ReturnType<typeof makeGate>): FixtureHandlers => ({
    "GET /api/experiments/:id": ({ id }) => ({ ...makeExperiment({ id }), results: [] }),
    "GET /api/gates": () => ({ gates: [], total: 0 }),
    "POST /api/gates": () => gate,
  });

  it.each([
    ["pass", 0, "ratchet release create --gate G-1"],
    ["regress", 1, "got worse"],
    ["inconclusive", 3, "add about 70 cases"],
    ["infrastructure", 4, "void"],
  ] as const)("of %s ends with %i and the next step", async (verdict, exitCode, next) => {
    const criteria = [makeVerdict({ furtherCases: verdict === "inconclusive" ? 70 : null })];
    const outcome = await ask(gateOf(makeGate({ verdict, exitCode, criteria })), "gate", "E-2", "--baseline", "E-1");
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stderr).toContain(next);
    expect(outcome.stderr).toContain("open  http://server/p/shop/gates/G-1");
  });

  it("comes in words before numbers, a line a criterion", async () => {
    const gate = makeGate({
      verdict: "inconclusive",
      exitCode: 3,
      sentence: "refusal may be worse by more than 0.05",
      criteria: [
        makeVerdict(),
        makeVerdict({
          criterion: {
            metric: "refusal",
            segment: { kind: "pull" },
            direction: "higher",
            margin: 0.05,
            role: "guardrail",
          },
          word: "not enough evidence",
          verdict: "inconclusive",
          difference: -0.03,
          low: -0.07,
          high: 0.01,
          improved: 0,
          regressed: 4,
          furtherCases: 70,
          fewCases: true,
        }),
      ],
      locked: [
        {
          caseId: "c1",
          record: { passes: 5, trials: 5 },
          now: { passes: 4, trials: 5 },
          p: 0.5,
          pAdjusted: 0.5,
          state: "flaky",
        },
      ],
      warnings: ["The pooled direction differs from every segment's."],
    });
    const { stdout } = await ask(gateOf(gate), "gate", "E-2", "--baseline", "E-1");
    expect(stdout).toMatchInlineSnapshot(`
      " criterion             base   cand  Δ [90 % interval]         ↑/↓  verdict
       exact-match          0.810  0.880  +0.070 [+0.020, +0.120]  11/2  ✓ better
       refusal (kind=pull)  0.810  0.880  -0.030 [-0.070, +0.010]   0/4  ? not enough evidence
       refusal (kind=pull): about 70 more cases would decide it, few cases (60)
       locked case c1 flaky: 4 of 5 now, 5 of 5 on record
       note  The pooled direction differs from every segment's.
       GATE  ? INCONCLUSIVE  refusal may be worse by more than 0.05  exit 3
      "
    `);
  });

  it("asks another look by the same criteria as the first", async () => {
    const criterion = { metric: "exact-match", direction: "higher", margin: 0.02, role: "primary" } as const;
    const before = makeGate({ criteria: [makeVerdict({ criterion })] });
    const handlers = { ...gateOf(before), "GET /api/gates": () => ({ gates: [before], total: 1 }) };
    const { requests } = await ask(handlers, "gate", "E-2", "--baseline", "E-1");
    expect(requests.at(-1)?.body.criteria).toEqual([criterion]);
  });

  it("is one document with --json, and nothing else on stdout", async () => {
    const { stdout, exitCode } = await ask(
      gateOf(makeGate({ verdict: "regress", exitCode: 1 })),
      "gate",
      "E-2",
      "--baseline",
      "E-1",
      "--json",
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, gate: { id: "G-1", verdict: "regress" } });
  });
});

describe("output", () => {
  const trace = {
    traceId,
    rootSpanId: "b7ad6b7169203331",
    name: `triage${escapeCode}[2J`,
    kind: "agent",
    status: "error",
    startTime: "2026-11-24T05:00:00.000Z",
    durationMs: 1234,
    spanCount: 3,
    errorCount: 1,
    inputTokens: null,
    outputTokens: null,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    costUsd: 0.0123,
    inputPreview: "日本語の質問\nwith a line break",
    outputPreview: "",
    sessionId: null,
    userId: null,
    tags: [],
    environment: null,
    release: null,
    exposure: null,
    prompts: [],
    feedback: { up: 0, down: 1, total: 1 },
    signals: ["thumbs-down"],
    failures: ["F-1"],
  };
  const traces: FixtureHandlers = { "GET /api/traces": () => ({ traces: [trace], total: 48_211, nextCursor: null }) };

  it("puts results on stdout, and the honest count on stderr", async () => {
    const { stdout, stderr, requests } = await ask(traces, "traces", "list", "--status", "error", "--limit", "1");
    expect(stdout.trim().split("\n")).toHaveLength(2);
    expect(stdout).toContain("thumbs-down F-1");
    expect(stderr).toBe("1 of 48,211 traces\n");
    expect(requests[0]?.query).toEqual({ limit: "1", origin: "production", status: "error" });
    expect(requests[0]?.headers["x-ratchet-project"]).toBe("shop");
  });

  it("deletes a trace, and the cases made from it only when asked to", async () => {
    const handlers: FixtureHandlers = { "DELETE /api/traces/:id": () => ({}) };
    const { stdout, requests } = await ask(handlers, "traces", "delete", trace.traceId);
    expect(stdout).toBe(`Deleted ${trace.traceId}\n`);
    expect(requests[0]?.query).toEqual({ cases: "keep" });
    const erased = await ask(handlers, "traces", "delete", trace.traceId, "--erase-cases", "--json");
    expect(JSON.parse(erased.stdout)).toMatchObject({ deleted: trace.traceId });
    expect(erased.requests[0]?.query).toEqual({ cases: "erase" });
  });

  it("never lets recorded text steer the terminal", async () => {
    const { stdout } = await ask(traces, "traces", "list");
    expect(stdout).not.toContain(escapeCode);
    expect(stdout).toContain("triage�[2J");
    expect(stdout).toContain("日本語の質問 with a line break");
  });

  it("has colour on a terminal only, and never against NO_COLOR", async () => {
    await using server = await openFixtureServer(traces);
    const run = (env: Record<string, string>, isTTY: boolean, ...flags: string[]) =>
      captureRatchet(["traces", "list", "--url", server.url, ...flags], { env, isTTY });
    expect((await run({}, true)).stdout).toContain(`${escapeCode}[31m`);
    expect((await run({}, false)).stdout).not.toContain(escapeCode);
    expect((await run({ NO_COLOR: "1", FORCE_COLOR: "1" }, true)).stdout).not.toContain(escapeCode);
    expect((await run({ FORCE_COLOR: "1" }, false)).stdout).toContain(`${escapeCode}[31m`);
    expect((await run({}, true, "--no-color")).stdout).not.toContain(escapeCode);
  });

  it("never shows the key", async () => {
    const env = { RATCHET_API_KEY: "rk_live_0123456789abcdef" };
    for (const flags of [[], ["--json"]]) {
      const { stdout } = await captureRatchet(["config", ...flags], { env });
      expect(stdout).toContain("rk_live_…");
      expect(stdout).not.toContain("0123456789abcdef");
    }
  });

  const failure = {
    id: "F-1",
    title: "Answers without a source",
    detector: "thumbs-down",
    traceName: "answer",
    stage: "captured",
    trend: "steady",
    signalCount: 12,
    traceCount: 9,
    userCount: 3,
    simulated: false,
    firstSeen: "2026-11-24T05:00:00.000Z",
    lastSeen: "2026-11-24T05:00:00.000Z",
    sparkline: Array(24).fill(0),
    links: {
      dataset: "answers",
      caseCount: 4,
      prompt: null,
      experiment: null,
      gate: null,
      release: null,
      rollout: null,
    },
    verification: null,
    loop: makeStrip(),
    signals: [],
    history: [],
  };

  it("keeps names from steering the terminal, in a failure and in a trace", async () => {
    const hostile = `a${escapeCode}[2J\nb`;
    const span = { spanId: trace.rootSpanId, parentSpanId: null, name: hostile, kind: "agent", status: "ok" };
    const counts = {
      inputTokens: null,
      outputTokens: null,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
    };
    const cost = { costUsd: null, costSource: null, timeToFirstTokenMs: null, duplicateOf: null };
    const rest = { model: null, provider: null, ...counts, ...cost, prompt: null };
    const said = {
      id: crypto.randomUUID(),
      traceId,
      spanId: null,
      key: hostile,
      score: 0,
      value: hostile,
      comment: null,
      source: "api",
    };
    const signal = {
      traceId,
      spanId: null,
      detector: hostile,
      severity: 2,
      reason: hostile,
      failure: null,
      simulated: false,
    };
    const createdAt = trace.startTime;
    const detail = {
      trace: { ...trace, name: hostile, spanCount: 100_000 },
      tree: {
        ...{ version: "1", spanCount: 100_000, startTime: createdAt, durationMs: 1, isRootReceived: true },
        ...{ runningCount: 0, failing: null, timeByKind: [] },
      },
      spans: [
        {
          ...span,
          ...rest,
          statusMessage: hostile,
          startTime: createdAt,
          durationMs: 1,
          inputBytes: 0,
          outputBytes: 0,
          ...{ depth: 90_000, childCount: 0, descendantCount: 0, isOrphan: false },
        },
      ],
      input: [{ role: "input", content: hostile }],
      output: [],
      metadata: {},
      feedback: [{ ...said, userId: null, createdAt }],
      signals: [{ ...signal, createdAt }],
      cases: [],
    };
    const shown = await ask({ "GET /api/traces/:id": () => detail }, "traces", "show", traceId);
    expect(shown.stdout).toContain("a�[2J");
    expect(shown.stdout.length).toBeLessThan(2000);
    expect(shown.stderr).toContain("1 of 100,000 spans");
    const named = await ask(
      { "GET /api/failures/:id": () => ({ ...failure, traceName: hostile }) },
      "failures",
      "show",
      "F-1",
    );
    expect(named.stdout).toContain("traces of a�[2J b");
    expect(shown.stdout + named.stdout).not.toContain(escapeCode);
  });

  it("tells a failure's place in the loop, step by step", async () => {
    const { stdout } = await ask({ "GET /api/failures/:id": () => failure }, "status", "F-1");
    expect(stdout).toMatchInlineSnapshot(`
      "F-1 Answers without a source
       ●  Found     12 h ago  done
       ●  Captured  12 h ago  4 cases · v9
       ◐  Fix                 current
       ○  Gate                waiting
       ○  Rollout             waiting
       ○  Verified            waiting
       next  Run the gate: npx ratchet eval --gate --fixes F-1
      "
    `);
  });

  it("keeps to ASCII symbols where the locale is not UTF-8", async () => {
    await using server = await openFixtureServer({ "GET /api/failures/:id": () => failure });
    const env = { LANG: "de_DE.ISO-8859-1", RATCHET_URL: server.url };
    const { stdout } = await captureRatchet(["status", "F-1"], { env });
    expect(stdout).toContain(" *  Found");
    expect(stdout).not.toContain("●");
  });
});

describe("a command that changes something", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-cli-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("records thumbs as a score", async () => {
    const answer = {
      id: "7d444840-9dc0-41d1-b245-5ffdce74fad2",
      spanId: null,
      value: null,
      comment: "wrong label",
      userId: null,
      createdAt: "2026-11-24T05:00:00.000Z",
    };
    const { requests, stdout } = await ask(
      { "POST /api/feedback": ({ body }) => ({ ...answer, ...body }) },
      ...["feedback", traceId, "--thumbs", "down", "--comment", "wrong label"],
    );
    expect(requests[0]?.body).toMatchObject({
      traceId,
      key: "thumbs",
      score: 0,
      comment: "wrong label",
      source: "cli",
    });
    expect(stdout).toBe(`Recorded thumbs on ${traceId}\n`);
  });

  it("releases the very prompt versions that the gate judged", async () => {
    const target = { prompts: { triage: "0123456789ab" }, commit: "abc", model: null, label: "" };
    const { requests, stdout } = await ask(
      {
        "GET /api/gates/:id": () => makeGate({ failures: ["F-1"] }),
        "GET /api/experiments/:id": ({ id }) => ({ ...makeExperiment({ id, target }), results: [] }),
        "POST /api/releases": ({ body }) => makeRelease({ id: "R-2", prompts: body.prompts }),
      },
      ...["release", "create", "--gate", "G-1"],
    );
    expect(requests.at(-1)?.body).toMatchObject({
      prompts: target.prompts,
      commit: "abc",
      gate: "G-1",
      fixes: ["F-1"],
    });
    expect(stdout).toBe("R-2  ready  triage@0123456789ab\n");
  });

  it("sends no case of a file that holds a bad line, and names the line", async () => {
    const file = join(directory, "cases.jsonl");
    await writeFile(file, '{"input": "a"}\n\n{"imput": "b"}\n');
    const { exitCode, stderr, requests } = await ask({}, "datasets", "push", "triage", file);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${file}:3 is not a case.`);
    expect(requests).toEqual([]);
  });

  it("says file and line of a prompt that cannot be used", async () => {
    await writeFile(join(directory, "bad.prompt"), "---\nmodel: [\n---\nHello");
    const { exitCode, stdout } = await captureRatchet(["prompts", "check", directory, "--json"], { directory });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      checked: 1,
      mistakes: [{ file: "bad.prompt", line: expect.any(Number) }],
    });
  });
});
