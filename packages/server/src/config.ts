/** The server's environment: read once, validated, explained. */
import { join } from "node:path";
import { z } from "zod";
import { StartError } from "./start-error.ts";

const aPort = "takes a port from 0 (any free one) to 65535";
const Port = z
  .string()
  .regex(/^\d{1,5}$/, aPort)
  .transform(Number)
  .refine((port) => port <= 65_535, aPort);
/** The one that OpenTelemetry's exporters use. */
const defaultGrpcPort = 4317;
const aMaxMib = "takes a number of MiB from 1 to 1024";

const Environment = z.object({
  PORT: Port.default(3000),
  HOST: z.string().default("127.0.0.1"),
  RATCHET_DATA_DIR: z.string().default(join(process.cwd(), ".ratchet")),
  RATCHET_CLICKHOUSE_URL: z
    .url({ protocol: /^https?$/, error: "takes a URL such as http://user:password@localhost:8123/ratchet" })
    .optional(),
  RATCHET_POSTGRES_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "takes a URL such as postgres://user:password@localhost:5432/ratchet" })
    .optional(),
  RATCHET_OTLP_GRPC_PORT: z.union([z.literal("off"), Port], { error: `${aPort}, or off` }).optional(),
  RATCHET_OTLP_MAX_MIB: z
    .string()
    .regex(/^\d{1,4}$/, aMaxMib)
    .transform(Number)
    .refine((mib) => mib >= 1 && mib <= 1024, aMaxMib)
    .default(64),
  RATCHET_FSYNC: z.enum(["on", "off"], { error: "takes on or off" }).default("on"),
  RATCHET_MIN_FREE_MIB: z
    .string()
    .regex(/^\d{1,7}$/, "takes a number of MiB")
    .transform(Number)
    .default(512),
  RATCHET_LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "silent"], {
      error: "takes one of trace, debug, info, warn, error and silent",
    })
    .default("info"),
});

export interface Config {
  /** 0 takes a free port. */
  port: number;
  /** 127.0.0.1 unless `HOST` says otherwise; any other address asks for API keys. */
  host: string;
  dataDir: string;
  clickhouseUrl: string | undefined;
  postgresUrl: string | undefined;
  /** Undefined turns OTLP over gRPC off; where the port is only the usual one, the server starts without it too. */
  otlpGrpc: { port: number; isRequired: boolean } | undefined;
  /** Of one export, as sent and decompressed. */
  maxExportBytes: number;
  /** Inserts survive a power failure; without it only the end of the process. */
  isFsyncOn: boolean;
  /** Of the telemetry engine's disk: with less nothing is taken. */
  minFreeBytes: number;
  logLevel: z.infer<typeof Environment>["RATCHET_LOG_LEVEL"];
}

/**
 * An empty variable counts as unset.
 *
 * @throws StartError naming the variable and what it takes; never its value, which may hold a password.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    throw new StartError(`The environment cannot be used: ${faults.join("; ")}.`);
  }
  const values = parsed.data;
  return {
    port: values.PORT,
    host: values.HOST,
    dataDir: values.RATCHET_DATA_DIR,
    clickhouseUrl: values.RATCHET_CLICKHOUSE_URL,
    postgresUrl: values.RATCHET_POSTGRES_URL,
    otlpGrpc: toOtlpGrpc(values.RATCHET_OTLP_GRPC_PORT),
    maxExportBytes: values.RATCHET_OTLP_MAX_MIB * 1024 * 1024,
    isFsyncOn: values.RATCHET_FSYNC === "on",
    minFreeBytes: values.RATCHET_MIN_FREE_MIB * 1024 * 1024,
    logLevel: values.RATCHET_LOG_LEVEL,
  };
}

function toOtlpGrpc(given: number | "off" | undefined): Config["otlpGrpc"] {
  if (given === "off") return undefined;
  return given === undefined ? { port: defaultGrpcPort, isRequired: false } : { port: given, isRequired: true };
}
