/** Records the prompt files under test as versions on the server. */
import { dirname, relative, sep } from "node:path";
import { PromptVersion, SdkConfig } from "@ratchet/protocol";
import { findOptionalCheckout } from "./git.ts";
import type { HttpClient } from "./http.ts";
import type { PromptFile } from "./prompt-files.ts";

export interface PushOptions {
  /** Directory that holds the files. */
  readonly directory: string;
  /** Failures that the change is meant to fix. */
  readonly fixes: readonly string[];
  readonly message?: string;
}

/**
 * Pushes every file; a version that is there already stays as it is. Only prompts that differ from what is live
 * carry the fixes: an unchanged prompt fixes nothing.
 */
export async function pushPrompts(
  http: HttpClient,
  files: readonly PromptFile[],
  options: PushOptions,
): Promise<PromptVersion[]> {
  const live = options.fixes.length === 0 ? {} : await findLivePrompts(http);
  const checkout = await findOptionalCheckout(options.directory, "directory");
  const pushed: PromptVersion[] = [];
  for (const { name, file, content, version } of files) {
    const path = relative(checkout?.root ?? dirname(options.directory), file);
    const body = {
      name,
      path: path.split(sep).join("/"),
      content,
      // A commit that has another content is not where this one came from.
      commit: checkout?.isClean ? checkout.commit : null,
      message: options.message ?? "",
      fixes: live[name] === version ? [] : options.fixes,
    };
    pushed.push(await http.request("POST", "/api/prompts", PromptVersion, { body }));
  }
  return pushed;
}

async function findLivePrompts(http: HttpClient): Promise<Record<string, string>> {
  const { release } = await http.request("GET", "/api/sdk/config", SdkConfig);
  return release?.prompts ?? {};
}
