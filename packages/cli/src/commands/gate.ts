/** `ratchet gate <candidate> --baseline <E-id>`. */
import type { Criterion, Experiment } from "@ratchet/protocol";
import { buildCommand } from "@stricli/core";
import type { Api } from "../api.ts";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { formatVerdict, nextStepOf } from "../output/verdict-table.ts";

interface Flags extends ServerFlags, JsonFlag {
  readonly baseline: string;
}

export const command = buildCommand({
  async func(this: CliContext, { json, baseline, ...flags }: Flags, candidateId: string) {
    const api = await connect(this, flags);
    const candidate = await api.findExperiment(candidateId);
    const earlier = await findOptionalCriteria(api, candidateId);
    if (earlier === undefined) {
      this.output.note(
        "No gate has judged this experiment yet: every metric may get worse by 0.05, unbounded ones by 5 %.",
      );
    }
    const criteria = earlier ?? defaultCriteria(candidate);
    const gate = await api.askGate({ candidate: candidateId, baseline, criteria, failures: candidate.failures });
    this.process.exitCode = gate.exitCode;
    if (json) return this.output.printJson({ gate });
    this.output.print(formatVerdict(gate, this.output.style).join("\n"));
    this.output.note(` next  ${nextStepOf(gate)}\n open  ${api.pageUrl(`/gates/${gate.id}`)}`);
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      baseline: {
        kind: "parsed",
        parse: String,
        brief: "The experiment to compare with, as E-1",
        placeholder: "experiment",
      },
    },
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, brief: "The candidate's, as E-2", placeholder: "experiment" }],
    },
  },
  docs: {
    brief: "Ask for the verdict on two experiments; each time is a counted look",
    customUsage: ["E-2 --baseline E-1"],
  },
});

/** The criteria that the candidate was judged by before: another look must ask the same question. */
async function findOptionalCriteria(api: Api, candidate: string): Promise<Criterion[] | undefined> {
  const [newest] = (await api.listGates({ candidate })).gates;
  return newest?.criteria.map(({ criterion }) => criterion);
}

function defaultCriteria({ metrics }: Experiment): Criterion[] {
  return metrics.map(({ name, direction, range }) => ({
    metric: name,
    direction,
    margin: range === null ? "5%" : 0.05 * (range[1] - range[0]),
    role: range === null ? "guardrail" : "primary",
  }));
}
