/** Where the server is and who asks: flag before environment before default. */
import type { ServerAddress } from "@ratchet/evals/http";
import type { ServerFlags } from "./context.ts";
import { UsageError } from "./describe-failure.ts";

export interface Setting {
  readonly name: "url" | "project" | "apiKey";
  readonly value: string | undefined;
  /** `--url`, `RATCHET_URL` or `default`. */
  readonly source: string;
}
export type Settings = Readonly<Record<Setting["name"], Setting>>;

/** @throws {UsageError} when a value cannot be right; it names the source. */
export function resolveSettings(flags: ServerFlags, env: Readonly<Record<string, string | undefined>>): Settings {
  const settings = {
    url: choose("url", flags.url, "RATCHET_URL", env, "http://localhost:3000"),
    project: choose("project", flags.project, "RATCHET_PROJECT", env, "default"),
    // Never by a flag: process lists and shell histories would show it.
    apiKey: choose("apiKey", undefined, "RATCHET_API_KEY", env, undefined),
  };
  const { url, project } = settings;
  const protocol = URL.canParse(url.value ?? "") ? new URL(url.value ?? "").protocol : "";
  if (protocol !== "http:" && protocol !== "https:") {
    throw new UsageError(`${JSON.stringify(url.value)} (${url.source}) is not a URL of a server.`, {
      fix: "Give an origin such as http://localhost:3000.",
    });
  }
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(project.value ?? "")) {
    throw new UsageError(`${JSON.stringify(project.value)} (${project.source}) cannot name a project.`, {
      fix: "A project is named by 1 to 63 of a-z, 0-9 and -, starting with a letter or digit.",
    });
  }
  return settings;
}

export function toAddress({ url, project, apiKey }: Settings): ServerAddress {
  return { url: url.value ?? "", project: project.value ?? "", apiKey: apiKey.value };
}

function choose(
  name: Setting["name"],
  flag: string | undefined,
  variable: string,
  env: Readonly<Record<string, string | undefined>>,
  fallback: string | undefined,
): Setting {
  if (flag !== undefined) return { name, value: flag, source: `--${name}` };
  // An empty variable is how shells unset one.
  if (env[variable]) return { name, value: env[variable], source: variable };
  return { name, value: fallback, source: "default" };
}
