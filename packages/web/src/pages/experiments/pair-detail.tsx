/** One case on both sides: what went in, both outputs with their difference, and the way to both traces. */
import type { CasePair, Comparison } from "@ratchet/protocol";
import { textOfJson } from "../../ui/json-text.ts";
import { JsonValue } from "../../ui/json-view.tsx";
import { LazyDiff } from "../../ui/lazy-diff.tsx";
import { formatDuration, formatScore } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Badge, Status } from "../../ui/status.tsx";

// The comparison below is what the reader came for.
const inputTextLimit = 600;

export function PairDetail({ pair, comparison }: { pair: CasePair; comparison: Comparison }) {
  const { baseline, candidate } = comparison;
  const inDataset = `/datasets/${encodeURIComponent(candidate.dataset)}?version=${candidate.datasetVersion}&case=${encodeURIComponent(pair.caseId)}`;
  return (
    <article className="pair" aria-label={`Case ${pair.caseId}`}>
      <header className="pair-head">
        <h3 className="mono">
          <ProjectLink href={inDataset}>{pair.caseId}</ProjectLink>
        </h3>
        {pair.locked && <Badge tone="good">locked</Badge>}
        {Object.entries(pair.metadata).map(([key, value]) => (
          <Badge key={key}>
            {key}: {String(value)}
          </Badge>
        ))}
      </header>
      <details open>
        <summary>Input</summary>
        <JsonValue value={pair.input} textLimit={inputTextLimit} />
      </details>
      {pair.reference !== null && (
        <details open>
          <summary>Reference</summary>
          <JsonValue value={pair.reference} />
        </details>
      )}
      <div className="pair-sides">
        <Side name={`${baseline.id}, baseline`} shortcut="1" side={pair.baseline} />
        <Side name={`${candidate.id}, candidate`} shortcut="2" side={pair.candidate} />
      </div>
      <LazyDiff
        before={textOfJson(pair.baseline.output)}
        after={textOfJson(pair.candidate.output)}
        beforeLabel={`${baseline.id} output`}
        afterLabel={`${candidate.id} output`}
      />
    </article>
  );
}

function Side({ name, shortcut, side }: { name: string; shortcut: string; side: CasePair["baseline"] }) {
  return (
    <section aria-label={name}>
      <p>
        <strong>{name}</strong>{" "}
        {side.error === null ? <>scored {formatScore(side.score)}</> : <Status tone="bad">error</Status>}{" "}
        <span className="quiet">in {formatDuration(side.durationMs)}</span>
      </p>
      {side.error !== null && <p className="mono">{side.error}</p>}
      {side.reason !== null && <p className="quiet">{side.reason}</p>}
      {side.traceId === null ? (
        <p className="quiet">No trace was recorded.</p>
      ) : (
        <ProjectLink href={`/traces/${side.traceId}`}>
          Trace <kbd>{shortcut}</kbd>
        </ProjectLink>
      )}
    </section>
  );
}
