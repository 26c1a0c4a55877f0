/** Records as the server gives them, with defaults: a test names only what it is about. */
import type { CriterionVerdict, Experiment, Gate, LoopStrip, PromptVersion, Release } from "@ratchet/protocol";

const at = "2026-11-24T05:00:00.000Z";

export function makeExperiment(given: Partial<Experiment> = {}): Experiment {
  return {
    id: "E-2",
    name: "triage",
    dataset: "triage",
    datasetVersion: 1,
    target: { prompts: {}, commit: null, model: null, label: "" },
    metrics: [{ name: "exact-match", direction: "higher", range: [0, 1] }],
    trials: 1,
    deterministic: false,
    state: "finished",
    caseCount: 3,
    voidCount: 0,
    errorCount: 0,
    summary: { "exact-match": { mean: 1, low: null, high: null, n: 3 } },
    createdAt: at,
    finishedAt: at,
    gates: [],
    failures: [],
    ...given,
  };
}

export function makeVerdict(given: Partial<CriterionVerdict> = {}): CriterionVerdict {
  return {
    criterion: { metric: "exact-match", direction: "higher", margin: 0.05, role: "primary" },
    verdict: "pass",
    word: "better",
    reason: "the interval lies above −0.05",
    n: 60,
    clusters: null,
    baselineMean: 0.81,
    candidateMean: 0.88,
    difference: 0.07,
    low: 0.02,
    high: 0.12,
    level: 0.9,
    p: 0.99,
    pAdjusted: 0.99,
    marginAbsolute: 0.05,
    method: "tango",
    improved: 11,
    regressed: 2,
    unchanged: 47,
    furtherCases: null,
    fewCases: false,
    ...given,
  };
}

export function makeGate(given: Partial<Gate> = {}): Gate {
  return {
    id: "G-1",
    candidate: "E-2",
    baseline: "E-1",
    dataset: "triage",
    datasetVersion: 1,
    verdict: "pass",
    exitCode: 0,
    sentence: "No criterion got worse.",
    look: 1,
    maxLooks: 5,
    alphaSpent: 0.05,
    criteria: [makeVerdict()],
    locked: [],
    onlyBaseline: [],
    onlyCandidate: [],
    voidCases: [],
    warnings: [],
    failures: [],
    createdAt: at,
    ...given,
  };
}

export function makePromptVersion(given: Partial<PromptVersion> = {}): PromptVersion {
  return {
    name: "triage",
    version: "0123456789ab",
    number: 1,
    path: "prompts/triage.prompt",
    commit: null,
    message: "",
    author: "",
    fixes: [],
    createdAt: at,
    experiments: [],
    releases: [],
    live: false,
    traceCount: 0,
    ...given,
  };
}

export function makeRelease(given: Partial<Release> = {}): Release {
  return {
    id: "R-1",
    prompts: {},
    commit: null,
    note: "",
    gate: null,
    experiment: null,
    forcedBecause: null,
    fixes: [],
    state: "ready",
    createdAt: at,
    rollouts: [],
    ...given,
  };
}

export function makeStrip(given: Partial<LoopStrip> = {}): LoopStrip {
  const names = ["Found", "Captured", "Fix", "Gate", "Rollout", "Verified"] as const;
  return {
    failure: "F-1",
    title: "Answers without a source",
    steps: names.map((name, index) => ({
      name,
      state: index < 2 ? "done" : index === 2 ? "current" : "waiting",
      note: index === 1 ? "4 cases · v9" : "",
      href: null,
      at: index < 2 ? at : null,
    })),
    next: { label: "Run the gate", href: null, command: "npx ratchet eval --gate --fixes F-1" },
    ...given,
  };
}
