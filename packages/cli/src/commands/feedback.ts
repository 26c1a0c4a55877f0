/** `ratchet feedback <traceId>`. */
import { buildCommand, numberParser } from "@stricli/core";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { UsageError } from "../describe-failure.ts";

interface Flags extends ServerFlags, JsonFlag {
  readonly thumbs?: "up" | "down";
  readonly key?: string;
  readonly score?: number;
  readonly value?: string;
  readonly comment?: string;
  readonly span?: string;
  readonly user?: string;
}

const text = { kind: "parsed", parse: String, optional: true } as const;

export const command = buildCommand({
  async func(this: CliContext, { json, url, project, ...flags }: Flags, traceId: string) {
    const { thumbs, score, value, comment, span: spanId, user: userId } = flags;
    if (thumbs !== undefined && (score !== undefined || (flags.key ?? "thumbs") !== "thumbs")) {
      throw new UsageError("--thumbs is a judgement of its own.", { fix: "Leave out --score and --key." });
    }
    const key = thumbs === undefined ? flags.key : "thumbs";
    if (key === undefined) {
      throw new UsageError("The feedback says nothing yet.", {
        fix: "Give --thumbs up or down, or --key with --score, --value or --comment.",
      });
    }
    const api = await connect(this, { url, project });
    const saved = await api.saveFeedback({
      traceId,
      spanId,
      key,
      score: thumbs === undefined ? score : Number(thumbs === "up"),
      value,
      comment,
      userId,
      source: "cli",
    });
    if (json) return this.output.printJson(saved);
    this.output.print(`Recorded ${saved.key} on ${saved.traceId}`);
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      thumbs: { kind: "enum", values: ["up", "down"], optional: true, brief: "Good or bad" },
      key: { ...text, brief: "What is judged, as correctness" },
      score: { kind: "parsed", parse: numberParser, optional: true, brief: "A number" },
      value: { ...text, brief: "A word" },
      comment: { ...text, brief: "A sentence" },
      span: { ...text, brief: "Of one span only: its id" },
      user: { ...text, brief: "Who judged" },
    },
    positional: { kind: "tuple", parameters: [{ parse: String, brief: "32 hex digits", placeholder: "traceId" }] },
  },
  docs: {
    brief: "Judge a trace",
    customUsage: ["<traceId> --thumbs down --comment 'wrong label'", "<traceId> --key correctness --score 0.5"],
  },
});
