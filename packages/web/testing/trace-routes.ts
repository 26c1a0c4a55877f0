import { SpanDetail, TraceDetail, TraceList } from "@ratchet/protocol";
import { FixtureProblem, type FixtureRoute } from "./fixture-route.ts";
import type { FixtureWorld } from "./fixture-world.ts";
import { makeSpanDetail, makeTraceDetail } from "./sample-traces.ts";

export function traceRoutes({ tracesOf }: FixtureWorld): FixtureRoute[] {
  const findTrace = (project: string, traceId: string | undefined) => {
    const trace = tracesOf(project).find((candidate) => candidate.traceId === traceId);
    if (trace === undefined) {
      throw new FixtureProblem("not-found", `There is no trace ${traceId} in project ${project}.`);
    }
    return makeTraceDetail(trace, project === "huge" ? 10_000 : 13);
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
    ["GET", /^\/traces\/([^/]+)$/, ({ project, parts }) => TraceDetail.parse(findTrace(project, parts[0]))],
    [
      "GET",
      /^\/traces\/([^/]+)\/spans\/([^/]+)$/,
      ({ project, parts }) => {
        const span = findTrace(project, parts[0]).spans.find(({ spanId }) => spanId === parts[1]);
        if (span === undefined) throw new FixtureProblem("not-found", `The trace has no span ${parts[1]}.`);
        return SpanDetail.parse(makeSpanDetail(span));
      },
    ],
  ];
}
