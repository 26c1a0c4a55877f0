/** Takes GitHub's webhooks: checks, stores, answers. The work comes later. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Webhooks } from "@octokit/webhooks";
import { z } from "zod";
import type { DeliveryStore } from "./delivery-store.ts";
import { parseEvent } from "./events.ts";

/** GitHub never sends more. */
const maxBodyBytes = 25 * 1024 * 1024;
const maxConnections = 100;
const deliveryId = /^[\w-]{1,100}$/;

export interface WebhookServerOptions {
  secret: string;
  store: DeliveryStore;
  /** Unfinished deliveries above which new ones are refused, to be sent again. */
  maxWaiting: number;
  /** After a delivery was stored. */
  onAccepted(): void;
  /** What `GET /healthz` says. */
  health(): object;
}

/** Serves `POST /webhooks` and `GET /healthz`. Not listening yet. */
export function createWebhookServer(options: WebhookServerOptions): Server {
  const webhooks = new Webhooks({ secret: options.secret });

  async function receive(request: IncomingMessage): Promise<Answer> {
    const signature = header(request, "x-hub-signature-256");
    const id = header(request, "x-github-delivery");
    const name = header(request, "x-github-event");
    if (!signature) return refusal(401, "X-Hub-Signature-256 is missing: set the webhook's secret on GitHub.");
    if (!deliveryId.test(id) || !name) return refusal(400, "X-GitHub-Delivery and X-GitHub-Event are needed.");
    const body = await readBody(request);
    if (body === null) return refusal(413, `The body exceeds ${maxBodyBytes} bytes.`);
    // A body that is no UTF-8 cannot be what GitHub signed; decoding changes it, and so the check fails.
    if (!(await webhooks.verify(body.toString("utf8"), signature).catch(() => false))) {
      return refusal(401, "The signature does not match: compare GITHUB_WEBHOOK_SECRET with the webhook's secret.");
    }
    if (options.store.has(id)) return { status: 202, body: { status: "already received" } };
    const event = parseEvent(name, JSON.parse(body.toString("utf8")));
    if (!event) return { status: 202, body: { status: "ignored" } };
    if (options.store.countWaiting() >= options.maxWaiting) {
      return { ...refusal(503, "The queue is full; deliver again later."), retryAfterSeconds: 30 };
    }
    options.store.accept(id, event);
    options.onAccepted();
    return { status: 202, body: { status: "accepted" } };
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const path = request.url?.split("?")[0];
    if (request.method === "GET" && path === "/healthz") return { status: 200, body: options.health() };
    if (path !== "/webhooks") return refusal(404, "There is POST /webhooks and GET /healthz.");
    if (request.method !== "POST") return refusal(405, "Webhooks are sent by POST.");
    try {
      return await receive(request);
    } catch (error) {
      if (error instanceof SyntaxError) return refusal(400, "The body is not JSON: choose application/json on GitHub.");
      if (error instanceof z.ZodError) return refusal(400, `The payload is incomplete.\n${z.prettifyError(error)}`);
      console.error(error);
      return refusal(500, "The delivery could not be stored; deliver again later.");
    }
  }

  const server = createServer(async (request, response) => send(request, response, await answer(request)));
  // A sender that trickles its body must not hold a connection for minutes.
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  // A body is held in memory until its signature is checked.
  server.maxConnections = maxConnections;
  return server;
}

interface Answer {
  status: number;
  body: object;
  retryAfterSeconds?: number;
}

function refusal(status: number, detail: string): Answer {
  return { status, body: { status, detail } };
}

/** `null` when it is too long; the rest is not read then. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The connection stays, so that the sender gets to read why it was refused.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBodyBytes) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, retryAfterSeconds }: Answer): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
    // What was not read would be taken for the next request.
    ...(request.complete ? {} : { connection: "close" }),
  });
  response.end(JSON.stringify(body));
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}
