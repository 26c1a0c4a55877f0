import { SpanDetail, TraceDetail, TraceList, type TraceSummary, type TreeRow, TreeWindow } from "@ratchet/protocol";
import { FixtureProblem, type FixtureRoute } from "./fixture-route.ts";
import type { FixtureWorld } from "./fixture-world.ts";
import { makeSpanDetail, makeTraceDetail, makeTree } from "./sample-traces.ts";

export function traceRoutes({ tracesOf }: FixtureWorld): FixtureRoute[] {
  const findTrace = (project: string, traceId: string | undefined) => {
    const trace = tracesOf(project).find((candidate) => candidate.traceId === traceId);
    if (trace === undefined) {
      throw new FixtureProblem("not-found", `There is no trace ${traceId} in project ${project}.`);
    }
    return trace;
  };
  const trees = new Map<string, TreeRow[]>();
  const findTree = (project: string, trace: TraceSummary) => {
    const tree = trees.get(trace.traceId) ?? makeTree(trace, project === "huge" ? 10_003 : 13);
    trees.set(trace.traceId, tree);
    return tree;
  };
  return [
    [
      "GET",
      /^\/traces$/,
      ({ project, query }) => {
        const limit = Number(query.get("limit") ?? 50);
        const offset = Number(query.get("cursor") ?? 0);
        const from = query.get("from") ?? "";
        const matching = tracesOf(project).filter(
          (trace) =>
            trace.startTime >= from &&
            trace.name.includes((query.get("name") ?? "").toLowerCase()) &&
            (query.get("status") ?? trace.status) === trace.status &&
            (query.get("arm") ?? trace.exposure?.arm) === trace.exposure?.arm &&
            (!query.has("signal") || trace.signals.includes(query.get("signal") ?? "")),
        );
        const next = offset + limit;
        return TraceList.parse({
          traces: matching.slice(offset, next),
          total: matching.length,
          nextCursor: next < matching.length ? String(next) : null,
        });
      },
    ],
    [
      "GET",
      /^\/traces\/([^/]+)$/,
      ({ project, parts }) => {
        const trace = findTrace(project, parts[0]);
        return TraceDetail.parse(makeTraceDetail(trace, findTree(project, trace)));
      },
    ],
    [
      "GET",
      /^\/traces\/([^/]+)\/tree$/,
      ({ project, parts, query }) => {
        const trace = findTrace(project, parts[0]);
        const rows = findTree(project, trace);
        const closed = new Set(query.get("closed")?.split(","));
        const shown: TreeRow[] = [];
        for (let at = 0; at < rows.length; at++) {
          const row = rows[at] as TreeRow;
          shown.push(row);
          if (closed.has(row.spanId)) at += row.descendantCount;
        }
        const around = shown.findIndex(({ spanId }) => spanId === query.get("around"));
        const offset = around === -1 ? Number(query.get("offset") ?? 0) : around;
        return TreeWindow.parse({
          overview: makeTraceDetail(trace, rows).tree,
          total: shown.length,
          offset,
          rows: shown.slice(offset, offset + Number(query.get("limit") ?? 200)),
        });
      },
    ],
    [
      "GET",
      /^\/traces\/([^/]+)\/spans\/([^/]+)$/,
      ({ project, parts }) => {
        const span = findTree(project, findTrace(project, parts[0])).find(({ spanId }) => spanId === parts[1]);
        if (span === undefined) throw new FixtureProblem("not-found", `The trace has no span ${parts[1]}.`);
        return SpanDetail.parse(makeSpanDetail(span));
      },
    ],
  ];
}
