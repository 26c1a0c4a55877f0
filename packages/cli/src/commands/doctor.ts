/** `ratchet doctor`. */
import { buildCommand } from "@stricli/core";
import type { Api } from "../api.ts";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { describeFailure, exitCodes } from "../describe-failure.ts";
import { formatTable } from "../output/table.ts";
import { version } from "../version.ts";

interface Check {
  readonly name: string;
  readonly isFine: boolean;
  readonly note: string;
}

export const command = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag) {
    const api = await connect(this, flags);
    const { url, project, apiKey } = api.http.address;
    const server = await attempt(this, "server", `answers at ${url}`, () => api.checkReady());
    const checks: Check[] = [
      { name: "ratchet", isFine: true, note: version },
      { name: "node", isFine: true, note: `${process.versions.node} on ${process.platform} ${process.arch}` },
      server.check,
    ];
    let exitCode = server.exitCode;
    if (server.check.isFine) {
      const access = await attempt(this, "project", describeAccess(project, apiKey), () => api.findProject());
      checks.push(access.check, await checkLive(api, access.check.isFine));
      exitCode = access.exitCode;
    }
    this.process.exitCode = exitCode;
    if (json) return this.output.printJson({ checks });
    const { style, width } = this.output;
    const [, ...lines] = formatTable<Check>(
      [
        {
          title: "",
          text: ({ isFine }) => (isFine ? style.symbols.good : style.symbols.bad),
          paint: (cell, { isFine }) => (isFine ? style.good(cell) : style.bad(cell)),
        },
        { title: "", text: ({ name }) => name },
        { title: "", text: ({ note }) => note },
      ],
      checks,
      width,
    );
    this.output.print(lines.join("\n"));
  },
  parameters: { flags: { ...serverFlags, ...jsonFlag } },
  docs: { brief: "Check this machine, the server and the key" },
});

/** A check that fails is a line of the report; its exit code becomes the command's. */
async function attempt(context: CliContext, name: string, fine: string, ask: () => Promise<unknown>) {
  try {
    await ask();
    return { check: { name, isFine: true, note: fine }, exitCode: exitCodes.ok };
  } catch (error) {
    const { streams, output } = context;
    const { text, exitCode } = describeFailure(error, { streams, style: output.style, debug: false });
    return { check: { name, isFine: false, note: text.replace(/^\S+ /, "") }, exitCode };
  }
}

async function checkLive(api: Api, mayAsk: boolean): Promise<Check> {
  const release = mayAsk ? (await api.findSdkConfig()).release : null;
  const note =
    release === null ? "nothing yet: ratchet release create makes the first release" : `${release.id} is live`;
  return { name: "release", isFine: true, note };
}

function describeAccess(project: string, apiKey: string | undefined): string {
  return `${project}, ${apiKey === undefined ? "without a key (local)" : "with the key of RATCHET_API_KEY"}`;
}
