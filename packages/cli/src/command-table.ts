/** Every command, in the order of the loop, loaded only when called. */
import type { CliRoute } from "./context.ts";

interface CommandEntry {
  readonly brief: string;
  readonly load: () => Promise<{ readonly command: CliRoute }>;
  readonly subcommands?: readonly string[];
}

export const commands: Readonly<Record<string, CommandEntry>> = {
  start: { brief: "Start the server", load: () => import("./commands/start.ts") },
  demo: { brief: "Let the server's sample run the loop again", load: () => import("./commands/demo.ts") },
  status: { brief: "Where every failure is in the loop, and what is next", load: () => import("./commands/status.ts") },
  traces: {
    brief: "What the application did",
    load: () => import("./commands/traces.ts"),
    subcommands: ["list", "show", "delete"],
  },
  feedback: { brief: "Judge a trace", load: () => import("./commands/feedback.ts") },
  failures: {
    brief: "What goes wrong",
    load: () => import("./commands/failures.ts"),
    subcommands: ["list", "show", "capture"],
  },
  datasets: {
    brief: "Test cases and their versions",
    load: () => import("./commands/datasets.ts"),
    subcommands: ["list", "show", "push", "export"],
  },
  prompts: {
    brief: "Prompt files: check, compare with the server, record",
    load: () => import("./commands/prompts.ts"),
    subcommands: ["check", "diff", "push"],
  },
  eval: { brief: "Run evals, and gate the change on them", load: () => import("./commands/eval.ts") },
  gate: { brief: "Ask for the verdict on two experiments", load: () => import("./commands/gate.ts") },
  release: {
    brief: "Name what may ship",
    load: () => import("./commands/release.ts"),
    subcommands: ["create", "list"],
  },
  rollout: {
    brief: "Take a release to traffic, guarded",
    load: () => import("./commands/rollout.ts"),
    subcommands: ["start", "show", "pause", "resume", "advance", "abort"],
  },
  keys: {
    brief: "API keys",
    load: () => import("./commands/keys.ts"),
    subcommands: ["create", "list", "revoke"],
  },
  doctor: { brief: "Check this machine, the server and the key", load: () => import("./commands/doctor.ts") },
  config: { brief: "The settings in force and where they come from", load: () => import("./commands/config.ts") },
  explain: { brief: "What an error code means", load: () => import("./commands/explain.ts") },
};
