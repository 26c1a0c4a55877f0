/** Puts a failure together from its row, its signals' counts, its links and its history. */
import type { Failure } from "@ratchet/protocol";
import type { Tally } from "../signals/signals.ts";
import { deriveStage } from "./derive-stage.ts";
import type { Links } from "./links.ts";
import { toLoopStrip } from "./loop-strip.ts";
import { findReachedStages } from "./reached-stages.ts";
import type { FailureRow, StageRow } from "./store.ts";
import { judgeTrend } from "./trend.ts";
import { type CountByRelease, hasComeBack, verifyFix } from "./verify.ts";

export interface FailureParts {
  row: FailureRow;
  /** Of the failure's signals; `recent` and `earlier` in the two windows of `trend.ts`. */
  counts: Tally;
  sparkline: number[];
  links: Links;
  /** Oldest first. */
  history: readonly StageRow[];
  /** Completed traces of the failure's name by release; `null` where there is no fix to verify. */
  traces: CountByRelease | null;
}

export interface AssembledFailure {
  failure: Failure;
  maxSeverity: number;
  /** Stages that its history lacks. */
  news: StageRow[];
}

export function assembleFailure(parts: FailureParts, now: Date): AssembledFailure {
  const { row, counts, links: allLinks, history } = parts;
  const { proof, comeback, fix, state } = judgeProof(parts, now);
  const facts = {
    isArchived: row.archivedAt !== null,
    isVerified: proof !== undefined && comeback === undefined,
    cameBackAt: comeback?.at ?? null,
    isGone: state?.isGone ?? false,
  };
  const { stage, links } = deriveStage(facts, allLinks);
  // Numbers of a fix that did not hold say nothing of the one that is tried now.
  const isOfThisAttempt = links.release !== null || stage === "verified" || stage === "regressed";
  const verification = isOfThisAttempt ? (state?.verification ?? null) : null;
  const verifiedAt = stage === "verified" ? (proof?.at ?? now.toISOString()) : null;
  const { id, title } = row;
  const { firstSeen, signals: signalCount } = counts;
  const loop = toLoopStrip({
    id,
    title,
    stage,
    signalCount,
    firstSeen,
    links,
    verification,
    verifiedAt,
    regression: comeback && stage !== "verified" ? { at: comeback.at, release: comeback.release } : null,
  });
  const proven = { release: fix, verification: state?.verification ?? null };
  const reached = findReachedStages({ failure: id, firstSeen, links, proven, verifiedAt, comeback });
  return {
    failure: { ...describe(parts, now), stage, links: toWireLinks(allLinks), verification, loop },
    maxSeverity: counts.maxSeverity,
    news: reached.filter((entry) => !isRecorded(entry, history)),
  };
}

/**
 * What stands of the history: the newest proof, and whether it has come back since, by its record or by the numbers of
 * now. The numbers are of the proven fix while its proof stands, of the newest fix otherwise.
 */
function judgeProof({ row, counts, links, history, traces }: FailureParts, now: Date) {
  const proof = history.findLast((entry) => entry.stage === "verified");
  const recorded = history.findLast((entry) => entry.stage === "regressed" && (!proof || entry.at > proof.at));
  const stands = proof !== undefined && recorded === undefined;
  const fix = stands ? proof.release : (links.release?.release ?? null);
  const state = fix === null || traces === null ? null : verifyFix(fix, counts.byRelease, traces);
  const isBack =
    stands && state !== null && proof.verification !== null && hasComeBack(proof.verification, state.verification);
  const comeback: StageRow | undefined = isBack
    ? {
        failure: row.id,
        stage: "regressed",
        at: now.toISOString(),
        note: "",
        release: fix,
        verification: state.verification,
      }
    : recorded;
  return { proof: stands ? proof : undefined, comeback, fix, state };
}

function describe({ row, counts, sparkline }: FailureParts, now: Date) {
  const { id, title, detector, traceName } = row;
  const { firstSeen, lastSeen } = counts;
  return {
    id,
    title,
    detector,
    traceName,
    trend: judgeTrend(counts, new Date(firstSeen), now),
    signalCount: counts.signals,
    traceCount: counts.traces,
    userCount: counts.users,
    simulated: counts.simulated > 0,
    firstSeen,
    lastSeen,
    sparkline,
  };
}

function toWireLinks({ captured, prompt, gate, release, rollout }: Links): Failure["links"] {
  return {
    dataset: captured?.dataset ?? null,
    caseCount: captured?.caseCount ?? 0,
    prompt: prompt && { name: prompt.name, version: prompt.version },
    experiment: gate?.experiment ?? null,
    gate: gate?.gate ?? null,
    release: release?.release ?? null,
    rollout: rollout?.rollout ?? null,
  };
}

/** Signals may arrive out of order, and captures go on: only the first time of these two is history. */
function isRecorded(entry: StageRow, history: readonly StageRow[]): boolean {
  const isOnce = entry.stage === "open" || entry.stage === "captured";
  return history.some(
    (known) => known.stage === entry.stage && (isOnce || Date.parse(known.at) === Date.parse(entry.at)),
  );
}
