/** `ratchet prompts check | diff | push`. */
import { relative, resolve } from "node:path";
import type { PromptFile } from "@ratchet/evals/runner";
import { buildCommand, buildRouteMap } from "@stricli/core";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { exitCodes, UsageError } from "../describe-failure.ts";
import { toPlainText } from "../output/plain-text.ts";
import type { Style } from "../output/style.ts";

const directoryParameter = {
  parse: String,
  brief: "The nearest `prompts` at or above the working directory by default",
  placeholder: "directory",
  optional: true,
} as const;

const check = buildCommand({
  async func(this: CliContext, { json }: JsonFlag, directory?: string) {
    const { checkPromptFiles, formatMistake } = await import("@ratchet/evals/runner");
    const { files } = await readPrompts(this, directory);
    const mistakes = (await checkPromptFiles(files)).map((mistake) => ({
      ...mistake,
      file: relative(this.streams.directory, mistake.file),
    }));
    if (json) this.output.printJson({ checked: files.length, mistakes });
    else for (const mistake of mistakes) this.output.print(toPlainText(formatMistake(mistake)));
    if (mistakes.length > 0) {
      this.output.note(`${mistakes.length} of ${files.length} prompt files cannot be used.`);
      this.process.exitCode = exitCodes.usage;
    } else this.output.note(`${files.length} prompt files are fine.`);
  },
  parameters: { flags: jsonFlag, positional: { kind: "tuple", parameters: [directoryParameter] } },
  docs: { brief: "Parse every .prompt file; names file and line of what is wrong" },
});

const diff = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag, directory?: string) {
    const { files } = await readPrompts(this, directory);
    const { release, contents } = await (await connect(this, flags)).findSdkConfig();
    const live = release?.prompts ?? {};
    const { createTwoFilesPatch } = await import("diff");
    const names = [...new Set([...files.map(({ name }) => name), ...Object.keys(live)])].sort();
    const changes = names.flatMap((name) => {
      const file = files.find((one) => one.name === name);
      const from = live[name] ?? null;
      const to = file?.version ?? null;
      if (from === to) return [];
      const before = from === null ? "" : (contents[`${name}@${from}`]?.content ?? "");
      const patch = createTwoFilesPatch(
        `${name}@${from ?? "none"}`,
        `${name}@${to ?? "none"}`,
        before,
        file?.content ?? "",
      );
      return [{ name, live: from, local: to, patch: patch.replace(/^=+\n/, "") }];
    });
    if (json) return this.output.printJson({ release: release?.id ?? null, changes });
    for (const { patch } of changes) this.output.print(paintPatch(toPlainText(patch).trimEnd(), this.output.style));
    const against = release === null ? "no release is live" : `against ${release.id}, which is live`;
    this.output.note(`${changes.length} of ${names.length} prompts differ (${against}).`);
  },
  parameters: {
    flags: { ...serverFlags, ...jsonFlag },
    positional: { kind: "tuple", parameters: [directoryParameter] },
  },
  docs: { brief: "Compare the prompt files with what is live" },
});

interface PushFlags extends ServerFlags, JsonFlag {
  readonly fixes: readonly string[];
  readonly message?: string;
}

const push = buildCommand({
  async func(this: CliContext, flags: PushFlags, given?: string) {
    const { pushPrompts, refuseBrokenPrompts } = await import("@ratchet/evals/runner");
    const { directory, files } = await readPrompts(this, given);
    await refuseBrokenPrompts(files);
    const { http } = await connect(this, flags);
    const versions = await pushPrompts(http, files, {
      directory,
      fixes: flags.fixes,
      ...(flags.message === undefined ? {} : { message: flags.message }),
    });
    if (flags.json) return this.output.printJson({ prompts: versions });
    for (const { name, version, number, live } of versions) {
      this.output.print(`${name}@${version}  version ${number}${live ? ", live" : ""}`);
    }
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      fixes: {
        kind: "parsed",
        parse: String,
        variadic: ",",
        default: [],
        brief: "Failures that the change is meant to fix, as F-1,F-2",
      },
      message: { kind: "parsed", parse: String, optional: true, brief: "What changed, for the prompt's history" },
    },
    positional: { kind: "tuple", parameters: [directoryParameter] },
  },
  docs: { brief: "Record the prompt files as versions; what is there already stays" },
});

export const command = buildRouteMap({
  routes: { check, diff, push },
  docs: { brief: "Prompt files: check, compare with the server, record" },
});

async function readPrompts(
  { streams }: CliContext,
  given: string | undefined,
): Promise<{ directory: string; files: PromptFile[] }> {
  const { findOptionalPromptsDirectory, readPromptFiles } = await import("@ratchet/evals/runner");
  const directory =
    given === undefined ? await findOptionalPromptsDirectory(streams.directory) : resolve(streams.directory, given);
  const files = directory === undefined ? [] : await readPromptFiles(directory);
  if (directory === undefined || files.length === 0) {
    throw new UsageError(`There is no .prompt file in ${given ?? "a `prompts` directory at or above this one"}.`, {
      fix: "Name the directory, as `ratchet prompts check apps/bot/prompts`.",
    });
  }
  return { directory, files };
}

function paintPatch(patch: string, style: Style): string {
  return patch
    .split("\n")
    .map((line) => (line.startsWith("+") ? style.good(line) : line.startsWith("-") ? style.bad(line) : line))
    .join("\n");
}
