/** `ratchet rollout start | show | pause | resume | advance | abort`. */
import type { Rollout, RolloutDetail } from "@ratchet/protocol";
import { buildCommand, buildRouteMap, numberParser } from "@stricli/core";
import type { Api, RolloutVerb } from "../api.ts";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { UsageError } from "../describe-failure.ts";
import { toOneLine } from "../output/plain-text.ts";
import { formatValue } from "../output/quantities.ts";

interface StartFlags extends ServerFlags, JsonFlag {
  readonly stages: readonly number[];
  readonly minUnits: number;
  readonly minMinutes: number;
  readonly alpha?: number;
  readonly margin?: number;
  readonly autoPromote: boolean;
}

const optionalId = {
  parse: String,
  brief: "As RO-2; the newest when left out",
  placeholder: "rollout",
  optional: true,
} as const;

const start = buildCommand({
  async func(this: CliContext, flags: StartFlags, release: string) {
    const api = await connect(this, flags);
    const { stages, minUnits: minUnitsPerArm, alpha, margin, autoPromote } = flags;
    const minDurationMs = Math.round(flags.minMinutes * 60_000);
    const rollout = await api.startRollout({
      release,
      stages: stages.map((percent) => ({ percent, minUnitsPerArm, minDurationMs })),
      alpha,
      margin,
      autoPromote,
    });
    print(this, api, rollout, flags.json);
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      stages: {
        kind: "parsed",
        parse: numberParser,
        variadic: ",",
        default: ["1", "10", "50"],
        brief: "Percent of units, stage by stage",
      },
      minUnits: { kind: "parsed", parse: numberParser, default: "100", brief: "Units an arm before a stage may end" },
      minMinutes: { kind: "parsed", parse: numberParser, default: "0", brief: "Minutes before a stage may end" },
      alpha: { kind: "parsed", parse: numberParser, optional: true, brief: "Chance of a false abort, 0.05 by default" },
      margin: {
        kind: "parsed",
        parse: numberParser,
        optional: true,
        brief: "Tolerated relative rise of the failure rate, as 0.1",
      },
      autoPromote: { kind: "boolean", default: false, withNegated: false, brief: "Advance without asking a person" },
    },
    positional: { kind: "tuple", parameters: [{ parse: String, brief: "As R-2", placeholder: "release" }] },
  },
  docs: {
    brief: "Take a release to traffic against what is live",
    customUsage: ["R-2 --stages 5,25,50 --min-units 200"],
  },
});

const show = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag, id?: string) {
    const api = await connect(this, flags);
    print(this, api, await api.findRollout(id ?? (await findNewestId(api))), json);
  },
  parameters: { flags: { ...serverFlags, ...jsonFlag }, positional: { kind: "tuple", parameters: [optionalId] } },
  docs: { brief: "Show a rollout: stage, arms, evidence, and why it does not advance yet" },
});

export const command = buildRouteMap({
  routes: {
    start,
    show,
    pause: buildAction("pause", "Keep the shares as they are"),
    resume: buildAction("resume", "Go on after a pause"),
    advance: buildAction("advance", "Go to the next stage"),
    abort: buildAction("abort", "Give everybody what was live before"),
  },
  docs: { brief: "Take a release to traffic, guarded" },
});

function buildAction(verb: RolloutVerb, brief: string) {
  return buildCommand({
    async func(this: CliContext, { reason, json, ...flags }: ServerFlags & JsonFlag & { reason: string }, id?: string) {
      const api = await connect(this, flags);
      const actor = this.streams.env.USER ?? "cli";
      print(this, api, await api.actOnRollout(id ?? (await findNewestId(api)), verb, { reason, actor }), json);
    },
    parameters: {
      flags: {
        ...serverFlags,
        ...jsonFlag,
        reason: { kind: "parsed", parse: String, brief: "Why, for the record" },
      },
      positional: { kind: "tuple", parameters: [optionalId] },
    },
    docs: { brief, customUsage: [`RO-2 --reason "…"`] },
  });
}

async function findNewestId(api: Api): Promise<string> {
  const [newest] = (await api.listRollouts()).rollouts;
  if (newest === undefined) throw new UsageError("There is no rollout yet.", { fix: "ratchet rollout start <R-id>" });
  return newest.id;
}

function print({ output }: CliContext, api: Api, rollout: Rollout | RolloutDetail, json: boolean): void {
  if (json) {
    output.printJson(rollout);
    return;
  }
  const { style } = output;
  const { id, release, control, state, stage, stages, percent, evidence, threshold, arms, waitingFor } = rollout;
  const stateText =
    state === "aborted" ? style.bad(state) : state === "completed" ? style.good(state) : style.active(state);
  output.print(
    `${style.strong(id)}  ${release} against ${control}  ${stateText}  stage ${stage + 1} of ${stages.length}, ${percent} %`,
  );
  output.print(` candidate  ${arms.candidate.failedUnits} of ${arms.candidate.units} units failed`);
  output.print(` control    ${arms.control.failedUnits} of ${arms.control.units} units failed`);
  output.print(` evidence   ${formatValue(evidence)} of ${formatValue(threshold)}, at which it aborts`);
  for (const sentence of waitingFor) output.print(` waits for  ${toOneLine(sentence)}`);
  const last = "decisions" in rollout ? rollout.decisions.at(-1) : undefined;
  if (last) output.print(` last       ${last.action} by ${toOneLine(last.actor)}: ${toOneLine(last.reason)}`);
  output.note(`open  ${api.pageUrl(`/rollouts/${id}`)}`);
}
