/** `ratchet keys create | list | revoke`. */
import type { ApiKey } from "@ratchet/protocol";
import { buildCommand, buildRouteMap } from "@stricli/core";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { formatAge, formatCount } from "../output/quantities.ts";
import { formatTable } from "../output/table.ts";

interface CreateFlags extends ServerFlags, JsonFlag {
  readonly allProjects: boolean;
}

const create = buildCommand({
  async func(this: CliContext, flags: CreateFlags, name: string) {
    const api = await connect(this, flags);
    const key = await api.createKey({ name, project: flags.allProjects ? null : api.http.address.project });
    if (flags.json) return this.output.printJson(key);
    this.output.print(key.secret);
    this.output.note("This is shown once. Use it as RATCHET_API_KEY.");
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      allProjects: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "For all projects, not only this one",
      },
    },
    positional: { kind: "tuple", parameters: [{ parse: String, brief: "What it is for, as ci", placeholder: "name" }] },
  },
  docs: { brief: "Make a key and print it, once", customUsage: ["ci", "admin --all-projects"] },
});

const list = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag) {
    const { keys, total } = await (await connect(this, flags)).listKeys();
    if (json) return this.output.printJson({ keys, total });
    if (keys.length === 0) return this.output.note("No keys. On its own machine the server needs none.");
    const now = this.streams.now();
    const lines = formatTable<ApiKey>(
      [
        { title: "id", text: ({ id }) => id },
        { title: "starts with", text: ({ prefix }) => prefix },
        { title: "project", text: ({ project }) => project ?? "all" },
        { title: "last used", text: ({ lastUsedAt }) => (lastUsedAt === null ? "never" : formatAge(lastUsedAt, now)) },
        { title: "name", text: ({ name }) => name },
      ],
      keys,
      this.output.width,
    );
    this.output.print(lines.join("\n"));
    this.output.note(formatCount(keys.length, total, "key"));
  },
  parameters: { flags: { ...serverFlags, ...jsonFlag } },
  docs: { brief: "List keys" },
});

const revoke = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag, id: string) {
    await (await connect(this, flags)).deleteKey(id);
    if (json) return this.output.printJson({ revoked: id });
    this.output.print(`Revoked ${id}`);
  },
  parameters: {
    flags: { ...serverFlags, ...jsonFlag },
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, brief: "As `ratchet keys list` says", placeholder: "id" }],
    },
  },
  docs: { brief: "Take a key away, at once" },
});

export const command = buildRouteMap({ routes: { create, list, revoke }, docs: { brief: "API keys" } });
