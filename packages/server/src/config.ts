/** The server's environment: read once, validated, explained. */
import { join } from "node:path";
import { z } from "zod";

const Port = z.coerce.number().int().min(0).max(65_535);
const Environment = z.object({
  PORT: Port.default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  RATCHET_DATA_DIR: z.string().min(1).default(join(process.cwd(), ".ratchet")),
  RATCHET_CLICKHOUSE_URL: z.url().optional(),
  RATCHET_POSTGRES_URL: z.url().optional(),
  RATCHET_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});

export interface Config {
  /** 0 takes a free port. */
  port: number;
  /** 127.0.0.1 unless `HOST` says otherwise; any other address asks for API keys. */
  host: string;
  dataDir: string;
  clickhouseUrl: string | undefined;
  postgresUrl: string | undefined;
  logLevel: z.infer<typeof Environment>["RATCHET_LOG_LEVEL"];
}

/** A variable of the environment that cannot be used. The message names it and what it takes. */
export class ConfigError extends Error {}

/** @throws ConfigError */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue?.path.join(".")}: ${issue?.message}. See the table of variables in README.md.`);
  }
  const values = parsed.data;
  return {
    port: values.PORT,
    host: values.HOST,
    dataDir: values.RATCHET_DATA_DIR,
    clickhouseUrl: values.RATCHET_CLICKHOUSE_URL,
    postgresUrl: values.RATCHET_POSTGRES_URL,
    logLevel: values.RATCHET_LOG_LEVEL,
  };
}
