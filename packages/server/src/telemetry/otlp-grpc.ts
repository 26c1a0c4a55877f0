/** OTLP over gRPC: the three services over the same receiver, authorisation and limits as HTTP. */
import {
  type handleUnaryCall,
  logVerbosity,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type StatusObject,
  setLogVerbosity,
  type status,
} from "@grpc/grpc-js";
import { projectHeader } from "@ratchet/protocol";
import type { Logger } from "pino";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { type Signal, signals } from "./find-signal.ts";
import { encodeExportResponse, encodeStatus, rpcCodes } from "./otlp-response.ts";
import type { Receive } from "./receive.ts";

const services: Record<Signal, string> = {
  traces: "opentelemetry.proto.collector.trace.v1.TraceService",
  logs: "opentelemetry.proto.collector.logs.v1.LogsService",
  metrics: "opentelemetry.proto.collector.metrics.v1.MetricsService",
};
/** Of one connection: each may hold a message of the largest size. */
const maxConcurrentStreams = 16;
/** Of the sentence beside the status, in a header; many clients show only this one. */
const maxDetailsCharacters = 500;
/** An answer that takes longer is cut off, so that a stop always ends. */
const maxAnswerMs = 10_000;

export interface GrpcParts {
  receive: Receive;
  authorise: (
    authorization: string | undefined,
    project: string | undefined,
  ) => Promise<{ project: ProjectScope; isProjectNamed: boolean }>;
  /** Of one message, as sent and decompressed. */
  maxBytes: number;
  log: Logger;
}

export interface GrpcListener {
  port: number;
  close(): Promise<void>;
}

/** @throws Error when the port or the address cannot be had. */
export async function listenGrpc(
  { host, port }: { host: string; port: number },
  { receive, authorise, maxBytes, log }: GrpcParts,
): Promise<GrpcListener> {
  // Whoever listens is told what is wrong, and says it in the server's log.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    "grpc.max_receive_message_length": maxBytes,
    "grpc.max_concurrent_streams": maxConcurrentStreams,
  });
  for (const signal of signals) {
    const answer: handleUnaryCall<Buffer, Buffer> = async (call, callback) => {
      try {
        const header = (name: string) => call.metadata.get(name)[0]?.toString();
        const { project, isProjectNamed } = await authorise(header("authorization"), header(projectHeader));
        const received = receive(signal, "application/x-protobuf", call.request);
        callback(null, encodeExportResponse(await received.accept(project, isProjectNamed)));
      } catch (error) {
        const problem = error instanceof ProblemError ? error : toInternal(error);
        if (problem.code === "internal" || problem.code === "unavailable") {
          log.error({ err: problem.cause ?? problem, service: services[signal] }, "request failed");
        }
        callback(toStatus(problem));
      }
    };
    server.addService(defineService(signal), { export: answer });
  }
  const address = host.includes(":") ? `[${host}]` : host;
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${address}:${port}`, ServerCredentials.createInsecure(), (error, taken) =>
      error ? reject(error) : resolve(taken),
    );
  });
  return { port: bound, close: () => closeServer(server) };
}

/** Messages stay bytes: the receiver has its own decoders. */
function defineService(signal: Signal): ServiceDefinition {
  const asIs = (bytes: Buffer) => bytes;
  return {
    export: {
      path: `/${services[signal]}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  };
}

function toStatus(problem: ProblemError): Partial<StatusObject> {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", encodeStatus(problem));
  return { code: rpcCodes[problem.code] as status, details: problem.message.slice(0, maxDetailsCharacters), metadata };
}

function toInternal(cause: unknown): ProblemError {
  return new ProblemError("internal", "The server failed on this request. Its log says why.", { cause });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => server.forceShutdown(), maxAnswerMs);
    server.tryShutdown(() => {
      clearTimeout(limit);
      resolve();
    });
  });
}
