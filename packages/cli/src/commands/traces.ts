/** `ratchet traces list | show | delete`. */
import { buildCommand, buildRouteMap, numberParser } from "@stricli/core";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { toOneLine, toPlainText } from "../output/plain-text.ts";
import { formatAge, formatCost, formatCount, formatDuration } from "../output/quantities.ts";
import { formatTable } from "../output/table.ts";

interface ListFlags extends ServerFlags, JsonFlag {
  readonly limit: number;
  readonly origin: "production" | "evals" | "all";
  readonly status?: "ok" | "error" | "running";
  readonly name?: string;
  readonly signal?: string;
  readonly failure?: string;
  readonly session?: string;
  readonly release?: string;
  readonly rollout?: string;
  readonly arm?: "control" | "candidate";
}

const text = { kind: "parsed", parse: String, optional: true } as const;

const list = buildCommand({
  async func(this: CliContext, { json, url, project, ...query }: ListFlags) {
    const api = await connect(this, { url, project });
    const page = await api.listTraces(query);
    if (json) return this.output.printJson(page);
    if (page.traces.length === 0) return this.output.note("No trace matches.");
    const { style, width } = this.output;
    const now = this.streams.now();
    const lines = formatTable<(typeof page.traces)[number]>(
      [
        { title: "trace", text: ({ traceId }) => traceId },
        { title: "age", text: ({ startTime }) => formatAge(startTime, now), align: "right" },
        {
          title: "status",
          text: ({ status }) => status,
          paint: (cell, { status }) => (status === "error" ? style.bad(cell) : cell),
        },
        { title: "took", text: ({ durationMs }) => formatDuration(durationMs), align: "right" },
        { title: "cost", text: ({ costUsd }) => formatCost(costUsd), align: "right" },
        { title: "name", text: ({ name }) => name },
        { title: "signals", text: ({ signals, failures }) => [...signals, ...failures].join(" ") },
        { title: "input", text: ({ inputPreview }) => inputPreview },
      ],
      page.traces,
      width,
    );
    this.output.print(lines.join("\n"));
    this.output.note(formatCount(page.traces.length, page.total, "trace", page.isTotalExact));
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      limit: { kind: "parsed", parse: numberParser, default: "50", brief: "At most so many, up to 500" },
      origin: {
        kind: "enum",
        values: ["production", "evals", "all"],
        default: "production",
        brief: "Whose: of production, of runs of evals, or all",
      },
      status: { kind: "enum", values: ["ok", "error", "running"], optional: true, brief: "Only with this status" },
      name: { ...text, brief: "Part of the root's name" },
      signal: { ...text, brief: "Only with a signal of this detector, as slow" },
      failure: { ...text, brief: "Only of this failure, as F-1" },
      session: { ...text, brief: "Only of this session" },
      release: { ...text, brief: "Only served by this release, as R-1" },
      rollout: { ...text, brief: "Only exposed to this rollout, as RO-1" },
      arm: { kind: "enum", values: ["control", "candidate"], optional: true, brief: "Only of this arm" },
    },
  },
  docs: {
    brief: "List traces, newest first",
    customUsage: [{ input: "--status error --limit 10", brief: "the newest that failed" }, "--failure F-1 --json"],
  },
});

const show = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag, traceId: string) {
    const api = await connect(this, flags);
    const detail = await api.findTrace(traceId);
    if (json) return this.output.printJson(detail);
    const { print, style, width } = this.output;
    const { trace, spans, input, output, signals, feedback } = detail;
    print(
      `${style.strong(toOneLine(trace.name))}  ${trace.status}  ${formatDuration(trace.durationMs)}  ${trace.traceId}`,
    );
    const lines = formatTable<(typeof spans)[number]>(
      [
        { title: "kind", text: ({ kind }) => kind },
        { title: "took", text: ({ durationMs }) => formatDuration(durationMs), align: "right" },
        {
          title: "status",
          text: ({ status }) => status,
          paint: (cell, { status }) => (status === "error" ? style.bad(cell) : cell),
        },
        {
          title: "span",
          text: ({ depth, name, statusMessage }) =>
            `${"· ".repeat(Math.min(depth, indentLimit))}${name}${statusMessage === "" ? "" : `: ${statusMessage}`}`,
        },
      ],
      spans,
      width,
    );
    print(lines.join("\n"));
    if (spans.length < trace.spanCount) {
      this.output.note(
        `${formatCount(spans.length, trace.spanCount, "span")}. The page has all; GET /api/traces/${trace.traceId}/tree?offset=${spans.length} gives the next ones.`,
      );
    }
    for (const [title, payloads] of [
      ["input", input],
      ["output", output],
    ] as const) {
      for (const { content } of payloads) print(`\n${style.faint(title)}\n${toPlainText(content)}`);
    }
    for (const { detector, reason } of signals)
      print(`${style.uncertain("signal")}  ${toOneLine(detector)}: ${toOneLine(reason)}`);
    for (const { key, score, value, comment } of feedback) {
      print(`feedback  ${toOneLine(key)} ${score ?? ""} ${toPlainText(value ?? comment ?? "")}`.trimEnd());
    }
    this.output.note(`open  ${api.pageUrl(`/traces/${trace.traceId}`)}`);
  },
  parameters: {
    flags: { ...serverFlags, ...jsonFlag },
    positional: { kind: "tuple", parameters: [{ parse: String, brief: "32 hex digits", placeholder: "traceId" }] },
  },
  docs: { brief: "Show one trace: its spans, input, output and what was said about it" },
});

interface DeleteFlags extends ServerFlags, JsonFlag {
  readonly eraseCases: boolean;
}

const remove = buildCommand({
  async func(this: CliContext, { json, eraseCases, ...flags }: DeleteFlags, traceId: string) {
    const api = await connect(this, flags);
    await api.deleteTrace(traceId, eraseCases ? "erase" : "keep");
    if (json) return this.output.printJson({ deleted: traceId });
    this.output.print(`Deleted ${toOneLine(traceId)}`);
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      eraseCases: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Also erase the dataset cases made from it, in every version",
      },
    },
    positional: { kind: "tuple", parameters: [{ parse: String, brief: "32 hex digits", placeholder: "traceId" }] },
  },
  docs: {
    brief: "Delete one trace with its texts, feedback and signals, for good",
    customUsage: ["4bf92f3577b34da6a3ce929d0e0e4736 --erase-cases"],
  },
});

/** Deeper spans are indented no further, so that their names stay readable. */
const indentLimit = 20;

export const command = buildRouteMap({
  routes: { list, show, delete: remove },
  docs: { brief: "What the application did" },
});
