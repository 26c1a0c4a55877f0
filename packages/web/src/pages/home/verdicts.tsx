import type { Gate, Rollout } from "@ratchet/protocol";
import { formatCount } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Status, verdictTone } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { gateWord } from "../gate-words.ts";
import { rolloutStates, trafficText } from "../rollouts/rollout-words.ts";

/** The newest gates and rollouts; nothing when there are none. */
export function Verdicts({ gates, rollouts }: { gates: Gate[]; rollouts: Rollout[] }) {
  if (gates.length + rollouts.length === 0) return null;
  return (
    <div className="verdicts">
      {rollouts.length > 0 && (
        <section className="home-section">
          <h2>Rollouts</h2>
          <ul className="verdict-list">
            {rollouts.map((rollout) => (
              <li key={rollout.id}>
                <ProjectLink href={`/rollouts/${rollout.id}`} data-row>
                  <span className="mono">{rollout.id}</span> {rollout.release}
                </ProjectLink>
                <Status tone={rolloutStates[rollout.state].tone}>{rolloutStates[rollout.state].word}</Status>
                <span className="quiet">
                  {trafficText(rollout)} · {formatCount(rollout.arms.candidate.failedUnits)} of{" "}
                  {formatCount(rollout.arms.candidate.units)} units failed ·{" "}
                  <Time at={rollout.endedAt ?? rollout.startedAt} relative />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {gates.length > 0 && (
        <section className="home-section">
          <h2>Gates</h2>
          <ul className="verdict-list">
            {gates.map((gate) => (
              <li key={gate.id}>
                <ProjectLink href={`/gates/${gate.id}`} data-row>
                  <span className="mono">{gate.id}</span> {gate.dataset}
                </ProjectLink>
                <Status tone={verdictTone(gate.verdict)}>{gateWord(gate.verdict)}</Status>
                <span className="quiet">
                  {gate.sentence} · <Time at={gate.createdAt} relative />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
