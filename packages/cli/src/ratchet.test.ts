import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeExperiment, makeGate, openFixtureServer } from "@ratchet/evals/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spawnRatchet } from "../testing/run-ratchet.ts";

const evals = pathToFileURL(join(import.meta.dirname, "../../evals/src/index.ts")).href;

describe("the ratchet process", () => {
  let directory: string;
  let oldNode: string;
  const write = (name: string, body: string) =>
    writeFile(join(directory, name), `import { defineEval, exactMatch } from ${JSON.stringify(evals)};\n${body}`);
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-process-"));
    await mkdir(join(directory, "slow"));
    // A Node that claims to be 20: the version is all that the command asks it.
    oldNode = join(directory, "old-node");
    const claim = 'Object.defineProperty(process.versions,"node",{value:"20.1.0"})';
    await writeFile(oldNode, `#!/bin/sh\nexec "${process.execPath}" --import 'data:text/javascript,${claim}' "$@"\n`);
    await chmod(oldNode, 0o755);
    await write(
      "echo.eval.ts",
      `export default defineEval({ name: "echo", data: [{ input: "a", reference: "a" }], task: (text) => text, evaluators: [exactMatch()], criteria: [{ metric: "exact-match" }] });\n// Left open on purpose: the command must end all the same.\nsetInterval(() => {}, 1000);`,
    );
    await write(
      "slow/slow.eval.ts",
      `export default defineEval({ name: "slow", dataset: "slow", concurrency: 1, task: (n: number) => n === 0 ? 0 : new Promise(() => {}), evaluators: [exactMatch()] });`,
    );
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("runs local data without a server and leaves, whatever the eval left open", async () => {
    const { outcome } = spawnRatchet(["eval", "echo.eval.ts", "--local", "--json"], { directory });
    const { exitCode, stdout, stderr } = await outcome;
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      exitCode: 0,
      evals: [{ name: "echo", candidate: null, local: { metrics: { "exact-match": { mean: 1, n: 1 } } } }],
    });
    expect(stderr).toContain("echo");
    expect(stderr).not.toContain("\u001b");
    expect(exitCode).toBe(0);
  });

  it.each([
    ["the machine's Node", () => process.execPath],
    ["the repository's own Node", () => oldNode],
  ])("stops at Ctrl-C with 130 on %s, keeps what was done and names the unfinished experiment", async (_, node) => {
    const results: unknown[] = [];
    await using server = await openFixtureServer({
      "GET /api/datasets/:name/cases": () => ({
        version: 1,
        cases: [0, 1].map((input) => ({ id: `c${input}`, input, metadata: {}, locked: null })),
        total: 2,
      }),
      "POST /api/experiments": ({ body }) => makeExperiment({ ...body, id: "E-7", state: "running" }),
      "POST /api/experiments/:id/results": ({ body }) => {
        results.push(...body.results);
      },
    });
    const { child, outcome } = spawnRatchet(["eval", "slow"], {
      directory,
      env: { RATCHET_URL: server.url },
      node: node(),
    });
    // The first trial's progress line says that the second hangs.
    child.stderr.on("data", (part) => {
      if (String(part).includes("1 of 2 trials")) child.kill("SIGINT");
    });
    const { exitCode, stdout, stderr } = await outcome;
    expect(stderr).toContain("Interrupted after 1 of 2 trials; E-7 is unfinished.");
    expect(results).toMatchObject([{ caseId: "c0", outcome: "ok" }]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
  });

  it("exits with the gate's verdict", async () => {
    await using server = await openFixtureServer({
      "GET /api/datasets/:name": () => ({
        ...{
          name: "echo",
          description: "",
          latestVersion: 0,
          caseCount: 0,
          lockedCount: 0,
          failures: [],
          versions: [],
        },
        ...{ createdAt: "2026-11-24T05:00:00.000Z", updatedAt: "2026-11-24T05:00:00.000Z" },
      }),
      "POST /api/datasets/:name/versions": ({ body }) => ({
        ...{ version: 1, message: body.message, author: body.author, createdAt: "2026-11-24T05:00:00.000Z" },
        ...{ caseCount: 1, added: body.upsert.length, changed: 0, removed: 0 },
      }),
      "GET /api/experiments/:id": ({ id }) => ({ ...makeExperiment({ id, dataset: "echo" }), results: [] }),
      "POST /api/experiments": ({ body }) => makeExperiment({ ...body, id: "E-2", state: "running" }),
      "POST /api/experiments/:id/results": () => ({}),
      "POST /api/experiments/:id/finish": () => makeExperiment(),
      "POST /api/gates": () => makeGate({ verdict: "regress", exitCode: 1 }),
    });
    const args = ["eval", "echo.eval.ts", "--gate", "--baseline", "E-1", "--url", server.url];
    const { exitCode, stdout, stderr } = await spawnRatchet(args, { directory }).outcome;
    expect(stdout).toContain("GATE");
    expect(stderr).toContain(`open  ${server.url}/p/default/gates/G-1`);
    expect(exitCode).toBe(1);
  });

  it("does not say that a gate failed when an eval's code throws where nobody awaits it", async () => {
    await write(
      "stray.eval.ts",
      `export default defineEval({ name: "stray", data: [{ input: "a" }], task: () => new Promise(() => { void Promise.reject(new Error("stray")); }), evaluators: [exactMatch()] });`,
    );
    const { exitCode, stdout, stderr } = await spawnRatchet(["eval", "stray.eval.ts", "--local"], { directory })
      .outcome;
    expect(stderr).toContain("error Error: stray");
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
  });

  it("ends with its verdict even when nobody reads on", async () => {
    await using server = await openFixtureServer({
      "GET /api/experiments/:id": ({ id }) => ({ ...makeExperiment({ id }), results: [] }),
      "GET /api/gates": async () => {
        child.stdout.destroy();
        child.stderr.destroy();
        return { gates: [], total: 0 };
      },
      "POST /api/gates": () => makeGate({ verdict: "regress", exitCode: 1 }),
    });
    const { child, exited, outcome } = spawnRatchet(["gate", "E-2", "--baseline", "E-1", "--url", server.url]);
    // Nobody reads on: there is no text to wait for.
    outcome.catch(() => {});
    expect(await exited).toBe(1);
  });

  it("says which file holds no eval", async () => {
    await writeFile(join(directory, "empty.eval.mjs"), "export default 1;");
    const { exitCode, stderr } = await spawnRatchet(["eval", "empty.eval.mjs"], { directory }).outcome;
    expect(stderr).toContain("empty.eval.mjs exports no eval.");
    expect(exitCode).toBe(2);
  });

  it("finds the repository's own Node when the machine's is too old", async () => {
    const { exitCode, stdout, stderr } = await spawnRatchet(["--version"], { node: oldNode }).outcome;
    expect(existsSync(join(import.meta.dirname, "../../../node_modules/node/bin/node"))).toBe(true);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "0.1.0\n", stderr: "" });
  });
});
