/** The environment, read once. */
import { z } from "zod";

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ""));
const count = (low: number, high: number) => z.coerce.number().int().min(low).max(high);

const ModelEnvironment = z
  .object({
    TEAMMATE_MODEL: z.string().min(1).optional(),
    TEAMMATE_BASE_URL: url.optional(),
    TEAMMATE_API_KEY: z.string().min(1).optional(),
    TEAMMATE_MODEL_TIMEOUT_MS: count(100, 600_000).default(60_000),
  })
  .refine((env) => env.TEAMMATE_MODEL === undefined || env.TEAMMATE_BASE_URL !== undefined, {
    path: ["TEAMMATE_BASE_URL"],
    message: "TEAMMATE_MODEL needs the address of its OpenAI-compatible API, such as http://localhost:11434/v1",
  });

const Environment = z.object({
  PORT: count(0, 65_535).default(3100),
  GITHUB_WEBHOOK_SECRET: z.string().min(8, "give the webhook's secret, at least 8 characters"),
  GITHUB_API_URL: url.default("https://api.github.com"),
  GITHUB_TOKEN: z.string().min(1, "give a token that may read issues and write labels and comments"),
  TEAMMATE_LOGIN: z.string().min(1).max(100).default("ratchet-teammate"),
  TEAMMATE_DATA_DIR: z.string().min(1).default(".ratchet/teammate"),
  TEAMMATE_PROMPTS_DIR: z.string().min(1).optional(),
  TEAMMATE_REPLIES_PER_THREAD: count(0, 20).default(1),
  TEAMMATE_HISTORY_THREADS: count(0, 20_000).default(1000),
  TEAMMATE_REACTION_POLL_MS: count(100, 86_400_000).default(600_000),
  TEAMMATE_FEEDBACK_SOURCE: z.string().min(1).max(100).default("github"),
  TEAMMATE_REACTION_SOURCE: z.string().min(1).max(100).optional(),
});

export interface ModelSettings {
  name: string;
  baseUrl: string;
  apiKey: string | undefined;
  timeoutMs: number;
}

export interface Config {
  port: number;
  webhookSecret: string;
  githubUrl: string;
  githubToken: string;
  /** Our own account on GitHub, without `@`. */
  login: string;
  dataDir: string;
  promptsDir: string | undefined;
  /** `null`: the built-in baseline answers. */
  model: ModelSettings | null;
  repliesPerThread: number;
  historyThreads: number;
  reactionPollMs: number;
  feedbackSource: string;
  reactionSource: string;
}

/** The environment says something impossible; the message has one line a variable, with what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "invalid-environment";
}

/** @throws {ConfigError} */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const env = parse(Environment, environment);
  return {
    port: env.PORT,
    webhookSecret: env.GITHUB_WEBHOOK_SECRET,
    githubUrl: env.GITHUB_API_URL,
    githubToken: env.GITHUB_TOKEN,
    login: env.TEAMMATE_LOGIN.replace(/^@/, ""),
    dataDir: env.TEAMMATE_DATA_DIR,
    promptsDir: env.TEAMMATE_PROMPTS_DIR,
    model: readModelSettings(environment),
    repliesPerThread: env.TEAMMATE_REPLIES_PER_THREAD,
    historyThreads: env.TEAMMATE_HISTORY_THREADS,
    reactionPollMs: env.TEAMMATE_REACTION_POLL_MS,
    feedbackSource: env.TEAMMATE_FEEDBACK_SOURCE,
    reactionSource: env.TEAMMATE_REACTION_SOURCE ?? env.TEAMMATE_FEEDBACK_SOURCE,
  };
}

/** `null` when no model is set. @throws {ConfigError} */
export function readModelSettings(environment: NodeJS.ProcessEnv): ModelSettings | null {
  const env = parse(ModelEnvironment, environment);
  if (!env.TEAMMATE_MODEL || !env.TEAMMATE_BASE_URL) return null;
  return {
    name: env.TEAMMATE_MODEL,
    baseUrl: env.TEAMMATE_BASE_URL,
    apiKey: env.TEAMMATE_API_KEY,
    timeoutMs: env.TEAMMATE_MODEL_TIMEOUT_MS,
  };
}

function parse<Output>(schema: z.ZodType<Output>, environment: NodeJS.ProcessEnv): Output {
  // An empty variable is an absent one: that is how shells and compose files unset them.
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => {
    const name = path.join(".");
    return `  ${name}${present[name] === undefined ? " is not set" : ""}: ${message}`;
  });
  throw new ConfigError(
    `Teammate cannot start with this environment:\n${lines.join("\n")}\nSee README.md, Environment.`,
  );
}
