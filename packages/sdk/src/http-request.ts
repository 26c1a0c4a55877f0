/**
 * One HTTP request that never keeps the application's process alive: its sockets are unreferenced, which `fetch` cannot do.
 * Whoever must wait for an answer at exit holds a timer of its own.
 */

import http, { type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import { context } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";

const agents = {
  "http:": new http.Agent({ keepAlive: true, maxSockets: 8 }),
  "https:": new https.Agent({ keepAlive: true, maxSockets: 8 }),
};
const maxBodyBytes = 32 * 1024 * 1024;

export interface HttpRequest {
  method: "GET" | "POST";
  url: URL;
  headers: Record<string, string>;
  body?: Uint8Array | string;
  /** For the whole exchange, body included. */
  timeoutMs: number;
  signal: AbortSignal;
}
export interface HttpAnswer {
  status: number;
  headers: IncomingMessage["headers"];
  body: string;
}

/** Rejects on network trouble, time-out, or a body over 32 MiB; resolves with any status. */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  const { url, timeoutMs, signal } = request;
  // By hand, since `AbortSignal.any` on a signal that lives as long as the process collects what it was given.
  const end = new AbortController();
  const stop = () => end.abort(new Error("the client has stopped"));
  const timer = setTimeout(() => end.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs).unref();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const response = await openResponse(request, end.signal);
    return { status: response.statusCode ?? 0, headers: response.headers, body: await readBody(response, url) };
  } catch (error) {
    throw end.signal.aborted ? end.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

async function readBody(response: IncomingMessage, url: URL): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBodyBytes) throw new Error(`the answer of ${url.origin} exceeds ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Resolves at the answer's head; the caller reads the body, or destroys it. */
export function openResponse(
  request: Omit<HttpRequest, "timeoutMs" | "signal">,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { protocol } = request.url;
  const options: RequestOptions = {
    method: request.method,
    headers:
      request.body === undefined ? request.headers : { ...request.headers, "content-length": byteLength(request.body) },
    agent: agents[protocol as keyof typeof agents],
    signal,
  };
  return new Promise((resolve, reject) => {
    // An application that instruments node:http must not see (and export) the SDK's own requests.
    context.with(suppressTracing(context.active()), () => {
      const send = (protocol === "https:" ? https : http).request(request.url, options, resolve);
      send.on("socket", (socket) => socket.unref());
      send.on("error", reject);
      send.end(request.body);
    });
  });
}

function byteLength(body: Uint8Array | string): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}
