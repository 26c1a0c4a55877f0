/** `ratchet status [F-12]`. */
import { buildCommand } from "@stricli/core";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { formatSteps, formatStrip } from "../output/loop-strip.ts";
import { toOneLine } from "../output/plain-text.ts";

export const command = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag, failureId?: string) {
    const api = await connect(this, flags);
    const { print, style, width } = this.output;
    if (failureId !== undefined) {
      const failure = await api.findFailure(failureId);
      if (json) return this.output.printJson(failure);
      print(formatSteps(failure.loop, style, width, this.streams.now()).join("\n"));
      return this.output.note(` open  ${api.pageUrl(`/failures/${failure.id}`)}`);
    }
    const home = await api.findHome();
    if (json) return this.output.printJson(home);
    print(`${style.strong(toOneLine(home.project.name))}  ${toOneLine(home.sentence)}`);
    const shown = [...home.regressed, ...home.columns.flatMap(({ failures }) => failures)];
    for (const failure of new Map(shown.map((one) => [one.id, one])).values()) {
      print(`\n${formatStrip(failure.loop, style).join("\n")}`);
    }
    const hidden = home.columns.reduce((sum, { count, failures }) => sum + Math.max(0, count - failures.length), 0);
    if (hidden > 0) this.output.note(`\n${hidden} more failures: ratchet failures list`);
  },
  parameters: {
    flags: { ...serverFlags, ...jsonFlag },
    positional: {
      kind: "tuple",
      parameters: [
        { parse: String, brief: "One failure, step by step, as F-12", placeholder: "failure", optional: true },
      ],
    },
  },
  docs: {
    brief: "Where every failure is in the loop, and what is next",
    customUsage: ["", { input: "F-12", brief: "one failure, step by step" }],
  },
});
