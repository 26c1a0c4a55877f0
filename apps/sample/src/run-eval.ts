/** Runs `ratchet eval` as an engineer would, in its own process, and reads its verdict. */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Experiment, Gate } from "@ratchet/protocol";
import { z } from "zod";
import type { RatchetAddress } from "./ratchet.ts";

const root = join(import.meta.dirname, "../../..");
const cli = join(root, "packages/cli/bin/ratchet.js");
export const promptsDirectory = join(root, "apps/teammate/prompts");
const evalFile = join(root, "apps/teammate/evals/issue.eval.ts");
const timeoutMs = 180_000;

const Report = z.object({
  exitCode: z.int(),
  evals: z.array(
    z.object({ baseline: Experiment.nullable(), candidate: Experiment.nullable(), gate: Gate.nullable() }),
  ),
});

export interface EvalOutcome {
  /** Of the command: 0 pass, 1 regress, 3 not enough evidence. */
  exitCode: number;
  baseline: Experiment;
  candidate: Experiment;
  gate: Gate;
}

export interface WorkingTree {
  /** A directory with a copy of Teammate's prompts, `issue.prompt` replaced. */
  directory: string;
  issue: string;
}

/** Edits `issue.prompt` in a working tree of its own, so that the checkout stays as it is. */
export async function editPrompts(dataDirectory: string, name: string, issue: string): Promise<WorkingTree> {
  const directory = join(dataDirectory, name, "prompts");
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "issue.prompt"), issue);
  await writeFile(join(directory, "pull.prompt"), await readFile(join(promptsDirectory, "pull.prompt")));
  return { directory, issue };
}

/** `ratchet eval --prompts … --baseline live --gate`. @throws Error with what it printed, when it gave no verdict. */
export async function runGate(
  address: RatchetAddress,
  tree: WorkingTree,
  options: { label: string; fixes?: string[] },
): Promise<EvalOutcome> {
  const fixes = options.fixes?.length ? ["--fixes", options.fixes.join(",")] : [];
  const args = ["eval", evalFile, "--prompts", tree.directory, "--baseline", "live", "--gate", "--json"];
  const { exitCode, stdout, stderr } = await run([...args, "--label", options.label, ...fixes], {
    ...process.env,
    RATCHET_URL: address.url,
    RATCHET_PROJECT: address.project,
    ...(address.apiKey && { RATCHET_API_KEY: address.apiKey }),
  });
  const report = stdout.trim() === "" ? undefined : Report.parse(JSON.parse(stdout));
  const [outcome] = report?.evals ?? [];
  if (!outcome?.baseline || !outcome.candidate || !outcome.gate) {
    throw new Error(`ratchet eval ended with code ${exitCode} and no verdict: ${stderr.slice(-1000)}`);
  }
  return { exitCode, baseline: outcome.baseline, candidate: outcome.candidate, gate: outcome.gate };
}

function run(args: string[], env: NodeJS.ProcessEnv): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { env, cwd: root, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [cli, ...args], options, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === "number" ? error.code : error ? 4 : 0, stdout, stderr });
    });
  });
}
