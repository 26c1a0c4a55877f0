/** What every command gets: streams, settings, output; and the flags that they share. */
import type { Command, CommandContext, RouteMap } from "@stricli/core";
import type { Api } from "./api.ts";
import type { Output } from "./output/output.ts";

interface CliStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal in cells. */
  readonly columns?: number;
}

export interface CliStreams {
  readonly stdout: CliStream;
  readonly stderr: CliStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory. */
  readonly directory: string;
  /** Aborted by the first Ctrl-C. */
  readonly interrupt: AbortSignal;
  /** Milliseconds since 1970: ages are counted from here. */
  readonly now: () => number;
}

export interface CliContext extends CommandContext {
  /** What Stricli reads and sets; a command that ends without an error sets its exit code here. */
  readonly process: CommandContext["process"] & { env?: CliStreams["env"]; exitCode?: number | string | null };
  readonly streams: CliStreams;
  readonly output: Output;
}

/** A command, or a group of them. */
export type CliRoute = Command<CliContext> | RouteMap<CliContext>;

/** Flags of every command that asks the server. */
export interface ServerFlags {
  readonly url?: string | undefined;
  readonly project?: string | undefined;
}

export interface JsonFlag {
  readonly json: boolean;
}

export const serverFlags = {
  url: { kind: "parsed", parse: String, optional: true, brief: "The server (RATCHET_URL)", placeholder: "url" },
  project: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "The project (RATCHET_PROJECT)",
    placeholder: "slug",
  },
} as const;

export const jsonFlag = {
  json: { kind: "boolean", default: false, withNegated: false, brief: "Print one JSON document on stdout" },
} as const;

/** The server's API as the settings name it. Loaded when needed: help and usage errors stay fast. */
export async function connect(context: CliContext, flags: ServerFlags): Promise<Api> {
  const [{ createApi }, { resolveSettings, toAddress }] = await Promise.all([
    import("./api.ts"),
    import("./settings.ts"),
  ]);
  return createApi(toAddress(resolveSettings(flags, context.streams.env)), context.streams.interrupt);
}
