/** `ratchet datasets list | show | push | export`. */
import type { Case, Dataset, DatasetVersion } from "@ratchet/protocol";
import { buildCommand, buildRouteMap, numberParser } from "@stricli/core";
import type { Api } from "../api.ts";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { toOneLine } from "../output/plain-text.ts";
import { formatAge, formatCount } from "../output/quantities.ts";
import { formatTable } from "../output/table.ts";
import { readCaseFile } from "../read-case-file.ts";

const name = { parse: String, brief: "Of the dataset", placeholder: "name" } as const;
const version = { kind: "parsed", parse: numberParser, optional: true, brief: "The newest by default" } as const;
const pageSize = 1000;

const list = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag) {
    const { datasets, total } = await (await connect(this, flags)).listDatasets();
    if (json) return this.output.printJson({ datasets, total });
    if (datasets.length === 0) return this.output.note("No dataset yet. ratchet failures capture F-1 makes one.");
    const lines = formatTable<Dataset>(
      [
        { title: "dataset", text: (dataset) => dataset.name },
        { title: "version", text: ({ latestVersion }) => `v${latestVersion}`, align: "right" },
        { title: "cases", text: ({ caseCount }) => String(caseCount), align: "right" },
        { title: "locked", text: ({ lockedCount }) => String(lockedCount), align: "right" },
        { title: "failures", text: ({ failures }) => failures.join(" ") },
      ],
      datasets,
      this.output.width,
    );
    this.output.print(lines.join("\n"));
    this.output.note(formatCount(datasets.length, total, "dataset"));
  },
  parameters: { flags: { ...serverFlags, ...jsonFlag } },
  docs: { brief: "List datasets" },
});

const show = buildCommand({
  async func(this: CliContext, { json, ...flags }: ServerFlags & JsonFlag, dataset: string) {
    const api = await connect(this, flags);
    const detail = await api.findDataset(dataset);
    if (json) return this.output.printJson(detail);
    const { print, note, style, width } = this.output;
    print(
      `${style.strong(detail.name)}  v${detail.latestVersion}, ${detail.caseCount} cases, ${detail.lockedCount} locked`,
    );
    if (detail.description !== "") print(toOneLine(detail.description));
    const now = this.streams.now();
    const lines = formatTable<DatasetVersion>(
      [
        { title: "version", text: (one) => `v${one.version}` },
        { title: "age", text: ({ createdAt }) => formatAge(createdAt, now), align: "right" },
        { title: "cases", text: ({ caseCount }) => String(caseCount), align: "right" },
        { title: "change", text: ({ added, changed, removed }) => `+${added} ~${changed} -${removed}` },
        { title: "author", text: ({ author }) => author },
        { title: "message", text: ({ message }) => message },
      ],
      detail.versions,
      width,
    );
    print(lines.join("\n"));
    note(`open  ${api.pageUrl(`/datasets/${encodeURIComponent(detail.name)}`)}`);
  },
  parameters: { flags: { ...serverFlags, ...jsonFlag }, positional: { kind: "tuple", parameters: [name] } },
  docs: { brief: "Show a dataset's versions" },
});

interface PushFlags extends ServerFlags, JsonFlag {
  readonly message?: string;
}

const push = buildCommand({
  async func(this: CliContext, flags: PushFlags, dataset: string, path: string) {
    const upsert = await readCaseFile(path, this.streams.directory);
    const api = await connect(this, flags);
    await createDatasetUnlessThere(api, dataset);
    const saved = await api.saveDatasetVersion(dataset, {
      message: flags.message ?? `From ${path}`,
      author: "cli",
      upsert,
    });
    if (flags.json) return this.output.printJson({ dataset, ...saved });
    this.output.print(
      `${dataset} v${saved.version}: ${saved.added} added, ${saved.changed} changed, ${saved.caseCount} cases`,
    );
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      message: { kind: "parsed", parse: String, optional: true, brief: "Why, for the dataset's history" },
    },
    positional: {
      kind: "tuple",
      parameters: [
        name,
        { parse: String, brief: 'One case a line, as {"input": …, "reference": …}', placeholder: "file.jsonl" },
      ],
    },
  },
  docs: { brief: "Add or replace cases from a JSONL file, as one new version", customUsage: ["triage cases.jsonl"] },
});

const exportCases = buildCommand({
  async func(
    this: CliContext,
    { datasetVersion, ...flags }: ServerFlags & { datasetVersion?: number },
    dataset: string,
  ) {
    const api = await connect(this, flags);
    let done = 0;
    let found = datasetVersion;
    for (;;) {
      const page = await api.listCases(dataset, { version: found, limit: pageSize, offset: done });
      found ??= page.version;
      for (const one of page.cases) this.output.print(JSON.stringify(toExported(one)));
      done += page.cases.length;
      if (page.cases.length === 0 || done >= page.total) break;
    }
    this.output.note(`${formatCount(done, done, "case")} of ${dataset} v${found}`);
  },
  parameters: {
    flags: { ...serverFlags, datasetVersion: version },
    positional: { kind: "tuple", parameters: [name] },
  },
  docs: { brief: "Print the cases as JSONL, as push reads them", customUsage: ["triage > cases.jsonl"] },
});

export const command = buildRouteMap({
  routes: { list, show, push, export: exportCases },
  docs: { brief: "Test cases and their versions" },
});

async function createDatasetUnlessThere(api: Api, dataset: string): Promise<void> {
  try {
    await api.findDataset(dataset);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "not-found")) throw error;
    await api.createDataset(dataset);
  }
}

/** Without the lock, which the server alone gives. */
function toExported({ locked: _, ...content }: Case): Omit<Case, "locked"> {
  return content;
}
