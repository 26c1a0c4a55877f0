/** SQL of the project's own prices, of models without one, and of computing costs anew. */
import type { Price, Reprice } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { type Postgres, sql } from "../engines/postgres.ts";
import { fromTraceUuid, toUuid } from "../engines/trace-ids.ts";
import { requestModelKeys } from "../telemetry/price.ts";

export type PriceFields = Omit<Price, "id" | "createdAt">;

export interface UnknownModelRow {
  model: string;
  requestModel: string;
  provider: string;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  lastSeenMicros: number;
}

/** A call whose cost is computed here, as its newest copy has it. */
export interface PricedCall {
  startMicros: number;
  traceId: string;
  /** UUID text. */
  span: string;
  /** Digits of a 64-bit number. */
  version: string;
  model: string;
  requestModel: string;
  provider: string;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  costUsd: number | null;
  source: string;
}

/** The last call that was looked at; those after it come next. */
export type Cursor = Pick<PricedCall, "startMicros" | "traceId" | "span">;

export interface NewCost extends Pick<PricedCall, "startMicros" | "traceId" | "span" | "version"> {
  costUsd: number | null;
  source: string;
}

export interface RepriceRow extends Reprice {
  cursor: Cursor | null;
}

const priceColumns = sql.raw(`id, model, provider, iso(valid_from) as "validFrom", input_usd as "inputUsdPerMillion",
  cache_read_usd as "cacheReadUsdPerMillion", cache_write_usd as "cacheWriteUsdPerMillion",
  output_usd as "outputUsdPerMillion", request_usd as "usdPerRequest", iso(created_at) as "createdAt"`);
const repriceColumns =
  sql.raw(`iso(from_at) as "from", iso(to_at) as "to", state, total, checked, changed, cursor, error,
  iso(started_at) as "startedAt", iso(finished_at) as "finishedAt"`);

/** Copies of a span differ in their version; the newest counts. */
const newestCalls = `spans FINAL WHERE project_id = {project:UInt32}
  AND (input_tokens IS NOT NULL OR output_tokens IS NOT NULL)
  AND start_time >= fromUnixTimestamp64Micro({from:Int64}) AND start_time < fromUnixTimestamp64Micro({to:Int64})`;
/** A cost without a source was stored before sources were, and may be the client's. */
const isComputed = "(cost_source IN ('table', 'project') OR (cost_source = '' AND cost_usd IS NULL))";
const requestModel = `coalesce(${requestModelKeys.map((key) => `nullIf(attributes['${key}'], '')`).join(", ")}, '')`;

export function createPriceStore(postgres: Postgres, clickhouse: ClickHouse) {
  return {
    /** By model, the newest first. */
    listPrices: (projectId: number) =>
      postgres.query<Price>(sql`
        select ${priceColumns} from price where project_id = ${projectId}
        order by lower(model), provider nulls first, valid_from desc`),

    /** Undefined when there is one of the same model, provider and day. */
    insertPrice: async (projectId: number, id: string, price: PriceFields, at: string) => {
      const rows = await postgres.query<Price>(sql`
        insert into price (project_id, id, model, provider, valid_from, input_usd, cache_read_usd, cache_write_usd,
          output_usd, request_usd, created_at)
        values (${projectId}, ${id}::uuid, ${price.model}, ${price.provider}, ${price.validFrom}::timestamptz,
          ${price.inputUsdPerMillion}, ${price.cacheReadUsdPerMillion}, ${price.cacheWriteUsdPerMillion},
          ${price.outputUsdPerMillion}, ${price.usdPerRequest}, ${at}::timestamptz)
        on conflict do nothing returning ${priceColumns}`);
      return rows[0];
    },

    /** Undefined when another has the same model, provider and day. */
    updatePrice: async (projectId: number, id: string, price: PriceFields) => {
      const rows = await postgres.query<Price>(sql`
        update price set model = ${price.model}, provider = ${price.provider},
          valid_from = ${price.validFrom}::timestamptz, input_usd = ${price.inputUsdPerMillion},
          cache_read_usd = ${price.cacheReadUsdPerMillion}, cache_write_usd = ${price.cacheWriteUsdPerMillion},
          output_usd = ${price.outputUsdPerMillion}, request_usd = ${price.usdPerRequest}
        where project_id = ${projectId} and id = ${id}::uuid and not exists (
          select 1 from price o where o.project_id = ${projectId} and o.id <> ${id}::uuid
            and lower(o.model) = lower(${price.model}) and lower(coalesce(o.provider, '')) = lower(coalesce(${price.provider}::text, ''))
            and o.valid_from = ${price.validFrom}::timestamptz)
        returning ${priceColumns}`);
      return rows[0];
    },

    /** False when there was none. */
    deletePrice: async (projectId: number, id: string) =>
      (await postgres.query(sql`delete from price where project_id = ${projectId} and id = ${id}::uuid returning id`))
        .length > 0,

    /** Models of calls that have usage and no cost, most calls first. */
    listUnknownModels: async (
      projectId: number,
      range: { fromMicros: number; toMicros: number },
      limit: number,
    ): Promise<UnknownModelRow[]> => {
      const rows = await clickhouse.query<Omit<UnknownModelRow, "lastSeenMicros"> & { lastSeen: string }>(
        `SELECT model, any(${requestModel}) AS requestModel, provider, toUInt32(count()) AS calls,
          toFloat64(sum(coalesce(input_tokens, 0))) AS inputTokens, toFloat64(sum(coalesce(output_tokens, 0))) AS outputTokens,
          toUnixTimestamp64Micro(max(start_time)) AS lastSeen
        FROM ${newestCalls} AND cost_usd IS NULL AND model != '' AND kind IN ('llm', 'embedding', 'reranker')
          AND duplicate_of = toUUID('00000000-0000-0000-0000-000000000000')
        GROUP BY model, provider ORDER BY calls DESC, model, provider LIMIT {limit:UInt32}`,
        { project: projectId, from: range.fromMicros, to: range.toMicros, limit },
      );
      return rows.map(({ lastSeen, ...row }) => ({ ...row, lastSeenMicros: Number(lastSeen) }));
    },

    countCalls: async (projectId: number, range: { fromMicros: number; toMicros: number }): Promise<number> => {
      const rows = await clickhouse.query<{ calls: number }>(
        `SELECT toUInt32(count()) AS calls FROM ${newestCalls} AND ${isComputed}`,
        { project: projectId, from: range.fromMicros, to: range.toMicros },
      );
      return rows[0]?.calls ?? 0;
    },

    /** In order of their start; those after `cursor`. */
    listCalls: async (
      projectId: number,
      range: { fromMicros: number; toMicros: number },
      cursor: Cursor | null,
      limit: number,
    ): Promise<PricedCall[]> => {
      const after = cursor
        ? `AND start_time >= fromUnixTimestamp64Micro({start:Int64})
          AND (start_time, trace_id, span_id) > (fromUnixTimestamp64Micro({start:Int64}), {trace:UUID}, {span:UUID})`
        : "";
      const rows = await clickhouse.query<
        Omit<PricedCall, "startMicros" | "traceId"> & { start: string; trace: string }
      >(
        `SELECT toUnixTimestamp64Micro(start_time) AS start, trace_id AS trace, span_id AS span, version, model,
          ${requestModel} AS requestModel, provider, input_tokens AS inputTokens, output_tokens AS outputTokens,
          cache_read_tokens AS cacheReadTokens, cache_write_tokens AS cacheWriteTokens, cost_usd AS costUsd,
          cost_source AS source
        FROM ${newestCalls} AND ${isComputed} ${after}
        ORDER BY start_time, trace_id, span_id LIMIT {limit:UInt32}`,
        {
          project: projectId,
          from: range.fromMicros,
          to: range.toMicros,
          limit,
          ...(cursor && { start: cursor.startMicros, trace: toUuid(cursor.traceId), span: cursor.span }),
        },
      );
      return rows.map(({ start, trace, ...row }) => ({
        ...row,
        startMicros: Number(start),
        traceId: fromTraceUuid(trace),
      }));
    },

    /**
     * Stores copies of the calls with other costs: readers see each call as it was, or as it is now. A copy's version is
     * the next one, so that whatever a client sends later still wins.
     *
     * @param costs In order of their start.
     */
    insertCosts: async (projectId: number, costs: readonly NewCost[]): Promise<void> => {
      const [first, last] = [costs[0], costs.at(-1)];
      if (!first || !last) return;
      await clickhouse.command(
        `INSERT INTO spans
        SELECT s.* REPLACE (p.cost AS cost_usd, p.source AS cost_source, s.version + 1 AS version)
        FROM spans AS s
        INNER JOIN (
          SELECT trace, span, version, cost, source
          FROM (SELECT {traces:Array(UUID)} AS traces, {spans:Array(UUID)} AS spans, {versions:Array(String)} AS versions,
            {costs:Array(Nullable(Float64))} AS costs, {sources:Array(String)} AS sources)
          ARRAY JOIN traces AS trace, spans AS span, versions AS version, costs AS cost, sources AS source
        ) AS p ON s.trace_id = p.trace AND s.span_id = p.span AND toString(s.version) = p.version
        WHERE s.project_id = {project:UInt32}
          AND s.start_time BETWEEN fromUnixTimestamp64Micro({from:Int64}) AND fromUnixTimestamp64Micro({to:Int64})`,
        {
          project: projectId,
          from: first.startMicros,
          to: last.startMicros,
          traces: costs.map(({ traceId }) => toUuid(traceId)),
          spans: costs.map(({ span }) => span),
          versions: costs.map(({ version }) => version),
          costs: costs.map(({ costUsd }) => costUsd),
          sources: costs.map(({ source }) => source),
        },
      );
    },

    findOptionalReprice: async (projectId: number) => {
      const rows = await postgres.query<RepriceRow>(
        sql`select ${repriceColumns} from reprice where project_id = ${projectId}`,
      );
      return rows[0];
    },

    /** Of every project, those that were running when the process ended. */
    listRunningReprices: () =>
      postgres.query<{ projectId: number; slug: string }>(sql`
        select r.project_id as "projectId", p.slug from reprice r join project p on p.id = r.project_id
        where r.state = 'running'`),

    /** Undefined while one runs. */
    insertReprice: async (projectId: number, range: { from: string; to: string }, total: number, at: string) => {
      const rows = await postgres.query<RepriceRow>(sql`
        insert into reprice as r (project_id, from_at, to_at, state, total, checked, changed, started_at)
        values (${projectId}, ${range.from}::timestamptz, ${range.to}::timestamptz, 'running', ${total}, 0, 0, ${at}::timestamptz)
        on conflict (project_id) do update set from_at = excluded.from_at, to_at = excluded.to_at, state = 'running',
          total = excluded.total, checked = 0, changed = 0, cursor = null, error = null, started_at = excluded.started_at,
          finished_at = null
        where r.state <> 'running' returning ${repriceColumns}`);
      return rows[0];
    },

    saveProgress: (
      projectId: number,
      { checked, changed, cursor }: Pick<RepriceRow, "checked" | "changed" | "cursor">,
    ) =>
      postgres.query(sql`
        update reprice set checked = ${checked}, changed = ${changed}, cursor = ${JSON.stringify(cursor)}::jsonb
        where project_id = ${projectId}`),

    finishReprice: (projectId: number, error: string | null, at: string) =>
      postgres.query(sql`
        update reprice set state = ${error === null ? "done" : "failed"}, error = ${error}, finished_at = ${at}::timestamptz
        where project_id = ${projectId}`),
  };
}

export type PriceStore = ReturnType<typeof createPriceStore>;
