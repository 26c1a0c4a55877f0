/** The evidence of harm over time, what its zones mean, and the same as a table. */
import type { RolloutDetail } from "@ratchet/protocol";
import { useState } from "react";
import { EvidenceChart, zoneWords } from "../../ui/evidence-chart.tsx";
import { evidenceZone } from "../../ui/evidence-geometry.ts";
import { EvidenceTable } from "../../ui/evidence-table.tsx";
import { formatPercent, formatPlural } from "../../ui/numbers.ts";
import { stageStates } from "../../ui/stage-states.ts";
import { evidenceText } from "../../ui/statistic-text.ts";
import { Status, type Tone } from "../../ui/status.tsx";

export function Evidence({ rollout, readAtMs }: { rollout: RolloutDetail; readAtMs: number }) {
  const { history, threshold, startedAt, alpha } = rollout;
  const zoneName = evidenceZone(rollout.evidence, threshold);
  // A rollout that has ended well decides no more: its stages passed, and harm was not shown.
  const zone: { tone: Tone; word: string } =
    rollout.state === "completed" && zoneName === "undecided"
      ? { tone: "neutral", word: "no harm shown" }
      : zoneWords[zoneName];
  const stages = stageStates(rollout, rollout.decisions).flatMap(({ startedAt: at, percent }) =>
    at === null ? [] : [{ at, percent }],
  );
  const [tableOpen, setTableOpen] = useState(false);
  return (
    <section className="section" aria-label="Evidence of harm">
      <h2>
        Evidence of harm: {evidenceText(rollout.evidence)}, <Status tone={zone.tone}>{zone.word.toLowerCase()}</Status>
      </h2>
      <p className="quiet evidence-note">
        1 says nothing; at {evidenceText(threshold)} the rollout rolls back. A harmless release gets there in at most{" "}
        {formatPercent(alpha)} of rollouts, however often one looks. Each unit counts once, at its first failure.
      </p>
      <EvidenceChart
        history={history}
        threshold={threshold}
        startedAt={startedAt}
        endedAt={rollout.endedAt ?? new Date(readAtMs).toISOString()}
        stages={stages}
      />
      {history.length > 0 && (
        <details onToggle={(event) => setTableOpen(event.currentTarget.open)}>
          <summary className="quiet">As a table of {formatPlural(history.length, "failed unit")}</summary>
          {tableOpen && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            <section className="bounded" tabIndex={0} aria-label="Evidence as a table">
              <EvidenceTable history={history} threshold={threshold} />
            </section>
          )}
        </details>
      )}
    </section>
  );
}
