/** The server's read side on the telemetry engine alone: no HTTP, no control plane. */

import { type ClickHouse, openClickHouse } from "../packages/server/src/engines/clickhouse.ts";
import { createFeedback } from "../packages/server/src/feedback/feedback.ts";
import { createFeedbackStore } from "../packages/server/src/feedback/store.ts";
import { createSignals } from "../packages/server/src/signals/signals.ts";
import { createSignalStore } from "../packages/server/src/signals/store.ts";
import { createTraceStore } from "../packages/server/src/traces/store.ts";
import { createTraces, type Traces } from "../packages/server/src/traces/traces.ts";
import { createTrees } from "../packages/server/src/traces/tree.ts";
import { createTreeStore } from "../packages/server/src/traces/tree-store.ts";

/** Of the project `default`. */
export const project = { id: 1, slug: "default", retentionDays: null };

export interface TraceEngine extends AsyncDisposable {
  clickhouse: ClickHouse;
  traces: Traces;
}

/** @param path Of a server's `clickhouse` directory; the server must be stopped. */
export async function openTraceEngine(path: string): Promise<TraceEngine> {
  const clickhouse = await openClickHouse({ path });
  const now = () => new Date();
  const noControlPlane = {
    query: async () => [],
    transaction: () => Promise.reject(new Error("There is no control plane here.")),
    isHealthy: async () => true,
    close: async () => {},
  };
  const feedback = createFeedback(
    createFeedbackStore(clickhouse),
    () => {},
    now,
    () => {},
  );
  const signals = createSignals(createSignalStore(clickhouse, noControlPlane));
  const traces = createTraces(createTraceStore(clickhouse), createTrees(createTreeStore(clickhouse), now), now, {
    countFeedback: feedback.summarise,
    summariseSignals: signals.summarise,
    listFeedback: feedback.listForTrace,
    listSignals: signals.listForTrace,
    listCases: async () => [],
    listLogMessages: async () => null,
    listLogEvents: async () => [],
    findRecentText: () => undefined,
  });
  return { clickhouse, traces, [Symbol.asyncDispose]: () => clickhouse.close() };
}
