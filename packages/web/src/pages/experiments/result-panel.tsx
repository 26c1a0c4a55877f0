/** One case's trials in full, beside the list: output, scores with their reasons, error, trace. */
import type { ExperimentDetail, TrialResult } from "@ratchet/protocol";
import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { JsonValue } from "../../ui/json-view.tsx";
import { formatDuration, formatScore } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { SidePanel } from "../../ui/side-panel.tsx";
import { Status } from "../../ui/status.tsx";
import type { CaseResult } from "./case-results.ts";

export interface ResultPanelProps {
  experiment: ExperimentDetail;
  caseId: string;
  /** Undefined when the experiment has no such case. */
  result: CaseResult | undefined;
}

export function ResultPanel({ experiment, caseId, result }: ResultPanelProps) {
  const navigate = useNavigate({ from: "/p/$project/experiments/$experimentId" });
  const close = useCallback(
    () => void navigate({ search: ({ case: _closed, ...rest }) => rest, resetScroll: false }),
    [navigate],
  );
  const inDataset = `/datasets/${encodeURIComponent(experiment.dataset)}?version=${experiment.datasetVersion}&case=${encodeURIComponent(caseId)}`;
  return (
    <SidePanel label="Case" title={caseId} onClose={close}>
      <p>
        <ProjectLink href={inDataset}>Input and reference in {experiment.dataset}</ProjectLink>
      </p>
      {result ? (
        result.trials.map((trial) => <Trial key={trial.trial} trial={trial} />)
      ) : (
        <p>{experiment.id} has no result for this case.</p>
      )}
    </SidePanel>
  );
}

function Trial({ trial }: { trial: TrialResult }) {
  return (
    <section aria-label={`Trial ${trial.trial}`}>
      <h3>
        Trial {trial.trial}, {formatDuration(trial.durationMs)}{" "}
        {trial.traceId !== null && <ProjectLink href={`/traces/${trial.traceId}`}>trace</ProjectLink>}
      </h3>
      {trial.outcome === "ok" ? (
        <JsonValue value={trial.output} />
      ) : (
        <>
          <Status tone={trial.outcome === "error" ? "bad" : "unsure"}>
            {trial.outcome === "error" ? "The target failed" : "Void: the harness or provider failed"}
          </Status>
          <p className="mono">{trial.error}</p>
        </>
      )}
      <dl className="facts">
        {Object.entries(trial.scores).map(([metric, score]) => (
          <div key={metric}>
            <dt>{metric}</dt>
            <dd>
              {formatScore(score)} <span className="quiet">{trial.reasons[metric]}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
