/** `ratchet failures list | show | capture`. */
import { type Failure, FailureStage } from "@ratchet/protocol";
import { buildCommand, buildRouteMap, numberParser } from "@stricli/core";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { formatSteps } from "../output/loop-strip.ts";
import { toOneLine } from "../output/plain-text.ts";
import { formatAge, formatCount } from "../output/quantities.ts";
import { formatTable } from "../output/table.ts";

interface ListFlags extends ServerFlags, JsonFlag {
  readonly stage?: FailureStage;
  readonly detector?: string;
  readonly q?: string;
}
interface CaptureFlags extends ServerFlags, JsonFlag {
  readonly dataset?: string;
  readonly limit?: number;
  readonly message?: string;
  readonly trace?: readonly string[];
}

const text = { kind: "parsed", parse: String, optional: true } as const;
const failureId = { parse: String, brief: "As F-12", placeholder: "failure" } as const;

const list = buildCommand({
  async func(this: CliContext, { json, url, project, ...query }: ListFlags) {
    const api = await connect(this, { url, project });
    const { failures, total } = await api.listFailures(query);
    if (json) return this.output.printJson({ failures, total });
    if (failures.length === 0) return this.output.note("No failure matches.");
    const now = this.streams.now();
    const lines = formatTable<Failure>(
      [
        { title: "id", text: ({ id }) => id },
        { title: "stage", text: ({ stage }) => stage },
        { title: "trend", text: ({ trend }) => trend },
        { title: "signals", text: ({ signalCount }) => String(signalCount), align: "right" },
        { title: "traces", text: ({ traceCount }) => String(traceCount), align: "right" },
        { title: "last seen", text: ({ lastSeen }) => formatAge(lastSeen, now), align: "right" },
        { title: "title", text: ({ title, simulated }) => `${title}${simulated ? " (simulated)" : ""}` },
      ],
      failures,
      this.output.width,
    );
    this.output.print(lines.join("\n"));
    this.output.note(formatCount(failures.length, total, "failure"));
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      stage: { kind: "enum", values: FailureStage.options, optional: true, brief: "Only at this stage" },
      detector: { ...text, brief: "Only of this detector, as thumbs-down" },
      q: { ...text, brief: "Part of the title" },
    },
  },
  docs: { brief: "List failures, newest signal first", customUsage: ["", "--stage open"] },
});

const show = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag, id: string) {
    const api = await connect(this, flags);
    const failure = await api.findFailure(id);
    if (json) return this.output.printJson(failure);
    const { print, style, width } = this.output;
    const now = this.streams.now();
    print(formatSteps(failure.loop, style, width, now).join("\n"));
    print(
      `\n${failure.signalCount} signals in ${failure.traceCount} traces of ${toOneLine(failure.traceName)}, trend: ${failure.trend}`,
    );
    const lines = formatTable<(typeof failure.signals)[number]>(
      [
        { title: "trace", text: ({ traceId }) => traceId },
        { title: "age", text: ({ createdAt }) => formatAge(createdAt, now), align: "right" },
        { title: "reason", text: ({ reason, simulated }) => `${reason}${simulated ? " (simulated)" : ""}` },
      ],
      failure.signals,
      width,
    );
    print(lines.join("\n"));
    this.output.note(
      `${formatCount(failure.signals.length, failure.signalCount, "signal")}\nopen  ${api.pageUrl(`/failures/${failure.id}`)}`,
    );
  },
  parameters: {
    flags: { ...serverFlags, ...jsonFlag },
    positional: { kind: "tuple", parameters: [failureId] },
  },
  docs: { brief: "Show one failure: its place in the loop and its newest signals" },
});

const capture = buildCommand({
  async func(this: CliContext, flags: CaptureFlags, id: string) {
    const { dataset, limit, message, trace: traceIds } = flags;
    const api = await connect(this, flags);
    const result = await api.captureFailure(id, { dataset, limit, message, traceIds });
    if (flags.json) return this.output.printJson(result);
    const already = result.alreadyThere === 0 ? "" : `, ${result.alreadyThere} were there already`;
    this.output.print(`${result.added} cases added to ${toOneLine(result.dataset)}, now v${result.version}${already}`);
    this.output.note(`next  change the prompt, then: ratchet eval --gate --fixes ${id}`);
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      dataset: { ...text, brief: "Where to; the failure's own by default" },
      limit: { kind: "parsed", parse: numberParser, optional: true, brief: "At most so many traces, 50 by default" },
      message: { ...text, brief: "Why, for the dataset's history" },
      trace: {
        kind: "parsed",
        parse: String,
        variadic: true,
        optional: true,
        brief: "Only this trace; may be repeated",
      },
    },
    positional: { kind: "tuple", parameters: [failureId] },
  },
  docs: { brief: "Keep a failure's traces as test cases", customUsage: ["F-12 --dataset triage"] },
});

export const command = buildRouteMap({ routes: { list, show, capture }, docs: { brief: "What goes wrong" } });
