/** From an export's bytes to what is stored of it, whatever it came by: HTTP or gRPC. */
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { decodeJson } from "./decode-json.ts";
import { decodeLogsJson, decodeLogsProtobuf } from "./decode-logs.ts";
import { decodeMetricsJson } from "./decode-metrics-json.ts";
import { decodeMetricsProtobuf } from "./decode-metrics-protobuf.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";
import { findSignal, type Signal } from "./find-signal.ts";
import { DecodeError, type OtlpResource } from "./otlp.ts";
import type { OtlpLogResource } from "./otlp-logs.ts";
import type { OtlpMetricResource } from "./otlp-metrics.ts";
import type { OtlpEncoding } from "./otlp-response.ts";
import type { Rejected } from "./rejections.ts";

/** Stores what is good of an export; resolves when it is durable. */
type Accept<Resource> = (resources: Resource[], project: ProjectScope, isProjectNamed: boolean) => Promise<Rejected>;

export interface ReceiverParts {
  traces: Accept<OtlpResource>;
  logs: Accept<OtlpLogResource>;
  metrics: Accept<OtlpMetricResource>;
  /** @throws ProblemError while nothing can be stored. */
  assertRoom: () => void;
}

/** An export that could be read. Its body is needed no more. */
export interface Received {
  signal: Signal;
  /** @throws ProblemError `too-busy`, `unavailable`: the client should send the same again. */
  accept(project: ProjectScope, isProjectNamed: boolean): Promise<Rejected>;
}

export type Receive = ReturnType<typeof createReceiver>;

/**
 * Makes a function that decodes an export.
 *
 * @throws ProblemError `invalid-request`, naming the right address where it was sent to another signal's.
 */
export function createReceiver({ traces, logs, metrics, assertRoom }: ReceiverParts) {
  const decoders = {
    traces: createDecoder("traces", { json: decodeJson, protobuf: decodeProtobuf }, traces),
    logs: createDecoder("logs", { json: decodeLogsJson, protobuf: decodeLogsProtobuf }, logs),
    metrics: createDecoder("metrics", { json: decodeMetricsJson, protobuf: decodeMetricsProtobuf }, metrics),
  };
  /** @param addressed The signal of the address; undefined where the body tells it. */
  return (addressed: Signal | undefined, encoding: OtlpEncoding, body: Buffer): Received => {
    const found = findSignal(body, encoding);
    if (found !== undefined && addressed !== undefined && found !== addressed) {
      throw new ProblemError(
        "invalid-request",
        `The body holds ${found}, and was sent to ${addressed}: POST /v1/${found}.`,
      );
    }
    // An empty export is good at any address.
    const signal = addressed ?? found ?? (isEmpty(body) ? "traces" : undefined);
    if (signal === undefined) {
      throw new ProblemError(
        "invalid-request",
        "The body does not show which signal it holds: POST /v1/traces, /v1/logs or /v1/metrics.",
      );
    }
    assertRoom();
    return decoders[signal](encoding, body);
  };
}

function isEmpty(body: Buffer): boolean {
  return body.length < 16 && /^\s*(\{\s*\}\s*)?$/.test(body.toString("latin1"));
}

function createDecoder<Resource>(
  signal: Signal,
  decode: { json: (body: Buffer) => Resource[]; protobuf: (body: Buffer) => Resource[] },
  accept: Accept<Resource>,
) {
  return (encoding: OtlpEncoding, body: Buffer): Received => {
    try {
      const resources = encoding === "application/json" ? decode.json(body) : decode.protobuf(body);
      return { signal, accept: (project, isProjectNamed) => accept(resources, project, isProjectNamed) };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new ProblemError("invalid-request", error.message, { cause: error });
    }
  };
}
