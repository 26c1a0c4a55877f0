/** The composition root: opens the engines, wires the features, listens, stops gracefully. */
import { join } from "node:path";
import { type Logger, pino } from "pino";
import { ensureFirstKey } from "./access/first-key.ts";
import { createKeys } from "./access/keys.ts";
import { createProjects } from "./access/projects.ts";
import { accessRoutes } from "./access/routes.ts";
import { createAccessStore } from "./access/store.ts";
import { type Config, readConfig } from "./config.ts";
import { createDatasets } from "./datasets/datasets.ts";
import { datasetRoutes } from "./datasets/routes.ts";
import { createDatasetStore } from "./datasets/store.ts";
import { openClickHouse } from "./engines/clickhouse.ts";
import { lockDataDirectory } from "./engines/data-directory.ts";
import { setFsync } from "./engines/fsync.ts";
import { openPostgres } from "./engines/postgres.ts";
import { createExperiments } from "./experiments/experiments.ts";
import { createGates } from "./experiments/gates.ts";
import { experimentRoutes } from "./experiments/routes.ts";
import { createExperimentStore } from "./experiments/store.ts";
import { createCapture } from "./failures/capture.ts";
import { createFailures } from "./failures/failures.ts";
import { createHome } from "./failures/home.ts";
import { createFindFailureIds } from "./failures/loop-objects.ts";
import { createObserver } from "./failures/observer.ts";
import { failureRoutes } from "./failures/routes.ts";
import { createFailureStore } from "./failures/store.ts";
import { createFeedback } from "./feedback/feedback.ts";
import { feedbackRoutes } from "./feedback/routes.ts";
import { createFeedbackStore } from "./feedback/store.ts";
import { createApp } from "./http/app.ts";
import { createExportAuthoriser } from "./http/authorise.ts";
import { createEventStream } from "./http/events.ts";
import { listen } from "./http/listen.ts";
import { loadGrpc, openGrpc } from "./http/listen-grpc.ts";
import { createLogIngest } from "./log-records/ingest-logs.ts";
import { createLogReader } from "./log-records/read-logs.ts";
import { createEvaluationRecorder, listSpanEvaluations } from "./log-records/record-evaluations.ts";
import { createLogRecordStore } from "./log-records/store.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { metricRoutes } from "./metrics/routes.ts";
import { createMetricStore } from "./metrics/store.ts";
import { createPrices } from "./prices/prices.ts";
import { createReprices } from "./prices/reprice.ts";
import { priceRoutes } from "./prices/routes.ts";
import { createPriceStore } from "./prices/store.ts";
import { createPrompts } from "./prompts/prompts.ts";
import { promptRoutes } from "./prompts/routes.ts";
import { createPromptStore } from "./prompts/store.ts";
import { createReleases } from "./releases/releases.ts";
import { releaseRoutes } from "./releases/routes.ts";
import { createReleaseStore } from "./releases/store.ts";
import { renderMetric } from "./render-metric.ts";
import { createDeletedTraces } from "./retention/deleted-traces.ts";
import { createDeletions } from "./retention/deletions.ts";
import { createRefusal } from "./retention/find-refusal.ts";
import { retentionRoutes } from "./retention/routes.ts";
import { createRetentionStore } from "./retention/store.ts";
import { createSweep, startSweepClock } from "./retention/sweep.ts";
import { startRolloutClock } from "./rollouts/clock.ts";
import { createRollouts } from "./rollouts/rollouts.ts";
import { rolloutRoutes } from "./rollouts/routes.ts";
import { createRolloutStore } from "./rollouts/store.ts";
import { createExaminationQueue } from "./signals/examination-queue.ts";
import { createExaminer } from "./signals/examine.ts";
import { createSignals } from "./signals/signals.ts";
import { createSignalStore } from "./signals/store.ts";
import { StartError } from "./start-error.ts";
import { createIngest } from "./telemetry/ingest.ts";
import { createBodyReader } from "./telemetry/read-body.ts";
import { createReceiver } from "./telemetry/receive.ts";
import { createRecentTexts } from "./telemetry/recent-texts.ts";
import { telemetryRoutes } from "./telemetry/routes.ts";
import { createTelemetryStore } from "./telemetry/store.ts";
import { attachmentRoutes } from "./traces/attachment-routes.ts";
import { createAttachmentStore } from "./traces/attachment-store.ts";
import { createFindAttachment } from "./traces/attachments.ts";
import { traceRoutes } from "./traces/routes.ts";
import { createTraceStore } from "./traces/store.ts";
import { createTraces } from "./traces/traces.ts";
import { createTrees } from "./traces/tree.ts";
import { createTreeStore } from "./traces/tree-store.ts";

export interface Server {
  /** Origin, as http://127.0.0.1:3000. */
  url: string;
  /** Of OTLP over gRPC; undefined where that is off, or the usual port was taken. */
  grpcPort: number | undefined;
  /** Where the first API key is, when this start made it. */
  firstKeyFile: string | undefined;
  /** Answers what is under way, then closes the engines. */
  close(): Promise<void>;
}

/** @throws StartError; then everything that was opened is closed again. */
export async function openServer(config: Config): Promise<Server> {
  // Closed in reverse order: at the end of this function if it throws, by the caller otherwise.
  await using opened = new AsyncDisposableStack();
  const log: Logger = pino({ level: config.logLevel });
  if (config.otlpGrpc) loadGrpc().catch((error) => log.error({ err: error }, "OTLP over gRPC cannot be loaded"));
  opened.defer(lockDataDirectory(config.dataDir));
  const clickhouse = await openClickHouse(
    config.clickhouseUrl ? { url: config.clickhouseUrl } : { path: join(config.dataDir, "clickhouse") },
  );
  opened.defer(clickhouse.close);
  await setFsync(clickhouse, config.isFsyncOn);
  const postgres = await openPostgres(
    config.postgresUrl ? { url: config.postgresUrl } : { path: join(config.dataDir, "postgres") },
  );
  opened.defer(postgres.close);
  const now = () => new Date();
  const events = createEventStream();

  const accessStore = createAccessStore(postgres);
  const projects = createProjects(accessStore, events.publish, now, (project) => deletions.deleteProject(project));
  const keys = createKeys(accessStore, now);
  await projects.createDefault();

  const experimentStore = createExperimentStore(postgres);
  const datasets = createDatasets(createDatasetStore(postgres), events.publish, now, {
    listExperimentIds: (project, dataset) => experiments.listIds(project, dataset),
  });
  const experiments = createExperiments(experimentStore, events.publish, now, datasets);
  const gates = createGates(experimentStore, events.publish, now, { datasets, experiments });
  const prompts = createPrompts(createPromptStore(postgres, clickhouse), events.publish, now, {
    listReleases: (project) => releases.list(project),
    listExperiments: experiments.listPromptsUnderTest,
  });
  const releases = createReleases(createReleaseStore(postgres), events.publish, now, {
    findGate: gates.find,
    findExperiment: experiments.find,
    findContents: prompts.findContents,
  });
  const rollouts = createRollouts(createRolloutStore(postgres, clickhouse), events.publish, now, {
    findRelease: releases.find,
    findOptionalLive: releases.findOptionalLive,
    findContents: prompts.findContents,
    lockPassingCases: experiments.lockPassingCases,
  });

  const signalStore = createSignalStore(clickhouse, postgres);
  const signals = createSignals(signalStore);
  const feedback = createFeedback(createFeedbackStore(clickhouse), events.publish, now, (project, traceId) =>
    examination.onFeedback(project, traceId),
  );
  const logRecordStore = createLogRecordStore(clickhouse);
  const logReader = createLogReader(logRecordStore);
  const recordEvaluations = createEvaluationRecorder(logRecordStore, feedback.recordAll, now);
  const recentTexts = createRecentTexts();
  const traces = createTraces(createTraceStore(clickhouse), createTrees(createTreeStore(clickhouse), now), now, {
    countFeedback: feedback.summarise,
    summariseSignals: signals.summarise,
    listFeedback: feedback.listForTrace,
    listSignals: signals.listForTrace,
    listCases: datasets.listCasesOfTrace,
    listLogMessages: logReader.listMessages,
    listLogEvents: logReader.listEvents,
    findRecentText: recentTexts.findOptional,
  });
  const failures = createFailures(createFailureStore(postgres), signals, events.publish, now, {
    countByRelease: traces.countByRelease,
    findCaptured: datasets.findCaptured,
    findPrompts: prompts.findFixes,
    listGates: gates.listByFailure,
    findReleases: releases.findFixes,
    findRollouts: rollouts.findFixes,
  });
  const capture = createCapture(failures, signals, { findTrace: traces.find, datasets });
  const findHome = createHome(failures, now, {
    findProject: (project) => projects.find(project.slug),
    findTraffic: traces.health,
    countThumbs: feedback.countThumbs,
    listGates: gates.listNewest,
    listRollouts: rollouts.list,
  });
  const findFailureIds = createFindFailureIds({
    findDataset: datasets.find,
    findPrompt: prompts.find,
    findExperiment: experiments.find,
    findGate: gates.find,
    findRelease: releases.find,
    findRollout: rollouts.find,
    summariseSignals: signals.summarise,
  });
  const observer = createObserver(failures.observe, log);
  opened.defer(observer.close);
  const examine = createExaminer(signalStore, events.publish, now, {
    findSpans: traces.findSpans,
    findCompletedRoots: traces.findCompletedRoots,
    durationHistory: traces.durationHistory,
    listFeedback: feedback.listForTraces,
    recordFailures: failures.record,
    onExposures: rollouts.recordExposures,
    onExposedFailures: rollouts.recordFailures,
  });
  const examination = createExaminationQueue(signalStore, examine, observer.schedule, now, log, {
    listProjects: async () => Promise.all((await projects.list()).map(({ slug }) => projects.findScope(slug))),
    listCompletedRoots: traces.listCompletedRoots,
    listTracesWithFeedback: feedback.listTracesSince,
    isBusy: () => ingest.isBusy(),
  });
  const priceStore = createPriceStore(postgres, clickhouse);
  const prices = createPrices(priceStore, events.publish, now);
  const reprices = createReprices(priceStore, prices.findPricer, events.publish, now, log);
  const telemetryStore = createTelemetryStore(clickhouse);
  const deletedTraces = createDeletedTraces();
  const findRefusal = createRefusal(deletedTraces, now);
  const ingest = createIngest({
    store: telemetryStore,
    projects,
    publish: events.publish,
    onCompleted: examination.onCompleted,
    onStored: async (spans) => {
      examination.onStored(spans);
      await recordEvaluations(listSpanEvaluations(spans));
    },
    now,
    recentTexts,
    minFreeBytes: config.minFreeBytes,
    findPricer: prices.findPricer,
    findRefusal,
  });
  const retentionStore = createRetentionStore(postgres, clickhouse);
  const deletions = createDeletions(retentionStore, deletedTraces, events.publish, now, log, {
    forgetWaiting: async (project, traceIds) => {
      await ingest.forget(project, traceIds);
      await logIngest.forget(project, traceIds);
    },
    forgetExamination: examination.forget,
    deleteFeedbackOfUser: (project, userId) =>
      feedback.deleteOfUser(project, userId, async (traceIds) => {
        await signals.deleteOfFeedback(project, traceIds);
        for (const traceId of traceIds) examination.onFeedback(project, traceId);
      }),
    listCasesOfTraces: datasets.listCasesOfTraces,
    listRunsOfCases: experiments.listRunsOfCases,
    eraseCases: datasets.erase,
    eraseResults: experiments.eraseResults,
    eraseFromRollouts: rollouts.eraseReasons,
    forgetUnit: rollouts.forgetUnit,
  });
  const logIngest = createLogIngest({
    store: logRecordStore,
    insertPayloads: telemetryStore.insertPayloads,
    projects,
    recordEvaluations,
    publish: events.publish,
    onMessages: examination.onFeedback,
    onStored: logReader.notice,
    now,
    findRefusal,
  });
  const metrics = createMetrics(createMetricStore(clickhouse), projects, now);

  opened.defer(examination.close);
  opened.defer(deletions.close);
  await deletions.resume();
  await examination.resume();
  const sweep = createSweep(retentionStore, now);
  const clean = async (signal: AbortSignal) => {
    await deletions.finishAll();
    await sweep(signal);
  };
  opened.defer(startSweepClock(clean, log).close);
  opened.defer(reprices.close);
  await reprices.resume();
  opened.defer(startRolloutClock(rollouts.proceedAll, log).close);

  const receive = createReceiver({
    traces: ingest.accept,
    logs: logIngest.accept,
    metrics: metrics.accept,
    assertRoom: ingest.assertRoom,
  });
  const isLoopbackOnly = ["127.0.0.1", "localhost", "::1"].includes(config.host);
  const app = createApp({
    routes: [
      telemetryRoutes(createBodyReader(config.maxExportBytes), receive),
      traceRoutes(traces),
      attachmentRoutes(createFindAttachment(createAttachmentStore(clickhouse), traces.assertReadable)),
      metricRoutes(metrics),
      priceRoutes(prices, reprices),
      retentionRoutes(deletions),
      accessRoutes(projects, keys),
      feedbackRoutes(feedback),
      failureRoutes(failures, { capture, findHome, findFailureIds }),
      datasetRoutes(datasets),
      experimentRoutes(experiments, gates),
      promptRoutes(prompts),
      releaseRoutes(releases),
      rolloutRoutes(rollouts),
    ],
    projects,
    keys,
    events,
    isReady: async () => (await clickhouse.isHealthy()) && (await postgres.isHealthy()) && (await ingest.isReady()),
    renderMetrics: () =>
      [
        ingest.renderMetrics(),
        logIngest.renderMetrics(),
        metrics.renderMetrics(),
        examination.renderMetrics(),
        renderMetric("ratchet_resident_memory_bytes", "gauge", "Memory of the process.", process.memoryUsage.rss()),
      ].join(""),
    isLoopbackOnly,
    log,
  });
  const firstKeyFile = isLoopbackOnly ? undefined : await ensureFirstKey(keys, config.dataDir);
  const listener = await listen(app.fetch, config);
  opened.defer(listener.close);
  const authoriseExport = createExportAuthoriser(projects, keys, isLoopbackOnly);
  const grpc = await openGrpc(config, { receive, authorise: authoriseExport, log });
  opened.defer(async () => grpc?.close());
  // Open streams would keep the listener from closing; spans that come now are refused, and sent again later.
  opened.defer(events.close);
  opened.defer(async () => {
    await Promise.all([ingest.drain(), logIngest.drain(), metrics.drain()]);
  });
  const closing = opened.move();
  return { url: listener.url, grpcPort: grpc?.port, firstKeyFile, close: () => closing.disposeAsync() };
}

if (import.meta.main) {
  try {
    const config = readConfig(process.env);
    const server = await openServer(config);
    process.stdout.write(`Ratchet is ready at ${server.url.replace("127.0.0.1", "localhost")}\n`);
    if (server.firstKeyFile) {
      process.stdout.write(
        `It listens beyond this machine, so every request needs an API key. The first one is in ${server.firstKeyFile}\n`,
      );
    }
    let isStopping = false;
    const stop = async () => {
      if (isStopping) process.exit(130);
      isStopping = true;
      await server.close();
      process.exit(0);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  } catch (error) {
    const isExplained = error instanceof StartError;
    process.stderr.write(`${isExplained ? error.message : (error as Error).stack}\n`);
    process.exit(isExplained ? 2 : 1);
  }
}
