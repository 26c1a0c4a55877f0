/** Four experiments on one dataset, and gates with every verdict, computed from the trials so that counts agree. */
import {
  type Case,
  type CasePair,
  Comparison,
  type CriterionVerdict,
  ExperimentDetail,
  Gate,
  type TrialResult,
} from "@ratchet/protocol";
import { previewOf } from "@ratchet/protocol/preview";
import { FixtureProblem, type FixtureRoute } from "./fixture-route.ts";
import { createRandom } from "./random.ts";
import { versionIds } from "./sample-prompts.ts";

const hourMs = 3_600_000;
const metricNames = ["label-accuracy", "faithful", "polite"] as const;
type Metric = (typeof metricNames)[number];
/** Chance that a case passes, by experiment and metric. */
const quality: Record<string, Record<Metric, number>> = {
  "E-1": { "label-accuracy": 0.72, faithful: 0.9, polite: 0.98 },
  "E-2": { "label-accuracy": 0.86, faithful: 0.9, polite: 0.97 },
  "E-3": { "label-accuracy": 0.75, faithful: 0.82, polite: 0.95 },
  "E-4": { "label-accuracy": 0.52, faithful: 0.9, polite: 0.98 },
};

function makeExperiment(id: string, cases: readonly Case[], now: number): ExperimentDetail {
  const number = Number(id.slice(2));
  const random = createRandom(number);
  const results = cases.map((entry, index) => makeTrial(id, entry, index, random));
  const prompt = versionIds[Math.min(2, number - 1)] as string;
  return ExperimentDetail.parse({
    id,
    name: "answers",
    dataset: "refunds",
    datasetVersion: id === "E-3" ? 2 : 3,
    target: { prompts: { "answers/question": prompt }, commit: "4b825dc642cb6eb9", model: "gpt-4.1-mini", label: "" },
    metrics: metricNames.map((name) => ({ name })),
    trials: 1,
    deterministic: false,
    state: id === "E-3" ? "running" : "finished",
    caseCount: cases.length,
    voidCount: results.filter(({ outcome }) => outcome === "void").length,
    errorCount: results.filter(({ outcome }) => outcome === "error").length,
    summary: Object.fromEntries(
      metricNames.map((name) => [name, summarise(results.map(({ scores }) => scores[name] ?? null))]),
    ),
    createdAt: new Date(now - (9 - number) * hourMs).toISOString(),
    finishedAt: id === "E-3" ? null : new Date(now - (8 - number) * hourMs).toISOString(),
    gates: { "E-2": ["G-1"], "E-4": ["G-2"], "E-3": ["G-3"] }[id] ?? [],
    failures: number === 1 ? [] : ["F-4"],
    results,
    inputs: Object.fromEntries(cases.map((entry) => [entry.id, previewOf(entry.input, 200)])),
  });
}

function makeTrial(id: string, entry: Case, index: number, random: ReturnType<typeof createRandom>): TrialResult {
  const outcome = index % 53 === 17 ? "error" : index % 71 === 30 ? "void" : "ok";
  const chance = quality[id] as Record<Metric, number>;
  const scores = Object.fromEntries(metricNames.map((name) => [name, random.next() < chance[name] ? 1 : 0]));
  const right = scores["label-accuracy"] === 1;
  return {
    caseId: entry.id,
    trial: 1,
    outcome,
    error:
      outcome === "ok"
        ? null
        : outcome === "error"
          ? "TypeError: cannot read 'cites' of undefined"
          : "429 Too Many Requests",
    output:
      outcome !== "ok"
        ? null
        : {
            label: right ? "question" : "bug",
            answer: right
              ? "Refunds are possible within 30 days.\nOpen Billing, choose the invoice and press Refund (docs/billing.md).\n<script>alert(1)</script>"
              : "Thanks for reaching out!\nOpen Billing, choose the plan and press Cancel (docs/billing.md).\n<script>alert(1)</script>",
          },
    scores: outcome === "ok" ? scores : {},
    reasons: outcome === "ok" ? { "label-accuracy": right ? "the label is right" : "question was expected" } : {},
    durationMs: 300 + random.next() * 2000,
    traceId: random.hex(32),
  };
}

function summarise(values: readonly (number | null)[]) {
  const known = values.filter((value) => value !== null);
  const { mean, se } = meanOf(known);
  return { mean, low: Math.max(0, mean - 1.96 * se), high: Math.min(1, mean + 1.96 * se), n: known.length };
}

function meanOf(values: readonly number[]): { mean: number; se: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, se: Math.sqrt(variance / values.length) };
}

function makePairs(
  before: ExperimentDetail,
  after: ExperimentDetail,
  cases: readonly Case[],
  metric: string,
): CasePair[] {
  return cases.map((entry, index) => {
    const [baseline, candidate] = [before, after].map((experiment) => {
      const trial = experiment.results[index] as TrialResult;
      const { output, error, traceId, durationMs } = trial;
      return {
        score: trial.scores[metric] ?? null,
        output,
        error,
        reason: trial.reasons[metric] ?? null,
        traceId,
        durationMs,
      };
    }) as [CasePair["baseline"], CasePair["candidate"]];
    const difference = (candidate.score ?? 0) - (baseline.score ?? 0);
    return {
      caseId: entry.id,
      input: entry.input,
      reference: entry.reference ?? null,
      metadata: entry.metadata,
      baseline,
      candidate,
      change: difference > 0 ? "improved" : difference < 0 ? "regressed" : "unchanged",
      locked: entry.locked !== null,
    };
  });
}

function judge(pairs: readonly CasePair[], metric: string, margin: number): CriterionVerdict {
  const known = pairs.filter(({ baseline, candidate }) => baseline.score !== null && candidate.score !== null);
  const { mean, se } = meanOf(known.map(({ baseline, candidate }) => Number(candidate.score) - Number(baseline.score)));
  const [low, high] = [mean - 1.645 * se, mean + 1.645 * se];
  const verdict = low >= -margin ? "pass" : high < 0 ? "regress" : "inconclusive";
  const word =
    verdict === "pass"
      ? low > 0
        ? "better"
        : "no meaningful difference"
      : verdict === "regress"
        ? "worse"
        : "not enough evidence";
  const count = (change: CasePair["change"]) => pairs.filter((pair) => pair.change === change).length;
  return {
    criterion: { metric, direction: "higher", margin, role: metric === "label-accuracy" ? "primary" : "guardrail" },
    verdict,
    word,
    reason: `The difference may be as low as ${low.toFixed(3)}, where ${-margin} is tolerated.`,
    n: known.length,
    clusters: Math.min(90, known.length),
    baselineMean: meanOf(known.map(({ baseline }) => Number(baseline.score))).mean,
    candidateMean: meanOf(known.map(({ candidate }) => Number(candidate.score))).mean,
    difference: mean,
    low,
    high,
    level: 0.9,
    p: 0.031,
    pAdjusted: 0.062,
    marginAbsolute: margin,
    method: "clustered-t",
    improved: count("improved"),
    regressed: count("regressed"),
    unchanged: count("unchanged"),
    furtherCases: verdict === "inconclusive" ? 74 : null,
    fewCases: known.length < 30,
  };
}

export function experimentRoutes(now: number, casesOf: (project: string) => readonly Case[]): FixtureRoute[] {
  const kept = new Map<string, ExperimentDetail>();
  const find = (project: string, id: string | null | undefined): ExperimentDetail => {
    if (project === "default" || !id || !(id in quality)) {
      throw new FixtureProblem("not-found", `There is no experiment ${id} in project ${project}.`);
    }
    const key = `${project} ${id}`;
    const experiment = kept.get(key) ?? makeExperiment(id, casesOf(project), now);
    kept.set(key, experiment);
    return experiment;
  };
  const list = (project: string) =>
    project === "default" ? [] : ["E-4", "E-3", "E-2", "E-1"].map((id) => find(project, id));
  const pairsOf = (project: string, baseline: string, candidate: string, metric: string) =>
    makePairs(find(project, baseline), find(project, candidate), casesOf(project), metric);
  const gate = (project: string, id: string, candidate: string): Gate => {
    const criteria = metricNames.map((metric) => judge(pairsOf(project, "E-1", candidate, metric), metric, 0.05));
    const verdicts = criteria.map(({ verdict }) => verdict);
    const verdict = verdicts.includes("regress")
      ? "regress"
      : verdicts.includes("inconclusive")
        ? "inconclusive"
        : "pass";
    const locked = casesOf(project).filter((entry) => entry.locked !== null);
    return Gate.parse({
      id,
      candidate,
      baseline: "E-1",
      dataset: "refunds",
      datasetVersion: 3,
      verdict,
      exitCode: { pass: 0, regress: 1, inconclusive: 3 }[verdict],
      sentence: `${criteria.filter((one) => one.verdict === "pass").length} of ${criteria.length} criteria pass.`,
      look: id === "G-3" ? 2 : 1,
      maxLooks: 5,
      alphaSpent: 0.05,
      criteria,
      locked: locked.map(({ id: caseId, locked: record }, index) => ({
        caseId,
        record: { passes: record?.passes ?? 5, trials: record?.trials ?? 5 },
        now:
          index === 1 && verdict === "regress"
            ? { passes: 0, trials: 5 }
            : { passes: 5 - (index % 7 === 3 ? 2 : 0), trials: 5 },
        p: 0.01,
        pAdjusted: 0.04,
        state: index === 1 && verdict === "regress" ? "blocks" : index % 7 === 3 ? "flaky" : "holds",
      })),
      onlyBaseline: ["c-00002"],
      onlyCandidate: [],
      voidCases: casesOf(project)
        .filter((_, index) => index % 71 === 30)
        .map((entry) => entry.id),
      warnings: verdict === "regress" ? ["The pooled direction of polite differs from every segment's."] : [],
      failures: ["F-4"],
      createdAt: new Date(now - hourMs).toISOString(),
    });
  };
  const gates = { "G-1": "E-2", "G-2": "E-4", "G-3": "E-3" } as const;
  const findGate = (project: string, id: string | undefined): Gate => {
    if (project === "default" || !id || !(id in gates))
      throw new FixtureProblem("not-found", `There is no gate ${id}.`);
    return gate(project, id, gates[id as keyof typeof gates]);
  };
  return [
    ["GET", /^\/experiments$/, ({ project }) => ({ experiments: list(project), total: list(project).length })],
    [
      "GET",
      /^\/experiments\/compare$/,
      ({ project, query }) => {
        const [baseline, candidate] = [find(project, query.get("baseline")), find(project, query.get("candidate"))];
        const metric = query.get("metric") ?? metricNames[0];
        return Comparison.parse({
          baseline,
          candidate,
          metric,
          pairs: pairsOf(project, baseline.id, candidate.id, metric),
          gate: baseline.id === "E-1" && candidate.gates[0] ? findGate(project, candidate.gates[0]) : null,
        });
      },
    ],
    ["GET", /^\/experiments\/([^/]+)$/, ({ project, parts }) => find(project, parts[0])],
    [
      "GET",
      /^\/gates$/,
      ({ project }) => {
        const all = project === "default" ? [] : Object.keys(gates).map((id) => findGate(project, id));
        return { gates: all, total: all.length };
      },
    ],
    ["GET", /^\/gates\/([^/]+)$/, ({ project, parts }) => findGate(project, parts[0])],
  ];
}
