/**
 * Model providers on one local port, in their own wire formats. Whoever offers tools is told to call the first of them,
 * and gets a text once its result is there. The two answers count alike everywhere: 100 tokens in and 50 out, then 160
 * and 20; how much of it was cached and reasoned differs by what the provider reports.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { answerAnthropic } from "./fake-anthropic.ts";
import { answerGoogle } from "./fake-google.ts";
import { answerOpenai } from "./fake-openai.ts";

/** What is asked for: the first step of an agent, or the last one. */
export interface Ask {
  path: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of four APIs, read by those who know their own.
  body: any;
}

/** A JSON answer, or the events of a stream. */
export type Answer = { json: unknown; status?: number } | { events: { event?: string; data: unknown }[] };

export interface FakeProvider extends AsyncDisposable {
  url: string;
}

export async function openFakeProvider(): Promise<FakeProvider> {
  const server = createServer(async (request, response) => {
    const answer = await toAnswer(request);
    if ("json" in answer) {
      response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer.json));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const { event, data } of answer.events) {
      // So that a first piece is told apart from the last one.
      await new Promise((resolve) => setTimeout(resolve, 5));
      response.write(`${event === undefined ? "" : `event: ${event}\n`}data: ${toData(data)}\n\n`);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const failure = {
  json: { type: "error", error: { type: "overloaded_error", message: "The model is overloaded." } },
  status: 529,
};

async function toAnswer(request: IncomingMessage): Promise<Answer> {
  const path = request.url ?? "";
  const body = JSON.parse((await readAll(request)) || "{}");
  if (JSON.stringify(body).includes("Fail")) return failure;
  if (path.startsWith("/openai/")) return answerOpenai({ path, body });
  if (path.startsWith("/anthropic/")) return answerAnthropic({ path, body });
  if (path.startsWith("/google/")) return answerGoogle({ path, body });
  return { json: { error: { message: `There is no ${path} here.` } }, status: 404 };
}

function toData(data: unknown): string {
  return typeof data === "string" ? data : JSON.stringify(data);
}
