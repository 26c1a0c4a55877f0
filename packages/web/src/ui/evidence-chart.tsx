/** The e-process of a rollout over time, on a log scale with the line at which it aborts; a table says the same. */
import type { RolloutDetail } from "@ratchet/protocol";
import { useState } from "react";
import "./charts.css";
import { armAt, type EvidenceZone, evidenceGeometry, evidenceZone } from "./evidence-geometry.ts";
import { formatPercent } from "./numbers.ts";
import { evidenceText } from "./statistic-text.ts";
import { Status, type Tone } from "./status.tsx";
import { Time } from "./time.tsx";

type Point = RolloutDetail["history"][number];

/** How each zone reads, on the chart and beside it. */
export const zoneWords: Record<EvidenceZone, { tone: Tone; word: string }> = {
  safe: { tone: "good", word: "Safe" },
  undecided: { tone: "unsure", word: "Undecided" },
  worse: { tone: "bad", word: "Worse" },
};

export interface EvidenceChartProps {
  history: readonly Point[];
  /** Evidence at which the rollout aborts; above 1. */
  threshold: number;
  startedAt: string;
  /** The end of the time axis: of the rollout, or now. */
  endedAt: string;
  /** When the traffic share changed, for marks on the time axis. */
  stages: readonly { at: string; percent: number }[];
}

export function EvidenceChart({ history, threshold, startedAt, endedAt, stages }: EvidenceChartProps) {
  const [chosen, choose] = useState<number | null>(null);
  const geometry = evidenceGeometry(history, { threshold, startedAt, endedAt });
  const index = Math.min(chosen ?? history.length - 1, history.length - 1);
  const current = history[index];
  const mark = geometry.marks[index];
  const spanMs = Date.parse(endedAt) - Date.parse(startedAt) || 1;
  return (
    <div className="evidence">
      <div className="evidence-ticks" aria-hidden="true">
        {geometry.ticks.map(({ exponent, y }) => (
          <span key={exponent} style={{ top: `${y}%` }}>
            {Math.abs(exponent) <= 3 ? evidenceText(10 ** exponent) : `1e${exponent}`.replace("-", "−")}
          </span>
        ))}
      </div>
      <div
        className="evidence-plot"
        onPointerMove={({ currentTarget, clientX }) => {
          const box = currentTarget.getBoundingClientRect();
          choose(nearest(geometry.marks, ((clientX - box.left) / box.width) * 100));
        }}
      >
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={summary(history, threshold)}>
          <rect className="evidence-worse" width={100} height={geometry.thresholdY} />
          <rect className="evidence-safe" y={geometry.safeY} width={100} height={100 - geometry.safeY} />
          {geometry.ticks.map(({ exponent, y }) => (
            <Line key={exponent} kind="grid" y={y} />
          ))}
          <Line kind="threshold" y={geometry.thresholdY} />
          <Line kind="floor" y={geometry.safeY} />
          {stages.slice(1).map(({ at }) => (
            <Line key={at} kind="stage" x={((Date.parse(at) - Date.parse(startedAt)) / spanMs) * 100} />
          ))}
          {mark && chosen !== null && <Line kind="cursor" x={mark.x} />}
          <path className="evidence-line" d={geometry.path} vectorEffect="non-scaling-stroke" />
        </svg>
        <svg aria-hidden="true">
          {mark && (
            <circle
              className="evidence-dot"
              data-arm={armAt(history, index)}
              cx={`${mark.x}%`}
              cy={`${mark.y}%`}
              r={4}
            />
          )}
        </svg>
        <ZoneLabel
          zone="worse"
          top={`calc(${geometry.thresholdY}% - 18px)`}
          detail={`: rolls back at ${evidenceText(threshold)}`}
        />
        <ZoneLabel zone="undecided" top={`calc(${geometry.thresholdY}% + 2px)`} />
        <ZoneLabel zone="safe" top={`calc(${geometry.safeY}% + 2px)`} />
        {stages.map(({ at, percent }) => (
          <span
            key={at}
            className="evidence-stage-label"
            style={{
              left: `min(${Math.max(0, ((Date.parse(at) - Date.parse(startedAt)) / spanMs) * 100)}%, 100% - 40px)`,
            }}
          >
            {percent} %
          </span>
        ))}
      </div>
      <div className="evidence-times">
        <Time at={startedAt} />
        <Time at={endedAt} />
      </div>
      {history.length > 0 && (
        <input
          className="evidence-scrub"
          type="range"
          aria-label="Failure"
          min={0}
          max={history.length - 1}
          value={index}
          aria-valuetext={current ? reading(history, index, threshold) : undefined}
          onChange={(event) => choose(Number(event.target.value))}
        />
      )}
      <p className="evidence-reading">
        {current ? (
          <>
            {reading(history, index, threshold)}, <Time at={current.at} />
          </>
        ) : (
          "No unit has failed yet: evidence moves only when one does."
        )}
      </p>
    </div>
  );
}

function Line({ kind, x, y }: { kind: string; x?: number; y?: number }) {
  const place = y === undefined ? { x1: x, x2: x, y1: 0, y2: 100 } : { x1: 0, x2: 100, y1: y, y2: y };
  return <line className={`evidence-${kind}`} vectorEffect="non-scaling-stroke" {...place} />;
}

function ZoneLabel({ zone, top, detail = "" }: { zone: EvidenceZone; top: string; detail?: string }) {
  const { tone, word } = zoneWords[zone];
  return (
    <span className="evidence-zone" style={{ top }}>
      <Status tone={tone}>
        {word}
        {detail}
      </Status>
    </span>
  );
}

/** `A control unit failed; 3 of 5 failed units were the candidate's, at a planned share of 10 %: evidence 12, undecided`. */
function reading(history: readonly Point[], index: number, threshold: number): string {
  const point = history[index] as Point;
  const zone = zoneWords[evidenceZone(point.evidence, threshold)].word.toLowerCase();
  const units = point.failures === 1 ? "failed unit was" : "failed units were";
  return `A ${armAt(history, index)} unit failed; ${point.candidateFailures} of ${point.failures} ${units} the candidate's, at a planned share of ${formatPercent(point.plannedShare)}: evidence ${evidenceText(point.evidence)}, ${zone}`;
}

function summary(history: readonly Point[], threshold: number): string {
  const subject = `Evidence of harm over time; it rolls back at ${evidenceText(threshold)}.`;
  return history.length === 0
    ? `${subject} No unit has failed.`
    : `${subject} Last: ${reading(history, history.length - 1, threshold)}.`;
}

function nearest(marks: readonly { x: number }[], x: number): number | null {
  let best: number | null = null;
  for (const [index, mark] of marks.entries()) {
    if (best === null || Math.abs(mark.x - x) < Math.abs((marks[best]?.x ?? 0) - x)) best = index;
  }
  return best;
}
