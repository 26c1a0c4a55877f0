import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrialResult } from "@ratchet/protocol";
import { shutdown } from "@ratchet/sdk";
import { prompts } from "@ratchet/sdk/prompts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type FixtureHandlers,
  makeExperiment,
  makeGate,
  makePromptVersion,
  openFixtureServer,
  Refusal,
} from "../testing/index.ts";
import { EvalInterrupted } from "./experiment-run.ts";
import { createHttpClient } from "./http.ts";
import { defineEval, exactMatch } from "./index.ts";
import { toPromptVersion } from "./prompt-files.ts";
import { type RunEvalOptions, runEval } from "./run-eval.ts";

const live = "Say {{text}}";
const draft = "Shout {{text}}";
const evaluation = defineEval({
  name: "shout",
  dataset: "shout",
  task: async (text: string) => (await prompts.get("say").render({ text })).text,
  evaluators: [exactMatch()],
  criteria: [{ metric: "exact-match" }],
});
const cases = ["a", "b", "c"].map((id) => ({ id, input: id, reference: `Shout ${id}`, metadata: {}, locked: null }));

describe("an eval with a server", () => {
  let directory: string;
  const file = () => join(directory, "evals/shout.eval.ts");
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-eval-"));
    await mkdir(join(directory, "prompts"));
    await writeFile(join(directory, "prompts/say.prompt"), draft);
  });
  afterAll(async () => {
    await shutdown();
    await rm(directory, { recursive: true });
  });

  /** A server that remembers experiments and their results, and gives the verdicts that it is told to. */
  async function run(given: { options?: Partial<RunEvalOptions>; handlers?: FixtureHandlers; project?: string }) {
    const results = new Map<string, TrialResult[]>();
    const experiments: ReturnType<typeof makeExperiment>[] = [];
    const find = (id: string) => experiments.find((experiment) => experiment.id === id) ?? makeExperiment();
    const server = await openFixtureServer({
      "POST /api/prompts": ({ body }) => makePromptVersion({ ...body, version: toPromptVersion(body.content) }),
      "GET /api/datasets/:name/cases": ({ query }) => {
        const offset = Number(query.offset);
        return { version: Number(query.version ?? 4), cases: cases.slice(offset, offset + 2), total: cases.length };
      },
      "GET /api/sdk/config": () => ({
        release: { id: "R-1", prompts: { say: toPromptVersion(live) } },
        rollout: null,
        contents: { [`say@${toPromptVersion(live)}`]: { content: live, commit: null } },
      }),
      "GET /api/experiments": () => ({ experiments, total: experiments.length }),
      "POST /api/experiments": ({ body }) => {
        experiments.unshift(makeExperiment({ ...body, id: `E-${experiments.length + 1}`, state: "running" }));
        return experiments[0];
      },
      "POST /api/experiments/:id/results": ({ id, body }) => {
        results.set(id, [...(results.get(id) ?? []), ...body.results]);
      },
      "POST /api/experiments/:id/finish": ({ id }) => Object.assign(find(id), { state: "finished" }),
      "POST /api/gates": ({ body }) => makeGate({ candidate: body.candidate, baseline: body.baseline }),
      ...given.handlers,
    });
    const http = createHttpClient({ url: server.url, project: given.project ?? "default" });
    const start = (options: Partial<RunEvalOptions> = given.options ?? {}) =>
      runEval(evaluation, { file: file(), http, ...options });
    return { server, start, results, experiments, routes: () => server.requests.map(({ route }) => route) };
  }

  it("runs what is live first, then the files under test, and returns the gate's verdict", async () => {
    const { server, start, results } = await run({ options: { gate: true, fixes: ["F-1"], label: "Shout" } });
    await using _ = server;
    const report = await start();
    const outputs = (id: string) => results.get(id)?.map(({ output }) => output);
    expect(outputs("E-1")).toEqual(["Say a", "Say b", "Say c"]);
    expect(outputs("E-2")).toEqual(["Shout a", "Shout b", "Shout c"]);
    expect(results.get("E-2")?.every(({ traceId }) => /^[0-9a-f]{32}$/.test(traceId ?? ""))).toBe(true);
    expect(report).toMatchObject({ dataset: "shout", datasetVersion: 4, baselineReused: false, exitCode: 0 });
    expect(report.candidate).toMatchObject({ id: "E-2", target: { prompts: { say: toPromptVersion(draft) } } });
    const pushed = server.requests.find(({ route }) => route === "POST /api/prompts");
    expect(pushed?.body).toMatchObject({ name: "say", path: "prompts/say.prompt", fixes: ["F-1"], message: "Shout" });
    expect(pushed?.headers["x-ratchet-project"]).toBe("default");
  });

  it("runs what is live only once for the same cases", async () => {
    const { server, start } = await run({ options: { gate: true } });
    await using _ = server;
    await start();
    const again = await start();
    expect(again.baselineReused).toBe(true);
    expect(again.baseline?.id).toBe("E-1");
    expect(again.candidate?.id).toBe("E-3");
  });

  it("does not reuse a baseline that was mostly void: every verdict on it would be, too", async () => {
    const { server, start, experiments } = await run({ options: { gate: true } });
    await using _ = server;
    await start();
    for (const experiment of experiments) experiment.voidCount = 1;
    expect(await start()).toMatchObject({ baselineReused: false, baseline: { id: "E-3" } });
  });

  it.each([{ trials: 0 }, { trials: 1.5 }, { concurrency: 0 }, { concurrency: Number.NaN }])(
    "refuses %j, which would run nothing or never end",
    async (options) => {
      const { server, start } = await run({ options });
      await using _ = server;
      await expect(start()).rejects.toThrow("give a whole number from 1 to");
    },
  );

  it("gives locked cases the trials that they need, and asks the gate once more", async () => {
    let looks = 0;
    const needsTrials = makeGate({
      verdict: "inconclusive",
      exitCode: 3,
      locked: [
        {
          caseId: "b",
          record: { passes: 5, trials: 5 },
          now: { passes: 0, trials: 1 },
          p: null,
          pAdjusted: null,
          state: "needs trials",
        },
      ],
    });
    const { server, start, results } = await run({
      options: { gate: true },
      handlers: { "POST /api/gates": () => (++looks === 1 ? needsTrials : makeGate()) },
    });
    await using _ = server;
    expect((await start()).exitCode).toBe(0);
    expect(looks).toBe(2);
    expect(
      results
        .get("E-2")
        ?.slice(3)
        .map(({ caseId, trial }) => `${caseId}${trial}`),
    ).toEqual(["b2", "b3", "b4", "b5"]);
  });

  it("sends results again when the server is busy, and loses none", async () => {
    let busy = 2;
    const kept: TrialResult[] = [];
    const { server, start } = await run({
      handlers: {
        "POST /api/experiments/:id/results": ({ body }) => {
          if (busy-- > 0) throw new Refusal("too-busy", "later", { "retry-after": "0" });
          kept.push(...body.results);
        },
      },
    });
    await using _ = server;
    await start();
    expect(kept.map(({ caseId }) => caseId).sort()).toEqual(["a", "b", "c"]);
  });

  it("records what was done when it is interrupted, names the unfinished experiment and does not finish it", async () => {
    const controller = new AbortController();
    const { server, start, results, routes } = await run({
      options: {
        signal: controller.signal,
        concurrency: 1,
        onProgress: ({ done }) => {
          if (done === 2) controller.abort();
        },
      },
    });
    await using _ = server;
    const stopped = start();
    await expect(stopped).rejects.toThrow(EvalInterrupted);
    await expect(stopped).rejects.toThrow("Interrupted after 2 of 3 trials; E-1 is unfinished.");
    expect(results.get("E-1")).toHaveLength(2);
    expect(routes()).not.toContain("POST /api/experiments/:id/finish");
  });

  it("says what to do when nothing is live", async () => {
    const { server, start } = await run({
      options: { gate: true },
      handlers: { "GET /api/sdk/config": () => ({ release: null, rollout: null, contents: {} }) },
    });
    await using _ = server;
    await expect(start()).rejects.toThrow("No release is live in this project");
  });

  it("refuses a baseline of other cases", async () => {
    const { server, start } = await run({
      options: { baseline: "E-9" },
      handlers: {
        "GET /api/experiments/:id": ({ id }) => ({
          ...makeExperiment({ id, dataset: "shout", datasetVersion: 3 }),
          results: [],
        }),
      },
    });
    await using _ = server;
    await expect(start()).rejects.toThrow(
      "E-9 ran over shout v3, the candidate over shout v4. Add --dataset-version 3",
    );
  });

  it("refuses a broken prompt file before anything is sent", async () => {
    const broken = join(directory, "broken");
    await mkdir(broken, { recursive: true });
    await writeFile(join(broken, "say.prompt"), "---\nmodel: test\n---\n{{#if text}}never closed");
    const { server, start } = await run({ options: { promptsDirectory: broken } });
    await using _ = server;
    await expect(start()).rejects.toThrow(/say\.prompt:\d+: /);
    expect(server.requests).toEqual([]);
  });
});

describe("an eval without a server", () => {
  it("runs over local data and writes what came out below .ratchet/evals", async () => {
    const directory = await mkdtemp(join(tmpdir(), "ratchet-eval-"));
    const local = defineEval({
      name: "group/echo",
      data: [{ input: "a", reference: "a" }],
      task: (input) => input,
      evaluators: [exactMatch()],
    });
    const report = await runEval(local, {
      file: join(directory, "echo.eval.ts"),
      http: null,
      outputDirectory: directory,
    });
    expect(report).toMatchObject({ exitCode: 0, candidate: null, local: { caseCount: 1 } });
    const written = JSON.parse(await readFile(report.local?.resultsFile ?? "", "utf8"));
    expect(written).toMatchObject({ schemaVersion: 1, name: "group/echo", results: [{ outcome: "ok", output: "a" }] });
    await rm(directory, { recursive: true });
  });
});
