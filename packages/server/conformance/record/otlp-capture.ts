/** A receiver that keeps what is exported to it as OTLP/JSON. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { createGunzip } from "node:zlib";

export interface OtlpCapture extends AsyncDisposable {
  url: string;
  /** Of each export, in the order of arrival. */
  traces: { resourceSpans: TelemetryOfResource[] }[];
  logs: { resourceLogs: TelemetryOfResource[] }[];
}

/** Spans or log records of one resource. */
export interface TelemetryOfResource {
  resource: { attributes: { key: string; value: unknown }[] };
}

export async function openOtlpCapture(): Promise<OtlpCapture> {
  const traces: OtlpCapture["traces"] = [];
  const logs: OtlpCapture["logs"] = [];
  const server = createServer(async (request, response) => {
    const isTraces = request.url?.endsWith("/v1/traces");
    if (!isTraces && !request.url?.endsWith("/v1/logs")) {
      response.writeHead(404).end();
      return;
    }
    const isZipped = request.headers["content-encoding"] === "gzip";
    const body = await json(isZipped ? request.pipe(createGunzip()) : request);
    if (isTraces) traces.push(body as OtlpCapture["traces"][number]);
    else logs.push(body as OtlpCapture["logs"][number]);
    response.writeHead(200, { "content-type": "application/json" });
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traces,
    logs,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
