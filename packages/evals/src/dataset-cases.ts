/** Cases on the server: the version that a run uses, and local data kept as a dataset of the eval's name. */
import { CaseList, Dataset, DatasetDetail, DatasetVersion } from "@ratchet/protocol";
import { type HttpClient, ServerProblem } from "./http.ts";
import { type RunnableCase, sortedJson } from "./local-case.ts";

export interface DatasetSnapshot {
  readonly dataset: string;
  readonly version: number;
  readonly cases: readonly RunnableCase[];
}

const pageSize = 1000;

/** The cases of one version; the newest when none is named. Rejects with the server's not-found. */
export async function findDatasetSnapshot(
  http: HttpClient,
  dataset: string,
  version: number | undefined,
  signal?: AbortSignal,
): Promise<DatasetSnapshot> {
  const cases: RunnableCase[] = [];
  // Later pages name the version of the first: a change in between must not mix two versions.
  let found = version;
  for (;;) {
    const page = await http.request("GET", `${datasetPath(dataset)}/cases`, CaseList, {
      query: { version: found, limit: pageSize, offset: cases.length },
      signal,
    });
    found ??= page.version;
    cases.push(...page.cases);
    if (page.cases.length === 0 || cases.length >= page.total) return { dataset, version: found, cases };
  }
}

/** Makes the dataset hold exactly these cases, by a new version only where something differs, and returns it. */
export async function saveLocalCases(
  http: HttpClient,
  dataset: string,
  cases: readonly RunnableCase[],
): Promise<DatasetSnapshot> {
  const { latestVersion } = await findOrCreateDataset(http, dataset);
  const before = latestVersion === 0 ? undefined : await findDatasetSnapshot(http, dataset, latestVersion);
  const stored = new Map(before?.cases.map((item) => [item.id, sortedJson(contentOf(item))]));
  const wanted = new Set(cases.map(({ id }) => id));
  const upsert = cases.filter((item) => stored.get(item.id) !== sortedJson(contentOf(item)));
  const remove = [...stored.keys()].filter((id) => !wanted.has(id));
  if (before && upsert.length + remove.length === 0) return { dataset, version: before.version, cases };
  const change = { message: "Cases of the eval file", author: "ratchet eval", upsert, remove };
  const { version } = await http.request("POST", `${datasetPath(dataset)}/versions`, DatasetVersion, { body: change });
  return { dataset, version, cases };
}

async function findOrCreateDataset(http: HttpClient, name: string): Promise<Pick<Dataset, "latestVersion">> {
  try {
    return await http.request("GET", datasetPath(name), DatasetDetail);
  } catch (error) {
    if (!(error instanceof ServerProblem) || error.code !== "not-found") throw error;
    const description = `Local data of the eval ${name}`;
    return http.request("POST", "/api/datasets", Dataset, { body: { name, description } });
  }
}

function contentOf({ input, reference, metadata, cluster }: RunnableCase): unknown {
  return { input, reference: reference ?? null, metadata, cluster: cluster ?? null };
}

function datasetPath(name: string): string {
  return `/api/datasets/${encodeURIComponent(name)}`;
}
