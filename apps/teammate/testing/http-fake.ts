/** A JSON server for tests: real HTTP on a free port, one function that answers. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

export interface FakeRequest {
  method: string;
  /** With the query. */
  url: URL;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes.
  body: any;
}
export interface FakeReply {
  status?: number;
  body: unknown;
  headers?: Record<string, string>;
}
export interface HttpFake extends AsyncDisposable {
  url: string;
}

export async function openHttpFake(
  answer: (request: FakeRequest) => FakeReply | Promise<FakeReply>,
): Promise<HttpFake> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw).toString();
    const reply = await answer({
      method: request.method ?? "",
      url: new URL(request.url ?? "", "http://fake"),
      body: text === "" ? null : JSON.parse(text),
    });
    response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers });
    response.end(JSON.stringify(reply.body));
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
