/** SQL of experiments, their results, and gates. */
import type { Experiment, Gate, TrialResult } from "@ratchet/protocol";
import { nextNumber, type Postgres, sql, textArray } from "../engines/postgres.ts";
import type { Summary } from "./summarise.ts";

export interface ExperimentRow
  extends Pick<
    Experiment,
    | "id"
    | "name"
    | "dataset"
    | "datasetVersion"
    | "target"
    | "metrics"
    | "trials"
    | "deterministic"
    | "state"
    | "createdAt"
    | "finishedAt"
    | "gates"
    | "failures"
  > {
  /** `null` while it runs. */
  summary: Summary | null;
}

export type NewExperiment = Omit<ExperimentRow, "id" | "state" | "finishedAt" | "gates" | "summary">;

/** What a gate is asked about, before it is decided. */
export interface GateRequest {
  candidate: string;
  baseline: string;
  failures: readonly string[];
  plannedLooks: number;
  evidence: string;
  at: string;
}

export type GateHeadline = Pick<Gate, "id" | "candidate" | "verdict" | "sentence" | "failures" | "createdAt">;

export type GateDecided = Omit<Gate, "id">;

const experimentColumns = sql.raw(`
  e.id, e.name, e.dataset, e.dataset_version as "datasetVersion", e.target, e.metrics, e.trials,
  e.is_deterministic as "deterministic", e.state, to_jsonb(e.failures) as failures, e.summary,
  iso(e.created_at) as "createdAt", iso(e.finished_at) as "finishedAt",
  (select coalesce(jsonb_agg(g.id order by g.number desc), '[]') from gate g
    where g.project_id = e.project_id and (g.candidate = e.id or g.baseline = e.id)) as gates`);

export function createExperimentStore(postgres: Postgres) {
  const listExperiments = (projectId: number, where = sql`true`) =>
    postgres.query<ExperimentRow>(sql`
      select ${experimentColumns} from experiment e where e.project_id = ${projectId} and ${where}
      order by e.number desc`);
  const listGates = async (projectId: number, where = sql`true`, limit: number | null = null): Promise<Gate[]> => {
    const rows = await postgres.query<{ id: string; decision: GateDecided }>(sql`
      select id, decision from gate where project_id = ${projectId} and ${where} order by number desc limit ${limit}`);
    return rows.map(({ id, decision }) => ({ id, ...decision }));
  };
  return {
    /** Newest first. */
    listExperiments: (projectId: number, dataset?: string) =>
      listExperiments(projectId, dataset === undefined ? sql`true` : sql`e.dataset = ${dataset}`),

    listExperimentsByFailure: (projectId: number, failures: readonly string[]) =>
      listExperiments(projectId, sql`e.failures && ${textArray(failures)}`),

    findOptionalExperiment: async (projectId: number, id: string) =>
      (await listExperiments(projectId, sql`e.id = ${id}`))[0],

    insertExperiment: (projectId: number, row: NewExperiment) =>
      postgres.transaction(async (tx) => {
        const id = await nextNumber(tx, projectId, "E");
        await tx.query(sql`
          insert into experiment (project_id, id, number, name, dataset, dataset_version, target, metrics, trials,
            is_deterministic, state, failures, created_at)
          values (${projectId}, ${id}, ${numberOf(id)}, ${row.name}, ${row.dataset}, ${row.datasetVersion},
            ${JSON.stringify(row.target)}::json, ${JSON.stringify(row.metrics)}::json, ${row.trials},
            ${row.deterministic}, 'running', ${textArray(row.failures)}, ${row.createdAt}::timestamptz)`);
        return id;
      }),

    /** Only results that are not there yet are stored; says how many. */
    insertResults: async (projectId: number, experiment: string, results: readonly TrialResult[]) => {
      const rows = results.map(({ caseId, trial, outcome, ...content }) => ({
        caseId,
        trial,
        outcome,
        // JSON within JSON: PostgreSQL refuses to unpack an escaped NUL of an output, and need not here.
        content: JSON.stringify(content),
      }));
      const stored = await postgres.query(sql`
        insert into trial_result (project_id, experiment, case_id, trial, outcome, content)
        select ${projectId}::int, ${experiment}, r."caseId", r.trial, r.outcome, r.content::json
        from json_to_recordset(${JSON.stringify(rows)}::json) as r("caseId" text, trial int, outcome text, content text)
        on conflict do nothing returning trial`);
      return stored.length;
    },

    listResults: async (projectId: number, experiment: string): Promise<TrialResult[]> => {
      const rows = await postgres.query<
        Pick<TrialResult, "caseId" | "trial" | "outcome"> & {
          content: Omit<TrialResult, "caseId" | "trial" | "outcome">;
        }
      >(sql`
        select case_id as "caseId", trial, outcome, content from trial_result
        where project_id = ${projectId} and experiment = ${experiment} order by case_id, trial`);
      return rows.map(({ content, ...rest }) => ({ ...rest, ...content }));
    },

    /** Traces of the runs of these cases, in any experiment on their datasets. */
    listRunTraces: async (projectId: number, cases: readonly { dataset: string; caseId: string }[]) => {
      // Not `->>`, which refuses an escaped NUL anywhere in the content.
      const rows = await postgres.query<{ traceId: string | null }>(sql`
        select content -> 'traceId' as "traceId" from trial_result r where ${isOfCases(projectId, cases)}`);
      return [...new Set(rows.flatMap(({ traceId }) => traceId ?? []))];
    },

    /** What the target answered, and why it got its scores, goes; the scores stay. */
    eraseResults: (projectId: number, cases: readonly { dataset: string; caseId: string }[]) =>
      postgres.query(sql`
        update trial_result r set content = json_build_object('error', null, 'output', null, 'scores', content -> 'scores',
          'reasons', '{}'::json, 'durationMs', content -> 'durationMs', 'traceId', null)
        where ${isOfCases(projectId, cases)}`),

    saveSummary: (projectId: number, experiment: string, summary: Summary, finishedAt: string) =>
      postgres.query(sql`
        update experiment set state = 'finished', summary = ${JSON.stringify(summary)}::json,
          finished_at = coalesce(finished_at, ${finishedAt}::timestamptz)
        where project_id = ${projectId} and id = ${experiment}`),

    /** Newest first. */
    listGates: (projectId: number, candidate?: string) =>
      listGates(projectId, candidate === undefined ? sql`true` : sql`candidate = ${candidate}`),

    /** The newest verdict of each candidate; without the rest of the gate, which may be long. */
    listVerdicts: (projectId: number) =>
      postgres.query<{ candidate: string; verdict: string }>(sql`
        select distinct on (candidate) candidate, decision ->> 'verdict' as verdict from gate
        where project_id = ${projectId} order by candidate, number desc`),

    listNewestGates: (projectId: number, limit: number) => listGates(projectId, sql`true`, limit),

    /** Without what was decided case by case, which may be long. */
    listGatesByFailure: (projectId: number, failures: readonly string[]) =>
      postgres.query<GateHeadline>(sql`
        select id, candidate, decision ->> 'verdict' as verdict, decision ->> 'sentence' as sentence,
          to_jsonb(failures) as failures, iso(created_at) as "createdAt"
        from gate where project_id = ${projectId} and failures && ${textArray(failures)} order by number desc`),

    findOptionalGate: async (projectId: number, id: string) => (await listGates(projectId, sql`id = ${id}`))[0],

    findOptionalNewestGate: async (projectId: number, between: { candidate: string; baseline: string }) =>
      (await listGates(projectId, sql`candidate = ${between.candidate} and baseline = ${between.baseline}`, 1))[0],

    /** Counts the look and stores what `decide` makes of it; two calls at once are two looks, one after the other. */
    saveGate: (
      projectId: number,
      request: GateRequest,
      decide: (look: number, plannedLooks: number) => GateDecided,
    ): Promise<Gate> =>
      postgres.transaction(async (tx) => {
        const { candidate, baseline, evidence } = request;
        await tx.query(sql`select 1 from experiment where project_id = ${projectId} and id = ${candidate} for update`);
        const [previous] = await tx.query<{ look: number; planned: number; evidence: string }>(sql`
          select look, planned_looks as planned, evidence from gate
          where project_id = ${projectId} and candidate = ${candidate} and baseline = ${baseline}
          order by number desc limit 1`);
        const isNewLook = previous?.evidence !== evidence;
        const look = (previous?.look ?? 0) + (isNewLook ? 1 : 0);
        const plannedLooks = previous?.planned ?? request.plannedLooks;
        const decided = decide(look, plannedLooks);
        const id = await nextNumber(tx, projectId, "G");
        await tx.query(sql`
          insert into gate (project_id, id, number, candidate, baseline, failures, look, planned_looks, evidence, decision, created_at)
          values (${projectId}, ${id}, ${numberOf(id)}, ${candidate}, ${baseline}, ${textArray(request.failures)},
            ${look}, ${plannedLooks}, ${evidence}, ${JSON.stringify(decided)}::json, ${request.at}::timestamptz)`);
        return { id, ...decided };
      }),
  };
}

export type ExperimentStore = ReturnType<typeof createExperimentStore>;

/** Of rows of `trial_result r`. */
function isOfCases(projectId: number, cases: readonly { dataset: string; caseId: string }[]) {
  return sql`r.project_id = ${projectId} and exists (
    select 1 from experiment e
    join jsonb_to_recordset(${JSON.stringify(cases)}::jsonb) as c (dataset text, "caseId" text) on c.dataset = e.dataset
    where e.project_id = r.project_id and e.id = r.experiment and c."caseId" = r.case_id)`;
}

function numberOf(id: string): number {
  return Number(id.split("-").at(-1));
}
