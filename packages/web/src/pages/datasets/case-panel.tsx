/** One case in full, beside the list: what goes in, what is expected, and where it came from. */
import type { Case } from "@ratchet/protocol";
import { useEffect } from "react";
import { JsonValue } from "../../ui/json-view.tsx";
import { ProjectLink } from "../../ui/project-link.tsx";
import { SidePanel } from "../../ui/side-panel.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Status } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";

export interface CasePanelProps {
  dataset: string;
  caseId: string;
  /** Undefined while it is not among the loaded cases. */
  openCase: Case | undefined;
  /** Loads further cases; undefined when the case is there, one request is under way, or no more exist. */
  loadMore: (() => void) | undefined;
  onClose: () => void;
}

export function CasePanel({ dataset, caseId, openCase, loadMore, onClose }: CasePanelProps) {
  useEffect(() => loadMore?.(), [loadMore]);
  return (
    <SidePanel label="Case" title={caseId} onClose={onClose}>
      {openCase ? <CaseContent content={openCase} /> : <Missing dataset={dataset} loading={loadMore !== undefined} />}
    </SidePanel>
  );
}

function Missing({ dataset, loading }: { dataset: string; loading: boolean }) {
  return loading ? <Skeleton rows={6} /> : <p>No such case in this version of {dataset}.</p>;
}

function CaseContent({ content }: { content: Case }) {
  return (
    <>
      <h3>Input</h3>
      <JsonValue value={content.input} />
      <h3>Reference</h3>
      {content.reference === undefined ? (
        <p className="quiet">None: only evaluators that need no reference can judge this case.</p>
      ) : (
        <JsonValue value={content.reference} />
      )}
      <dl className="facts">
        {content.locked && (
          <>
            <dt>Locked</dt>
            <dd>
              <Status tone="good">
                passed {content.locked.passes} of {content.locked.trials} trials
              </Status>{" "}
              <Time at={content.locked.since} relative />
            </dd>
          </>
        )}
        {content.failure && (
          <>
            <dt>Failure</dt>
            <dd>
              <ProjectLink href={`/failures/${content.failure}`}>{content.failure}</ProjectLink>
            </dd>
          </>
        )}
        {content.sourceTraceId && (
          <>
            <dt>Source</dt>
            <dd>
              <ProjectLink href={`/traces/${content.sourceTraceId}`}>the trace it came from</ProjectLink>
            </dd>
          </>
        )}
        {content.split && (
          <>
            <dt>Split</dt>
            <dd>{content.split}</dd>
          </>
        )}
        {content.cluster && (
          <>
            <dt>Cluster</dt>
            <dd>{content.cluster}</dd>
          </>
        )}
        {Object.entries(content.metadata).map(([key, value]) => (
          <div key={key}>
            <dt className="mono">{key}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
