import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openTestServer } from "@ratchet/server/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureRatchet, spawnRatchet } from "../testing/run-ratchet.ts";

const urlOf = (path: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, "../..", path)).href);

/** Forty cases want "Say", twenty want "Shout": the prompt decides how many are right. */
const cases = Array.from({ length: 60 }, (_, index) => ({
  id: `c${index}`,
  input: `text ${index}`,
  reference: `${index % 3 === 0 ? "Shout" : "Say"} text ${index}`,
}));
const evalFile = `
import { defineEval, exactMatch } from ${urlOf("evals/src/index.ts")};
import { prompts } from ${urlOf("sdk/src/prompts.ts")};
export default defineEval({
  name: "say",
  dataset: "say",
  task: async (text: string) => (await prompts.get("say").render({ text })).text,
  evaluators: [exactMatch<string, string>()],
  criteria: [{ metric: "exact-match" }],
});`;

describe("the loop from the command line, against the real server", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  let directory: string;
  beforeAll(async () => {
    server = await openTestServer();
    directory = await mkdtemp(join(tmpdir(), "ratchet-loop-"));
    await mkdir(join(directory, "prompts"));
    await writeFile(join(directory, "cases.jsonl"), cases.map((one) => JSON.stringify(one)).join("\n"));
    await writeFile(join(directory, "say.eval.ts"), evalFile);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  const env = () => ({ RATCHET_URL: server.url });
  const ratchet = (...args: string[]) => captureRatchet(args, { directory, env: env() });
  const json = async (...args: string[]) => JSON.parse((await ratchet(...args, "--json")).stdout);
  const write = (prompt: string) => writeFile(join(directory, "prompts/say.prompt"), prompt);
  const evaluate = () => spawnRatchet(["eval", "--gate", "--json"], { directory, env: env() }).outcome;

  it("ships what is no worse, and stops what is", async () => {
    await write("Say {{text}}");
    expect(await ratchet("datasets", "push", "say", "cases.jsonl")).toMatchObject({ exitCode: 0 });
    expect(await json("release", "create")).toMatchObject({ id: "R-1", state: "live" });

    await write("Shout {{text}}");
    const worse = await evaluate();
    expect(worse.exitCode).toBe(1);
    const [judged] = JSON.parse(worse.stdout).evals;
    expect(judged).toMatchObject({
      baselineReused: false,
      gate: { verdict: "regress", candidate: "E-2", baseline: "E-1" },
    });
    expect(judged.gate.criteria[0]).toMatchObject({ improved: 20, regressed: 40, word: "worse" });
    expect(await ratchet("release", "create", "--gate", judged.gate.id)).toMatchObject({ exitCode: 2, stdout: "" });

    await write("Say {{{text}}}");
    const same = await evaluate();
    expect(JSON.parse(same.stdout).evals[0]).toMatchObject({ baselineReused: true, baseline: { id: "E-1" } });
    expect(same.exitCode).toBe(0);
    const gate = JSON.parse(same.stdout).evals[0].gate.id;
    expect(await json("release", "create", "--gate", gate)).toMatchObject({ id: "R-2", state: "ready", gate });
    expect(await json("rollout", "start", "R-2", "--stages", "10,100")).toMatchObject({ id: "RO-1", percent: 10 });
    expect(await json("rollout", "abort", "--reason", "enough seen")).toMatchObject({ id: "RO-1", state: "aborted" });
  });

  it("has every trial as a trace that names eval and case", async () => {
    const [{ traceId }] = (await json("traces", "list", "--origin", "evals", "--limit", "1")).traces;
    const { stdout } = await ratchet("traces", "show", traceId);
    expect(stdout).toContain("evaluator");
    expect((await json("traces", "show", traceId)).metadata).toMatchObject({ eval: "say", trial: "1" });
  });

  it("makes a key once, and refuses a wrong one with 5", async () => {
    const { secret } = await json("keys", "create", "ci");
    const ask = (key: string) => captureRatchet(["datasets", "list"], { env: { ...env(), RATCHET_API_KEY: key } });
    expect((await ask(secret)).exitCode).toBe(0);
    expect((await ask("rk_wrong")).exitCode).toBe(5);
  });

  it("gives cases back as they were pushed", async () => {
    const { stdout } = await ratchet("datasets", "export", "say");
    const exported = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(exported).toHaveLength(60);
    expect(exported[0]).toMatchObject(cases[0] ?? {});
  });

  it("finds itself in order", async () => {
    const { exitCode, stdout } = await ratchet("doctor");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("R-1 is live");
  });
});
