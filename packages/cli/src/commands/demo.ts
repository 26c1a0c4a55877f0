/** `ratchet demo`. */
import { buildCommand } from "@stricli/core";
import { findInClone, runScript } from "../clone.ts";
import { type CliContext, connect, type ServerFlags, serverFlags } from "../context.ts";
import { resolveSettings } from "../settings.ts";

export const command = buildCommand({
  async func(this: CliContext, flags: ServerFlags) {
    const main = findInClone("apps/sample/src/main.ts");
    // Asked first, so that a missing server is told in one line.
    await (await connect(this, flags)).checkReady();
    const { env, interrupt } = this.streams;
    const { url } = resolveSettings(flags, env);
    this.process.exitCode = await runScript(main, ["--again"], { ...env, RATCHET_URL: url.value }, interrupt);
  },
  parameters: { flags: serverFlags },
  docs: { brief: "Let the server's sample run the loop again" },
});
