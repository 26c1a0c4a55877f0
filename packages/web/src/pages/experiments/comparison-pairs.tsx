/** Every case on both sides: what got worse first. The filter and the open pair are in the URL; j and k walk the list. */
import type { Comparison } from "@ratchet/protocol";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { type KeyBinding, useKeys } from "../../shell/keys.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useProject } from "../../ui/project-link.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { arrangePairs, countChanges, parseShow, type Show, stepPair } from "./arrange-pairs.ts";
import { PairDetail } from "./pair-detail.tsx";
import { PairList } from "./pair-list.tsx";

export interface ComparisonPairsProps {
  comparison: Comparison;
  /** Metrics that both experiments have. */
  metrics: readonly string[];
}

export function ComparisonPairs({ comparison, metrics }: ComparisonPairsProps) {
  const { show: showText, case: chosenId } = useSearch({ strict: false });
  const show = parseShow(showText);
  const navigate = useNavigate();
  const rows = useMemo(() => arrangePairs(comparison.pairs, show), [comparison.pairs, show]);
  // The first case is open until one is chosen: what got worst is seen at once.
  const openId = chosenId ?? stepPair(rows, undefined, 1);
  const open = useCallback(
    (caseId: string | undefined) =>
      void navigate({ to: ".", search: (search) => ({ ...search, case: caseId }), replace: true, resetScroll: false }),
    [navigate],
  );
  const pair = comparison.pairs.find((candidate) => candidate.caseId === openId);
  const step = useCallback((by: 1 | -1) => open(stepPair(rows, openId, by)), [open, rows, openId]);
  usePairKeys({ step, baselineTrace: pair?.baseline.traceId, candidateTrace: pair?.candidate.traceId });
  return (
    <section className="section" aria-label="Cases">
      <div className="toolbar">
        <h2>{metrics.length < 2 ? `Cases by ${comparison.metric}` : "Cases"}</h2>
        <MetricSelect metrics={metrics} metric={comparison.metric} />
        <span className="quiet pair-keys">
          <kbd>j</kbd> <kbd>k</kbd> walk, <kbd>1</kbd> <kbd>2</kbd> open the traces
        </span>
      </div>
      <ChangeTabs comparison={comparison} show={show} />
      {rows.length === 0 ? (
        <EmptyState title="No case on both sides" />
      ) : (
        <div className="pairs">
          <PairList
            rows={rows}
            openId={openId}
            onUnfold={() => void navigate({ to: ".", search: (s) => ({ ...s, show: "all" }), resetScroll: false })}
          />
          {pair ? (
            <PairDetail pair={pair} comparison={comparison} />
          ) : (
            <p className="quiet pair-none">
              {openId === undefined ? "No case changed; show the unchanged ones." : `${openId} is not on both sides.`}
            </p>
          )}
        </div>
      )}
    </section>
  );
}

function ChangeTabs({ comparison, show }: { comparison: Comparison; show: Show }) {
  const counts = countChanges(comparison.pairs);
  const tabs = [
    { label: "Changed first", value: "flips", count: comparison.pairs.length },
    { label: "Regressed", value: "regressed", count: counts.regressed },
    { label: "Improved", value: "improved", count: counts.improved },
    { label: "Unchanged", value: "unchanged", count: counts.unchanged },
  ] as const;
  return (
    <Tabs
      label="Which cases"
      tabs={tabs.map(({ label, value, count }) => ({
        label,
        count,
        active: show === value || (show === "all" && value === "flips"),
        link: {
          to: ".",
          search: (search: Record<string, unknown>) => ({ ...search, show: value === "flips" ? undefined : value }),
          resetScroll: false,
        },
      }))}
    />
  );
}

function MetricSelect({ metrics, metric }: { metrics: readonly string[]; metric: string }) {
  const navigate = useNavigate();
  if (metrics.length < 2) return null;
  return (
    <label>
      by{" "}
      <select
        value={metric}
        onChange={(event) =>
          void navigate({
            to: ".",
            search: (search) => ({ ...search, metric: event.target.value }),
            resetScroll: false,
          })
        }
      >
        {metrics.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

interface PairKeys {
  /** A stable function. */
  step: (by: 1 | -1) => void;
  /** What `1` and `2` open; without a trace they do nothing. */
  baselineTrace: string | null | undefined;
  candidateTrace: string | null | undefined;
}

function usePairKeys({ step, baselineTrace, candidateTrace }: PairKeys): void {
  const router = useRouter();
  const project = useProject();
  const bindings = useMemo<KeyBinding[]>(() => {
    const openTrace = (traceId: string | null | undefined) => () => {
      if (traceId) router.history.push(`/p/${project}/traces/${traceId}`);
    };
    return [
      { keys: "j", label: "Next case", group: "This page", run: () => step(1) },
      { keys: "k", label: "Previous case", group: "This page", run: () => step(-1) },
      { keys: "1", label: "Open the baseline's trace", group: "This page", run: openTrace(baselineTrace) },
      { keys: "2", label: "Open the candidate's trace", group: "This page", run: openTrace(candidateTrace) },
    ];
  }, [router, project, step, baselineTrace, candidateTrace]);
  useKeys(bindings);
}
