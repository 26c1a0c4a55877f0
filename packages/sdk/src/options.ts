/** What the SDK can be told, by `init` or by the environment. */
import { warnOnce } from "./warn-once.ts";

export interface InitOptions {
  /** Where Ratchet listens, as `http://localhost:3000`. Environment: `RATCHET_URL`. Without it the SDK does nothing. */
  url?: string;
  /** Environment: `RATCHET_API_KEY`. Only a server that listens beyond its own machine needs one. */
  apiKey?: string;
  /** The project's slug. Environment: `RATCHET_PROJECT`. The server's default project when absent. */
  project?: string;
  /** As `production` or `staging`. Environment: `RATCHET_ENVIRONMENT`. */
  environment?: string;
  /** The application's own version, such as a git commit. Environment: `RATCHET_RELEASE`. */
  release?: string;
  /** Share of traces that are recorded, in [0, 1]; 1 by default. An application's own OpenTelemetry provider decides for itself. */
  sampleRate?: number;
  /** Rewrites the text of inputs, outputs and error messages before it leaves the process. If it throws, the text is withheld. */
  mask?: (text: string) => string;
  /** `false` records neither inputs nor outputs; `true` by default. */
  captureContent?: boolean;
  /** Environment: `OTEL_SERVICE_NAME`. */
  serviceName?: string;
  /** How often prompts and rollouts are asked for; 5,000 by default. */
  pollIntervalMs?: number;
}

export interface ClientOptions {
  /** Ends in `/`, so that relative paths resolve below a prefix. */
  url: URL;
  headers: Record<string, string>;
  project: string | undefined;
  environment: string | undefined;
  release: string | undefined;
  sampleRate: number;
  mask: ((text: string) => string) | undefined;
  captureContent: boolean;
  serviceName: string | undefined;
  pollIntervalMs: number;
}

/** `undefined` when there is nowhere to send to, or OpenTelemetry's own switch is off. */
export function resolveOptions(given: InitOptions, environment: NodeJS.ProcessEnv, projectHeader: string) {
  const url = parseUrl(given.url ?? environment.RATCHET_URL);
  if (url === undefined || environment.OTEL_SDK_DISABLED === "true") return undefined;
  const apiKey = given.apiKey ?? environment.RATCHET_API_KEY;
  const project = given.project ?? environment.RATCHET_PROJECT;
  return {
    url,
    headers: {
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
      ...(project ? { [projectHeader]: project } : {}),
    },
    project,
    environment: given.environment ?? environment.RATCHET_ENVIRONMENT,
    release: given.release ?? environment.RATCHET_RELEASE,
    sampleRate: Math.min(1, Math.max(0, readNumber("sampleRate", given.sampleRate, 1))),
    mask: given.mask,
    captureContent: given.captureContent ?? true,
    serviceName: given.serviceName,
    pollIntervalMs: Math.max(100, readNumber("pollIntervalMs", given.pollIntervalMs, 5000)),
  } satisfies ClientOptions;
}

/** Not a number is what `Number(process.env.…)` gives for a variable that is not set. */
function readNumber(name: string, given: number | undefined, fallback: number): number {
  if (given === undefined || Number.isFinite(given)) return given ?? fallback;
  warnOnce(name, `${name} is ${given}, so ${fallback} is taken`);
  return fallback;
}

function parseUrl(text: string | undefined): URL | undefined {
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    warnOnce(
      "url",
      `"${text}" is not an http(s) URL, so nothing is traced; RATCHET_URL looks like http://localhost:3000`,
    );
    return undefined;
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}
