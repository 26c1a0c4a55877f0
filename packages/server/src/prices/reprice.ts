/** Computes the costs of a time range anew, page by page, one range at a time in each project. */
import type { Reprice, RepriceRequest, ServerEvent } from "@ratchet/protocol";
import type { Logger } from "pino";
import type { z } from "zod";
import { toMicros } from "../micros.ts";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import type { Pricer } from "../telemetry/price.ts";
import type { NewCost, PricedCall, PriceStore, RepriceRow } from "./store.ts";

/** What is held in memory; an insert of so many narrow rows takes some 50 ms. */
const pageSize = 1000;
/** Pages between two words of progress to whoever watches. */
const pagesPerEvent = 10;

export function createReprices(
  store: PriceStore,
  findPricer: (project: ProjectScope) => Promise<Pricer>,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  log: Logger,
) {
  /** By project. */
  const running = new Map<number, Promise<void>>();
  let isClosed = false;

  const run = (project: ProjectScope, from: RepriceRow) => {
    const work = proceed(project, from)
      .catch(async (error: unknown) => {
        log.error({ err: error, project: project.slug }, "re-pricing");
        await finish(project, "The costs could not be computed to the end; the server's log says why. Start it again.");
      })
      .catch((error: unknown) => log.error({ err: error, project: project.slug }, "re-pricing"))
      .finally(() => running.delete(project.id));
    running.set(project.id, work);
  };

  async function proceed(project: ProjectScope, row: RepriceRow): Promise<void> {
    const range = { fromMicros: toMicros(row.from), toMicros: toMicros(row.to) };
    const progress = { checked: row.checked, changed: row.changed, cursor: row.cursor };
    for (let page = 1; ; page++) {
      const calls = await store.listCalls(project.id, range, progress.cursor, pageSize);
      const last = calls.at(-1);
      if (!last) return finish(project, null);
      const pricer = await findPricer(project);
      const costs = calls.flatMap((call) => toNewCost(call, pricer));
      await store.insertCosts(project.id, costs);
      progress.checked += calls.length;
      progress.changed += costs.length;
      progress.cursor = { startMicros: last.startMicros, traceId: last.traceId, span: last.span };
      await store.saveProgress(project.id, progress);
      if (page % pagesPerEvent === 0) announce(project);
      // The row says where it was: the next start goes on from there.
      if (isClosed) return;
    }
  }

  async function finish(project: ProjectScope, error: string | null): Promise<void> {
    await store.finishReprice(project.id, error, now().toISOString());
    announce(project);
  }

  const announce = (project: ProjectScope) => publish({ type: "price", project: project.slug, id: "reprice" });

  return {
    /** Returns when it has begun. @throws ProblemError `conflict` while one runs. */
    async start(project: ProjectScope, { from, to }: z.output<typeof RepriceRequest>): Promise<Reprice> {
      const total = await store.countCalls(project.id, { fromMicros: toMicros(from), toMicros: toMicros(to) });
      const row = await store.insertReprice(project.id, { from, to }, total, now().toISOString());
      if (!row) {
        throw new ProblemError(
          "conflict",
          "Costs of this project are being computed already. GET /api/prices/reprice says how far it is.",
        );
      }
      run(project, row);
      return toReprice(row);
    },

    /** The newest; `null` when there was none. */
    async findOptional(project: ProjectScope): Promise<Reprice | null> {
      const row = await store.findOptionalReprice(project.id);
      return row ? toReprice(row) : null;
    },

    /** Goes on with those that ran when the process ended. */
    async resume(): Promise<void> {
      for (const { projectId, slug } of await store.listRunningReprices()) {
        const row = await store.findOptionalReprice(projectId);
        if (row) run({ id: projectId, slug }, row);
      }
    },

    /** Resolves when none runs. */
    async settled(): Promise<void> {
      await Promise.all(running.values());
    },

    /** Finishes the pages under way; the rest is taken up at the next start. */
    async close(): Promise<void> {
      isClosed = true;
      await Promise.all(running.values());
    },
  };
}

export type Reprices = ReturnType<typeof createReprices>;

/** None where the cost stays as it is: doing it twice changes nothing. */
function toNewCost(call: PricedCall, pricer: Pricer): NewCost[] {
  const cost = pricer({
    model: call.model || null,
    requestModel: call.requestModel || null,
    provider: call.provider || null,
    usage: { ...call, reasoningTokens: 0 },
    startMicros: call.startMicros,
  });
  const costUsd = cost?.costUsd ?? null;
  const source = cost?.source ?? "";
  const { startMicros, traceId, span, version } = call;
  return costUsd === call.costUsd && source === call.source
    ? []
    : [{ startMicros, traceId, span, version, costUsd, source }];
}

function toReprice({ cursor: _, ...reprice }: RepriceRow): Reprice {
  return reprice;
}
