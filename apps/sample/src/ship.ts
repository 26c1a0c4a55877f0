/** How a change ships: judged at the gate, released, taken out to traffic. Nothing here decides how any of it ends. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Release, RolloutDetail } from "@ratchet/protocol";
import type { Change } from "./changes.ts";
import type { Progress } from "./progress.ts";
import type { Ratchet, RatchetAddress } from "./ratchet.ts";
import type { Replay } from "./replay.ts";
import { type EvalOutcome, editPrompts, promptsDirectory, runGate } from "./run-eval.ts";
import { settle } from "./settle.ts";

export interface FirstRelease {
  /** Version by name. */
  prompts: Record<string, string>;
  /** Content of `issue.prompt`, which the changes edit. */
  issue: string;
}

/** Pushes Teammate's prompts as they are in the checkout and makes them live. */
export async function releaseFirst(ratchet: Ratchet): Promise<FirstRelease> {
  const prompts: Record<string, string> = {};
  const contents: Record<string, string> = {};
  for (const name of ["issue", "pull"]) {
    const content = await readFile(join(promptsDirectory, `${name}.prompt`), "utf8");
    const path = `apps/teammate/prompts/${name}.prompt`;
    const { version } = await ratchet.pushPrompt({ name, path, content, message: "The first version" });
    prompts[name] = version;
    contents[name] = content;
  }
  await ratchet.createRelease({ prompts, note: "The first release" });
  return { prompts, issue: contents.issue as string };
}

export interface TryParts {
  address: RatchetAddress;
  progress: Progress;
  dataDirectory: string;
}

export interface TriedChange extends EvalOutcome {
  prompts: Record<string, string>;
  fixes: string[];
}

/** Runs the eval on `issue` as the content of `issue.prompt` and asks the gate. */
export async function tryChange(
  { address, progress, dataDirectory }: TryParts,
  issue: string,
  { title }: Change,
  fixes: string[] = [],
): Promise<TriedChange> {
  progress.say(`ratchet eval --baseline live --gate: ${title}`);
  const tree = await editPrompts(dataDirectory, title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"), issue);
  const outcome = await runGate(address, tree, { label: title, fixes });
  progress.note(`${outcome.gate.sentence} (exit ${outcome.exitCode})`, `/gates/${outcome.gate.id}`);
  return { ...outcome, prompts: outcome.candidate.target.prompts, fixes };
}

export interface RolloutParts {
  ratchet: Ratchet;
  replay: Replay;
  progress: Progress;
}

export interface RolloutPlan {
  stages: { percent: number; minUnitsPerArm: number; minDurationMs: number }[];
  note: string;
  /** Lets it out even where the gate did not pass. */
  forcedBecause?: string;
}

/** Releases what the gate let through, or what is forced, and rolls it out. Without either, nothing is released. */
export async function takeOut(
  parts: RolloutParts,
  { gate, prompts, fixes }: TriedChange,
  { stages, note, forcedBecause }: RolloutPlan,
): Promise<RolloutDetail | undefined> {
  const { ratchet, progress } = parts;
  if (forcedBecause === undefined && gate.verdict !== "pass") {
    progress.note(`No release: ${gate.sentence}`, `/gates/${gate.id}`);
    return undefined;
  }
  const why = { gate: gate.id, ...(forcedBecause && { forcedBecause }) };
  return rollOut(parts, await ratchet.createRelease({ prompts, note, fixes, ...why }), stages);
}

/** The last stage of the canary has some 30 units an arm, which shows differences of this size. */
const nonInferiorityMargin = 0.2;
/** The rollout is looked at after this many threads. */
const lookEvery = 4;

/** Starts a rollout and plays threads until it ends or there are no more. */
async function rollOut(
  { ratchet, replay, progress }: RolloutParts,
  release: Release,
  stages: RolloutPlan["stages"],
): Promise<RolloutDetail> {
  const { id } = await ratchet.startRollout({ release: release.id, stages, nonInferiorityMargin, autoPromote: true });
  let sinceLook = 0;
  const isEnded = async () => {
    if (++sinceLook % lookEvery !== 0) return false;
    const { state, percent, evidence, threshold } = await ratchet.findRollout(id);
    progress.say(`${id} at ${percent} %, evidence of harm ${evidence.toFixed(2)} of ${threshold}`);
    return state === "completed" || state === "aborted";
  };
  await replay.play(Number.POSITIVE_INFINITY, isEnded);
  const rollout = await settle(ratchet, () => ratchet.findRollout(id));
  progress.note(`${id} ${rollout.state}: ${rollout.decisions.at(-1)?.reason ?? ""}`, `/rollouts/${id}`);
  return rollout;
}
