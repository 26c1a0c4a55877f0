/** Evaluations find the span that they judge, and become its feedback. */
import type { Feedback } from "@ratchet/protocol";
import type { ProjectScope } from "../router.ts";
import type { Span } from "../telemetry/span.ts";
import { type Evaluation, evaluationEvent, readEvaluation, toFeedback } from "./evaluation.ts";
import type { LogRecordStore } from "./store.ts";

/** How old an answer may be that is found by its id alone. */
const maxAnswerAgeMs = 30 * 24 * 3600 * 1000;

/** With the trace and span that the evaluation was sent in; `null` where it names none. */
export interface SentEvaluation {
  project: ProjectScope;
  traceId: string | null;
  spanId: string | null;
  evaluation: Evaluation;
}

export type RecordEvaluations = ReturnType<typeof createEvaluationRecorder>;

export function createEvaluationRecorder(
  store: Pick<LogRecordStore, "findResponses">,
  recordAll: (project: ProjectScope, feedback: readonly Feedback[]) => Promise<void>,
  now: () => Date,
) {
  /** Resolves when they are durable, with a sentence for each whose answer is not known. */
  return async (sent: readonly SentEvaluation[]): Promise<string[]> => {
    const complaints: string[] = [];
    for (const [project, ofProject] of Map.groupBy(sent, (each) => each.project)) {
      const places = await findPlaces(project, ofProject);
      const feedback = ofProject.flatMap(({ traceId, spanId, evaluation }) => {
        const place = traceId === null ? places.get(evaluation.responseId ?? "") : { traceId, spanId };
        if (place) return [toFeedback(evaluation, place.traceId, place.spanId, now())];
        complaints.push(toComplaint(evaluation));
        return [];
      });
      await recordAll(project, feedback);
    }
    return complaints;
  };

  async function findPlaces(project: ProjectScope, sent: readonly SentEvaluation[]) {
    const ids = new Set(
      sent.flatMap((each) => (each.traceId === null ? [each.evaluation.responseId ?? []].flat() : [])),
    );
    if (ids.size === 0) return new Map<string, { traceId: string; spanId: string | null }>();
    return store.findResponses(project.id, [...ids], (now().getTime() - maxAnswerAgeMs) * 1000);
  }
}

/** Of spans that are stored: as events of theirs, evaluations judge the span. */
export function listSpanEvaluations(spans: readonly Span[]): SentEvaluation[] {
  const found: SentEvaluation[] = [];
  for (const { project, traceId, spanId, events } of spans) {
    for (const event of events) {
      if (event.name !== evaluationEvent) continue;
      const evaluation = readEvaluation(new Map(Object.entries(event.attributes)), event.timeMicros);
      if (evaluation) found.push({ project, traceId, spanId, evaluation });
    }
  }
  return found;
}

function toComplaint({ name, responseId }: Evaluation): string {
  const what = `The evaluation ${JSON.stringify(name.slice(0, 100))}`;
  return responseId === null
    ? `${what} has neither a span context nor gen_ai.response.id, so nothing says what it judges.`
    : `${what} has no span context, and no span of the last 30 days has the gen_ai.response.id ${JSON.stringify(responseId.slice(0, 100))}.`;
}
