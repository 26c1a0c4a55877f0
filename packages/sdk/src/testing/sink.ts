/** A small server in Ratchet's place: decodes what the SDK sends, and can be made to misbehave. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { FeedbackCreate, SdkConfig } from "@ratchet/protocol";

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  status: { code: number; message?: string };
  resource: Record<string, unknown>;
}

export interface Sink extends AsyncDisposable {
  url: string;
  spans: ReceivedSpan[];
  feedback: FeedbackCreate[];
  /** Headers of every request, by path. */
  requests: { path: string; headers: IncomingMessage["headers"] }[];
  /** What `/api/sdk/config` says; `undefined` answers 404. */
  config: SdkConfig | undefined;
  /** Answers in place of the sink, if it returns true. */
  misbehave: ((path: string, response: ServerResponse) => boolean) | undefined;
  sayEvent(type: string): void;
}

/** @param port 0 for any free one. */
export async function openSink(port = 0): Promise<Sink> {
  const streams = new Set<ServerResponse>();
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    const body = await readBody(request);
    sink.requests.push({ path, headers: request.headers });
    if (sink.misbehave?.(path, response)) return;
    if (path === "/v1/traces") {
      sink.spans.push(...decode(body));
      response.end("{}");
    } else if (path === "/api/feedback") {
      sink.feedback.push(JSON.parse(body));
      response.writeHead(201).end("{}");
    } else if (path === "/api/sdk/config" && sink.config) answerConfig(request, response, sink.config);
    else if (path === "/api/events") {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": open\n\n");
      streams.add(response);
    } else response.writeHead(404).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const sink: Sink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    feedback: [],
    requests: [],
    config: undefined,
    misbehave: undefined,
    sayEvent(type) {
      for (const stream of streams)
        stream.write(`event: ${type}\ndata: ${JSON.stringify({ type, project: "p", id: "1" })}\n\n`);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return sink;
}

function answerConfig(request: IncomingMessage, response: ServerResponse, config: SdkConfig): void {
  const text = JSON.stringify(config);
  const etag = `"${text.length}-${config.rollout?.weight}-${config.release?.id}"`;
  if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
  else response.writeHead(200, { etag }).end(text);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
}

// biome-ignore lint/suspicious/noExplicitAny: OTLP/JSON as it arrives.
type OtlpJson = any;

function decode(body: string): ReceivedSpan[] {
  return (JSON.parse(body) as OtlpJson).resourceSpans.flatMap(({ resource, scopeSpans }: OtlpJson) =>
    scopeSpans.flatMap(({ spans }: OtlpJson) =>
      spans.map((span: OtlpJson) => ({
        ...span,
        attributes: toRecord(span.attributes),
        events: span.events.map((event: OtlpJson) => ({ ...event, attributes: toRecord(event.attributes) })),
        resource: toRecord(resource.attributes),
      })),
    ),
  );
}

function toRecord(keyValues: { key: string; value: OtlpJson }[]): Record<string, unknown> {
  return Object.fromEntries(keyValues.map(({ key, value }) => [key, toValue(value)]));
}

function toValue(value: OtlpJson): unknown {
  if (value.arrayValue) return value.arrayValue.values.map(toValue);
  return value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue ?? null;
}
