/** What people and detectors said of the trace. */
import type { Feedback, Signal, TraceDetail } from "@ratchet/protocol";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Badge, SimulatedBadge, Status, type Tone } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";

export function TraceJudgements({ trace: { feedback, signals, cases } }: { trace: TraceDetail }) {
  if (feedback.length + signals.length + cases.length === 0) return null;
  return (
    <section className="judgements" aria-label="Signals and feedback">
      <ul>
        {signals.map((signal) => (
          <SignalLine key={`${signal.detector} ${signal.createdAt} ${signal.spanId}`} signal={signal} />
        ))}
        {feedback.map((entry) => (
          <FeedbackLine key={entry.id} feedback={entry} />
        ))}
        {cases.map(({ dataset, caseId }) => (
          <li key={`${dataset} ${caseId}`}>
            <Status tone="good">In a dataset</Status>
            <span>
              Case{" "}
              <ProjectLink href={`/datasets/${encodeURIComponent(dataset)}?case=${encodeURIComponent(caseId)}`}>
                {caseId}
              </ProjectLink>{" "}
              of {dataset}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** By severity: a nuisance, a failure, an outage. */
const severityTones: Record<number, Tone> = { 1: "neutral", 2: "bad", 3: "bad" };

function SignalLine({ signal }: { signal: Signal }) {
  return (
    <li>
      <Status tone={severityTones[signal.severity] ?? "bad"}>{signal.detector}</Status>
      {signal.simulated && <SimulatedBadge />}
      <span>{signal.reason}</span>
      {signal.failure !== null && <ProjectLink href={`/failures/${signal.failure}`}>{signal.failure}</ProjectLink>}
    </li>
  );
}

function FeedbackLine({ feedback: { key, score, value, comment, source, userId, createdAt } }: { feedback: Feedback }) {
  const isThumb = key === "thumbs";
  return (
    <li>
      {isThumb ? (
        <Status tone={score === 1 ? "good" : "bad"}>{score === 1 ? "thumbs up" : "thumbs down"}</Status>
      ) : (
        <Status tone="neutral">{key}</Status>
      )}
      {source === "simulated" ? <SimulatedBadge /> : <Badge>{source}</Badge>}
      {!isThumb && score !== null && <span className="numeric">{score}</span>}
      {value !== null && <code>{value}</code>}
      {comment !== null && <q>{comment}</q>}
      <span className="quiet">
        {userId !== null && `${userId} · `}
        <Time at={createdAt} relative />
      </span>
    </li>
  );
}
