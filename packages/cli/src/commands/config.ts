/** `ratchet config`. */
import { buildCommand } from "@stricli/core";
import { type CliContext, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { formatTable } from "../output/table.ts";
import { resolveSettings, type Setting } from "../settings.ts";

export const command = buildCommand({
  func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag) {
    const settings = Object.values(resolveSettings(flags, this.streams.env)).map(redact);
    if (json) return this.output.printJson({ settings });
    const lines = formatTable<Setting>(
      [
        { title: "setting", text: ({ name }) => name },
        { title: "source", text: ({ source }) => source },
        { title: "value", text: ({ value }) => value ?? "none" },
      ],
      settings,
      this.output.width,
    );
    this.output.print(lines.join("\n"));
  },
  parameters: { flags: { ...serverFlags, ...jsonFlag } },
  docs: { brief: "The settings in force and where they come from" },
});

/** A key is never printed: its first characters tell which one it is. */
function redact(setting: Setting): Setting {
  return setting.name === "apiKey" && setting.value !== undefined
    ? { ...setting, value: `${setting.value.slice(0, Math.min(8, setting.value.length / 3))}…` }
    : setting;
}
