/** Composition root: reads the environment, wires the parts, listens, and stops gracefully. */
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { flush } from "@ratchet/sdk";
import { definePrompts } from "@ratchet/sdk/prompts";
import { ActionStore } from "./actions/action-store.ts";
import { Publisher } from "./actions/publisher.ts";
import { startReactionPoller } from "./actions/reaction-poller.ts";
import { ConfigError, readConfig } from "./config.ts";
import { createGitHub, isServersFault } from "./github/client.ts";
import { createEmbedder } from "./knowledge/embedder.ts";
import { KnowledgeBase } from "./knowledge/repository.ts";
import { createModel } from "./skills/model.ts";
import { Triage } from "./skills/triage.ts";
import { DeliveryStore } from "./webhooks/delivery-store.ts";
import { handleEvent } from "./webhooks/handle-event.ts";
import { createQueue } from "./webhooks/queue.ts";
import { createWebhookServer } from "./webhooks/server.ts";

const maxWaiting = 10_000;

try {
  await start();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(error instanceof ConfigError ? 2 : 1);
}

async function start(): Promise<void> {
  const config = readConfig(process.env);
  await definePrompts({ directory: config.promptsDir ?? new URL("../prompts", import.meta.url) });
  const db = openDatabase(config.dataDir);
  const deliveries = new DeliveryStore(db);
  const actions = new ActionStore(db);
  const github = createGitHub({ url: config.githubUrl, token: config.githubToken });
  const embedder = createEmbedder();
  const knowledge = new KnowledgeBase(github, config.historyThreads);
  const publisher = new Publisher({ github, actions, repliesPerThread: config.repliesPerThread });
  const model = config.model && createModel(config.model);
  const triageFor = (deliveryId: string) =>
    new Triage({
      knowledgeOf: (repository) => knowledge.of(repository),
      embedder,
      model,
      publish: (subject, decision) => publisher.publish(deliveryId, subject, decision),
    });
  const sources = { source: config.feedbackSource, reactionSource: config.reactionSource };
  const parts = { triageFor, knowledge, actions, github, sources, login: config.login };
  const queue = createQueue(deliveries, (delivery) => handleEvent(parts, delivery), { isPassing: isServersFault });
  const poller = startReactionPoller(github, actions, sources, config.reactionPollMs);
  const server = createWebhookServer({
    secret: config.webhookSecret,
    store: deliveries,
    maxWaiting,
    onAccepted: queue.wake,
    health: () => ({
      status: "ok",
      queueDepth: deliveries.countWaiting(),
      lastReactionSweepAt: poller.lastSweepAt(),
      model: config.model?.name ?? "baseline",
    }),
  });

  server.listen(config.port, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    const method = config.model
      ? `with ${config.model.name}`
      : "with the built-in baseline, since TEAMMATE_MODEL is not set";
    console.log(`Teammate listens on http://127.0.0.1:${port}/webhooks and answers ${method}.`);
    queue.wake();
  });
  server.once("error", (error) => {
    console.error(`Port ${config.port} cannot be listened on: ${error.message}. Set PORT to a free one.`);
    process.exit(1);
  });

  async function stop(): Promise<void> {
    server.close();
    await Promise.all([queue.stop(), poller.stop()]);
    await flush();
    await embedder.close();
    db.close();
    process.exit(0);
  }
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

/** Everything that was acknowledged survives a kill: SQLite's write-ahead log is synced at each commit. */
function openDatabase(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true });
  const db = new DatabaseSync(join(dataDir, "teammate.db"));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
  return db;
}
