/** A rollout's stages as one horizontal track, with what was decided in each. */
import type { Rollout, RolloutDetail } from "@ratchet/protocol";
import "./charts.css";
import { formatCount, formatDuration } from "./numbers.ts";
import { decisionWords, type StageBlock, type StageState, stageStates } from "./stage-states.ts";

const shapes: Record<StageState, string> = {
  done: "✓",
  running: "◐",
  paused: "‖",
  "rolled back": "✕",
  waiting: "○",
  "not reached": "–",
};

export interface StageTrackProps {
  rollout: Pick<Rollout, "stages" | "stage" | "state">;
  decisions: RolloutDetail["decisions"];
}

export function StageTrack({ rollout, decisions }: StageTrackProps) {
  return (
    // A track wider than a phone scrolls: the keyboard must reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions take the focus
    <ol className="track" aria-label="Stages" tabIndex={0}>
      {stageStates(rollout, decisions).map((block) => (
        <li key={block.percent} aria-current={isCurrent(block.state) ? "step" : undefined}>
          <div className="track-bar" data-state={block.state}>
            <span aria-hidden="true">{shapes[block.state]}</span>
            {block.percent} %
          </div>
          <p className="track-note">
            {block.state}
            <span data-wide-only>{planOf(block)}</span>
          </p>
          {block.decisions.length > 0 && (
            <p className="track-note">{block.decisions.map(({ action }) => decisionWords[action]).join(" → ")}</p>
          )}
        </li>
      ))}
    </ol>
  );
}

function isCurrent(state: StageState): boolean {
  return state === "running" || state === "paused" || state === "rolled back";
}

function planOf({ minUnitsPerArm, minDurationMs }: StageBlock): string {
  const plan = [];
  if (minUnitsPerArm) plan.push(`≥ ${formatCount(minUnitsPerArm)} units an arm`);
  if (minDurationMs) plan.push(`≥ ${formatDuration(minDurationMs).replace(" 00 s", "").replace(" 00 min", "")}`);
  return plan.length > 0 ? `; ${plan.join(", ")}` : "";
}
