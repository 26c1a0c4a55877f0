/** `ratchet release create | list`. */
import { resolve } from "node:path";
import type { Release } from "@ratchet/protocol";
import { buildCommand, buildRouteMap } from "@stricli/core";
import type { Api } from "../api.ts";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { UsageError } from "../describe-failure.ts";
import { toOneLine } from "../output/plain-text.ts";
import { formatAge, formatCount } from "../output/quantities.ts";
import { formatTable } from "../output/table.ts";

interface CreateFlags extends ServerFlags, JsonFlag {
  readonly gate?: string;
  readonly prompts?: string;
  readonly forcedBecause?: string;
  readonly note?: string;
  readonly fixes?: readonly string[];
}

const text = { kind: "parsed", parse: String, optional: true } as const;

const create = buildCommand({
  async func(this: CliContext, flags: CreateFlags) {
    const { gate, prompts: directory, forcedBecause, note } = flags;
    if (gate !== undefined && directory !== undefined) {
      throw new UsageError("--gate and --prompts name two sets of prompts.", {
        fix: "A gate releases what it judged: leave out --prompts.",
      });
    }
    const api = await connect(this, flags);
    const content = gate === undefined ? await pushDirectory(this, api, directory) : await findJudged(api, gate);
    const release = await api.createRelease({
      ...content,
      gate,
      forcedBecause,
      note,
      ...(flags.fixes ? { fixes: flags.fixes } : {}),
    });
    if (flags.json) return this.output.printJson(release);
    this.output.print(`${release.id}  ${release.state}  ${toOneLine(formatPrompts(release))}`);
    if (release.state === "ready") this.output.note(`next  ratchet rollout start ${release.id}`);
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      gate: { ...text, brief: "Release what this gate let through, as G-4" },
      prompts: { ...text, brief: "Release the prompt files of this directory; the nearest `prompts` by default" },
      forcedBecause: { ...text, brief: "Why it is released without a passed gate" },
      note: { ...text, brief: "For the release's history" },
      fixes: {
        kind: "parsed",
        parse: String,
        variadic: ",",
        optional: true,
        brief: "Failures that it fixes; the gate's by default",
      },
    },
  },
  docs: {
    brief: "Name what may ship; the first release is live at once",
    customUsage: ["--gate G-4", { input: "--prompts prompts", brief: "the first release of a project" }],
  },
});

const list = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag) {
    const { releases, total } = await (await connect(this, flags)).listReleases();
    if (json) return this.output.printJson({ releases, total });
    if (releases.length === 0) return this.output.note("No release yet: ratchet release create makes the first.");
    const now = this.streams.now();
    const lines = formatTable<Release>(
      [
        { title: "release", text: ({ id }) => id },
        { title: "state", text: ({ state }) => state },
        { title: "age", text: ({ createdAt }) => formatAge(createdAt, now), align: "right" },
        { title: "gate", text: ({ gate, forcedBecause }) => gate ?? (forcedBecause === null ? "" : "forced") },
        { title: "fixes", text: ({ fixes }) => fixes.join(" ") },
        { title: "prompts", text: formatPrompts },
      ],
      releases,
      this.output.width,
    );
    this.output.print(lines.join("\n"));
    this.output.note(formatCount(releases.length, total, "release"));
  },
  parameters: { flags: { ...serverFlags, ...jsonFlag } },
  docs: { brief: "List releases, newest first" },
});

export const command = buildRouteMap({ routes: { create, list }, docs: { brief: "Name what may ship" } });

interface ReleaseContent {
  readonly prompts: Readonly<Record<string, string>>;
  readonly commit: string | null;
  readonly fixes: readonly string[];
}

/** The very versions that the gate's candidate ran with. */
async function findJudged(api: Api, gateId: string): Promise<ReleaseContent> {
  const { candidate, failures } = await api.findGate(gateId);
  const { target } = await api.findExperiment(candidate);
  return { prompts: target.prompts, commit: target.commit, fixes: failures };
}

async function pushDirectory({ streams }: CliContext, api: Api, given: string | undefined): Promise<ReleaseContent> {
  const {
    findOptionalCheckout,
    findOptionalPromptsDirectory,
    pushPrompts,
    readPromptFiles,
    refuseBrokenPrompts,
    toCommitName,
  } = await import("@ratchet/evals/runner");
  const directory =
    given === undefined ? await findOptionalPromptsDirectory(streams.directory) : resolve(streams.directory, given);
  const files = directory === undefined ? [] : await readPromptFiles(directory);
  if (directory === undefined || files.length === 0) {
    throw new UsageError("There is nothing to release: no .prompt file found.", {
      fix: "Name a gate (--gate G-4) or a directory (--prompts prompts).",
    });
  }
  await refuseBrokenPrompts(files);
  const pushed = await pushPrompts(api.http, files, { directory, fixes: [] });
  const prompts = Object.fromEntries(pushed.map(({ name, version }) => [name, version]));
  return { prompts, commit: toCommitName(await findOptionalCheckout(directory, "tree")), fixes: [] };
}

function formatPrompts({ prompts }: Release): string {
  return Object.entries(prompts)
    .map(([name, version]) => `${name}@${version}`)
    .join(" ");
}
