/** Prompts as code: files in the repository, switched by the server's releases and rollouts without a restart. */
import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, context, type Span, trace } from "@opentelemetry/api";
import { attribute } from "@ratchet/protocol/attributes";
import { choosePrompt, isExposing, type PinnedConfig, pinConfig, releaseOf } from "./choose-arm.ts";
import { whenClientStarts } from "./client.ts";
import { ConfigWatcher } from "./config-watcher.ts";
import { type LocalPrompt, readPromptDirectory } from "./prompt-directory.ts";
import { type CompiledPrompt, compilePrompt } from "./prompt-file.ts";
import { propagatedOf } from "./propagate.ts";
import { settleWithin } from "./settle-within.ts";
import { traceScopeOf } from "./trace-scope.ts";

export { BrokenPromptError } from "./prompt-file.ts";
export type { PromptMessage, RenderedPrompt } from "./rendered-prompt.ts";

export interface Prompt extends CompiledPrompt {
  /** The git commit that the content came from; `null` when it is not known, or the file has uncommitted changes. */
  readonly commit: string | null;
  /** The release that serves it, as `R-3`; `null` for a local file or an override. */
  readonly release: string | null;
}

export interface PromptsOptions {
  /** Holds `.prompt` files, also in folders; `prompts` below the working directory by default. */
  directory?: string | URL;
}

/** How long a starting process waits for the server's word before its own files serve. */
const firstAnswerMs = 1000;

const local = new Map<string, LocalPrompt>();
const overrides = new AsyncLocalStorage<ReadonlyMap<string, CompiledPrompt>>();
let watcher: ConfigWatcher | undefined;
let isWatching = false;

/** The prompts of this process. Fill it with {@link definePrompts} first. */
export const prompts = {
  /**
   * The version that serves now: an {@link override} of this async context, else the arm's version of the server's release,
   * else the local file. Reads memory only. The current span is marked with it, so call this inside the traced function that
   * uses the prompt.
   *
   * @throws RangeError when there is no such prompt.
   */
  get(name: string): Prompt {
    const active = context.active();
    const span = trace.getSpan(active);
    const isOverridden = overrides.getStore() !== undefined;
    const pinned = pinFor(active, span, isOverridden);
    const prompt = findPrompt(name, pinned);
    if (span !== undefined) markPrompt(span, prompt);
    // What runs under an override is a trial, whatever it reads: no release is to be judged by it.
    if (pinned !== undefined && !isOverridden) markRelease(new Set([traceScopeOf(active)?.root, span]), pinned, prompt);
    return prompt;
  },

  /**
   * Serves these contents instead, to whatever `fn` does and starts: how evals try a prompt that is not released.
   *
   * @param contents File contents by name.
   * @throws {@link BrokenPromptError} before `fn` is called.
   */
  async override<Result>(contents: Readonly<Record<string, string>>, fn: () => Result): Promise<Awaited<Result>> {
    const compiled = new Map(overrides.getStore());
    for (const [name, content] of Object.entries(contents)) {
      compiled.set(name, await compilePrompt(name, content, `override of ${name}`));
    }
    return await overrides.run(compiled, fn);
  },
};

/**
 * Reads the prompt files, once, and follows the server's releases from then on. Waits at most a second for the server. More
 * directories may be added by calling it again.
 *
 * @throws {@link BrokenPromptError} naming file and line; an error when the directory cannot be read or a name appears twice.
 * @example
 * const prompts = await definePrompts({ directory: "prompts" });
 * const { messages } = await prompts.get("triage").render({ title, body });
 */
export async function definePrompts(options: PromptsOptions = {}): Promise<typeof prompts> {
  for (const prompt of await readPromptDirectory(options.directory ?? "prompts")) {
    const former = local.get(prompt.name);
    if (former !== undefined && former.file !== prompt.file) {
      throw new RangeError(`two files define the prompt "${prompt.name}": ${former.file} and ${prompt.file}`);
    }
    local.set(prompt.name, prompt);
  }
  if (!isWatching) {
    isWatching = true;
    whenClientStarts((client) => {
      watcher = new ConfigWatcher(client);
    });
  }
  if (watcher !== undefined) await settleWithin(watcher.firstAnswer, firstAnswerMs);
  return prompts;
}

/** Once per trace: what comes later in it sees the same release, even if the configuration has changed meanwhile. */
function pinFor(active: Context, span: Span | undefined, isOverridden: boolean): PinnedConfig | undefined {
  const served = watcher?.served;
  if (served !== undefined && isOverridden) return pinConfig(served, undefined);
  const scope = traceScopeOf(active);
  if (scope?.pinned !== undefined) return scope.pinned ?? undefined;
  const { unit, sessionId, userId } = propagatedOf(active) ?? {};
  const pinned = served && pinConfig(served, unit ?? sessionId ?? userId ?? span?.spanContext().traceId);
  if (scope !== undefined) scope.pinned = pinned ?? null;
  return pinned;
}

function findPrompt(name: string, pinned: PinnedConfig | undefined): Prompt {
  const overridden = overrides.getStore()?.get(name);
  if (overridden !== undefined) return { ...overridden, commit: null, release: null };
  const chosen = pinned && choosePrompt(pinned, name);
  if (chosen !== undefined) return { ...chosen.prompt, commit: chosen.commit, release: chosen.release };
  const file = local.get(name);
  if (file !== undefined) return { ...file.prompt, commit: file.commit, release: null };
  const known = [...local.keys()].join(", ") || "none: call definePrompts({ directory }) first";
  throw new RangeError(`there is no prompt "${name}"; known are ${known}`);
}

function markPrompt(span: Span, prompt: Prompt): void {
  span.setAttribute(attribute.promptName, prompt.name);
  span.setAttribute(attribute.promptVersion, prompt.version);
  if (prompt.commit !== null) span.setAttribute(attribute.promptCommit, prompt.commit);
}

/** The exposure only where the arms serve different versions: else nobody has seen a difference. */
function markRelease(spans: ReadonlySet<Span | undefined>, pinned: PinnedConfig, prompt: Prompt): void {
  const exposing = isExposing(pinned, prompt.name);
  const release = releaseOf(pinned);
  if (!release || (prompt.release === null && !exposing)) return;
  const { assignment } = pinned;
  for (const span of spans) {
    span?.setAttribute(attribute.release, release.id);
    if (!exposing || assignment === null) continue;
    span?.setAttributes({
      [attribute.rollout]: assignment.rollout,
      [attribute.arm]: assignment.arm,
      [attribute.unit]: assignment.unit,
      [attribute.plannedShare]: assignment.plannedShare,
    });
  }
}
