/** What traffic says of a rollout: units that were exposed, and those that failed. Telling it again changes nothing. */
import { failureShareProcess } from "@ratchet/stats";
import type { Announce } from "../announce.ts";
import type { ProjectScope } from "../router.ts";
import { toStorable } from "../storable-text.ts";
import { countUnits } from "./count-units.ts";
import { describeStage, isEnded } from "./stage.ts";
import {
  type Arm,
  lockRollout,
  type RolloutRow,
  type RolloutStore,
  saveDecision,
  saveFirstFailure,
  saveIncreases,
  saveRollout,
  saveUnits,
} from "./store.ts";
import { automatic, type Transitions } from "./transitions.ts";

/** A root span that carried an exposure. */
export interface ExposedTrace {
  startTime: string;
  exposure: { rollout: string; arm: Arm; unit: string; plannedShare: number };
}
/** A signal of severity 2 or more on such a trace. */
export interface ExposedFailure extends ExposedTrace {
  traceId: string;
  detector: string;
  reason: string;
  simulated: boolean;
}

/**
 * @param announceSoon For counts and evidence, which may change with every trace.
 * @param announceEnd For an abort, which must reach every SDK at once.
 */
export function createTrafficRecorder(
  store: RolloutStore,
  announceSoon: Announce,
  announceEnd: (project: ProjectScope, row: RolloutRow) => void,
  now: () => Date,
  proceed: Transitions["proceed"],
) {
  const recordUnits = async (project: ProjectScope, id: string, traces: readonly ExposedTrace[]): Promise<void> => {
    const units = traces.map(({ startTime, exposure: { unit, arm, plannedShare } }) => ({
      unit: toStorable(unit),
      arm,
      plannedShare,
      firstSeen: startTime,
    }));
    const row = await store.transaction(async (tx) => {
      const current = await lockRollout(tx, project.id, id);
      if (!current || isEnded(current)) return undefined;
      const added = await saveUnits(tx, project.id, id, units);
      if (added.length === 0) return undefined;
      await saveIncreases(tx, project.id, id, countUnits(added));
      return current;
    });
    if (!row) return;
    announceSoon({ type: "rollout", project: project.slug }, [id]);
    await proceed(project, row);
  };

  /** Counts the unit's first failure and, when the evidence suffices, aborts in the same transaction. */
  const recordFailure = async (project: ProjectScope, failure: ExposedFailure): Promise<void> => {
    const { exposure, traceId, detector, simulated } = failure;
    const { rollout: id, arm, plannedShare } = exposure;
    const reason = toStorable(failure.reason);
    const observed = await store.transaction(async (tx) => {
      const row = await lockRollout(tx, project.id, id);
      if (!row || isEnded(row)) return undefined;
      const process = failureShareProcess.fromJSON(row.process);
      process.observe(arm === "candidate", plannedShare);
      const { evidence, failures: number } = process;
      const at = now().toISOString();
      const unit = toStorable(exposure.unit);
      const entry = { unit, number, arm, plannedShare, traceId, detector, reason, simulated, at, evidence };
      if (!(await saveFirstFailure(tx, project.id, id, entry))) return undefined;
      const isHarmful = evidence >= 1 / row.alpha;
      const end = isHarmful ? ({ state: "aborted", endedAt: at } as const) : {};
      const saved: RolloutRow = { ...row, process: process.toJSON(), ...end };
      await saveRollout(tx, project.id, saved);
      if (isHarmful) {
        await saveDecision(tx, project.id, id, {
          at,
          actor: automatic,
          action: "abort",
          reason: `The candidate fails more often: evidence ${evidence.toFixed(1)} reached ${(1 / row.alpha).toFixed(0)}, where a harmless release would be stopped in at most ${row.alpha * 100} % of rollouts. The last failure${simulated ? ", a simulated one" : ""}: ${reason}`,
          ...describeStage(row),
        });
      }
      return saved;
    });
    if (!observed) return;
    if (isEnded(observed)) announceEnd(project, observed);
    else announceSoon({ type: "rollout", project: project.slug }, [id]);
  };

  return {
    /** Counts units of traces that have completed, then takes the step that they allow. */
    async recordExposures(project: ProjectScope, traces: readonly ExposedTrace[]): Promise<void> {
      for (const [id, exposed] of Map.groupBy(traces, (trace) => trace.exposure.rollout)) {
        await recordUnits(project, id, exposed);
      }
    },

    /** In the order in which they became known. */
    async recordFailures(project: ProjectScope, failures: readonly ExposedFailure[]): Promise<void> {
      for (const failure of failures) await recordFailure(project, failure);
    },
  };
}
