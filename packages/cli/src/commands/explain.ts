/** `ratchet explain <code>`. */
import { problems } from "@ratchet/protocol";
import { buildCommand } from "@stricli/core";
import type { CliContext, JsonFlag } from "../context.ts";
import { jsonFlag } from "../context.ts";
import { UsageError } from "../describe-failure.ts";
import { formatTable } from "../output/table.ts";

export const command = buildCommand({
  func(this: CliContext, { json }: JsonFlag, code?: string) {
    const all = Object.entries(problems).map(([name, { status, title }]) => ({ code: name, status, title }));
    const known = code === undefined ? all : all.filter((problem) => problem.code === code);
    if (known.length === 0) {
      throw new UsageError(`There is no code ${JSON.stringify(code)}.`, { fix: "ratchet explain lists them all." });
    }
    if (json) return this.output.printJson({ problems: known });
    const lines = formatTable<(typeof all)[number]>(
      [
        { title: "code", text: (problem) => problem.code },
        { title: "HTTP", text: (problem) => String(problem.status), align: "right" },
        { title: "meaning", text: (problem) => problem.title },
      ],
      known,
      this.output.width,
    );
    this.output.print(lines.join("\n"));
  },
  parameters: {
    flags: jsonFlag,
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, brief: "As not-found; all when left out", placeholder: "code", optional: true }],
    },
  },
  docs: { brief: "What an error code means" },
});
