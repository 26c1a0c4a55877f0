/** One failure at each stage of the loop, and one that came back. */
import { Failure, FailureDetail, type FailureStage, type LoopStep, type TraceSummary } from "@ratchet/protocol";

const hourMs = 3_600_000;
const stepNames = ["Found", "Captured", "Fix", "Gate", "Rollout", "Verified"] as const;
const notes = [
  "3 signals",
  "4 cases · v2",
  "answers/question@9c1e",
  "G-1: not enough evidence",
  "R-3 at 25 %",
  "0 of 412; rate ≤ 0.7 %",
];
const hrefs = [null, "/datasets/refunds", "/prompts/answers%2Fquestion", "/gates/G-1", "/rollouts/RO-1", null];

/** How far along the strip each stage is: the index of its current step. */
const reached: Record<FailureStage, number> = {
  open: 0,
  captured: 1,
  "fix proposed": 2,
  gated: 3,
  "rolling out": 4,
  verified: 5,
  archived: 0,
  merged: 0,
  regressed: 5,
};

export function makeFailures(now: number): Failure[] {
  const rows: [title: string, detector: string, stage: FailureStage, trend: Failure["trend"]][] = [
    ["Answers that thank instead of answering, on licence questions", "off-topic", "open", "escalating"],
    ["Thumbs down on answers that name the wrong flag", "thumbs-down", "captured", "steady"],
    ["429 Too Many Requests while asking the model", "error", "fix proposed", "new"],
    ["Missing label info-needed", "correction", "gated", "steady"],
    ["Unhappy replies after a closed duplicate", "negative-sentiment", "rolling out", "fading"],
    ["Slow on pasted logs beyond 200 KB", "oversized-input", "verified", "silent"],
    ["Answers slower than 8 s", "slow", "regressed", "escalating"],
    ["Bot thanks itself", "off-topic", "archived", "silent"],
  ];
  return rows.map(([title, detector, stage, trend], index) =>
    makeFailure(`F-${index + 1}`, title, detector, stage, trend, now),
  );
}

function makeFailure(
  id: string,
  title: string,
  detector: string,
  stage: FailureStage,
  trend: Failure["trend"],
  now: number,
): Failure {
  const at = reached[stage];
  const past = (step: number) => step <= at && stage !== "archived";
  return Failure.parse({
    id,
    title,
    detector,
    traceName: "answer question",
    stage,
    trend,
    signalCount: 12 + at,
    traceCount: 11 + at,
    userCount: 7,
    simulated: detector === "thumbs-down" || detector === "correction",
    firstSeen: new Date(now - (72 - at) * hourMs).toISOString(),
    lastSeen: new Date(now - (at + 1) * hourMs).toISOString(),
    sparkline: Array.from({ length: 24 }, (_, slice) =>
      trend === "escalating" ? Math.floor(slice / 5) : (slice * 7 + at) % 4,
    ),
    links: {
      dataset: past(1) ? "refunds" : null,
      caseCount: past(1) ? 4 : 0,
      prompt: past(2) ? { name: "answers/question", version: "9c1e3f2a77d0" } : null,
      experiment: past(3) ? "E-2" : null,
      gate: past(3) ? "G-1" : null,
      release: past(4) ? "R-3" : null,
      rollout: past(4) ? "RO-1" : null,
    },
    verification:
      at >= 4
        ? {
            rateBefore: 0.021,
            failuresSince: stage === "regressed" ? 9 : 0,
            exposedSince: 412,
            upperBound: stage === "regressed" ? 0.038 : 0.00725,
            furtherTraces: at === 4 ? 120 : null,
          }
        : null,
    loop: {
      failure: id,
      title,
      steps: stepNames.map((name, index): LoopStep => {
        const state =
          stage === "regressed"
            ? index === 0
              ? "went back"
              : "done"
            : index < at || stage === "verified"
              ? "done"
              : index === at
                ? stage === "gated"
                  ? "blocked"
                  : "current"
                : "waiting";
        return {
          name,
          state,
          note: state === "waiting" ? "" : (notes[index] ?? ""),
          href: state === "waiting" ? null : index === 0 ? `/failures/${id}` : (hrefs[index] ?? null),
          at: state === "waiting" ? null : new Date(now - (72 - index * 8) * hourMs).toISOString(),
        };
      }),
      next: nextOf(id, stage),
    },
  });
}

function nextOf(id: string, stage: FailureStage) {
  if (stage === "open" || stage === "regressed")
    return { label: "Capture as test", href: `/failures/${id}`, command: null };
  if (stage === "fix proposed") {
    return { label: "Run the gate", href: null, command: "npx ratchet eval --baseline main --gate" };
  }
  return stage === "gated" ? { label: "Start rollout", href: "/rollouts", command: null } : null;
}

export function makeFailureDetail(failure: Failure, traces: TraceSummary[]): FailureDetail {
  return FailureDetail.parse({
    ...failure,
    signals: traces.slice(0, 20).map((trace, index) => ({
      traceId: trace.traceId,
      reason: "The answer shares 2 of 41 words with the question and cites nothing (relevance 0.11, below 0.25).",
      severity: (index % 3) + 1,
      simulated: failure.simulated,
      createdAt: trace.startTime,
    })),
    history: [
      { at: failure.firstSeen, stage: "open", note: "First signal" },
      ...(failure.stage === "open"
        ? []
        : [{ at: failure.lastSeen, stage: failure.stage, note: "By the link that was added" }]),
    ],
  });
}
