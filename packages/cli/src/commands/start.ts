/** `ratchet start`. */
import { buildCommand, numberParser } from "@stricli/core";
import { findInClone, runScript } from "../clone.ts";
import type { CliContext } from "../context.ts";

interface Flags {
  readonly port?: number;
  readonly sample: boolean;
}

export const command = buildCommand({
  async func(this: CliContext, { port, sample }: Flags) {
    const args = [...(sample ? [] : ["--no-sample"]), ...(port === undefined ? [] : ["--port", String(port)])];
    this.process.exitCode = await runScript(
      findInClone("scripts/start.js"),
      args,
      this.streams.env,
      this.streams.interrupt,
    );
  },
  parameters: {
    flags: {
      port: { kind: "parsed", parse: numberParser, optional: true, brief: "Where to listen, 3000 by default" },
      sample: { kind: "boolean", default: true, brief: "Run the sample project" },
    },
  },
  docs: { brief: "Start the server", customUsage: ["", "--no-sample --port 3100"] },
});
