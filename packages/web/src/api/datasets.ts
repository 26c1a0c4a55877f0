/** Datasets, their versions and cases. */
import type { CaseList, DatasetDetail, DatasetList } from "@ratchet/protocol";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { apiPath, type Output, request } from "./client.ts";

export function datasetsQuery(project: string) {
  return queryOptions({
    queryKey: [project, "datasets"],
    queryFn: ({ signal }) => request<Output<typeof DatasetList>>("/datasets", { project, signal }),
  });
}

export function datasetQuery(project: string, name: string) {
  return queryOptions({
    queryKey: [project, "dataset", name],
    queryFn: ({ signal }) => request<DatasetDetail>(apiPath("datasets", name), { project, signal }),
  });
}

const casesAtOnce = 500;

/** Cases of one version (the newest when `undefined`), 500 at a time. */
export function casesQuery(project: string, name: string, version: number | undefined) {
  return infiniteQueryOptions({
    queryKey: [project, "dataset", name, "cases", version ?? "newest"],
    queryFn: ({ pageParam, signal }) =>
      request<CaseList>(`${apiPath("datasets", name)}/cases`, {
        project,
        // A page that follows the first asks for its version, so that a change between the two cannot mix versions.
        query: { version: pageParam.version ?? version, limit: casesAtOnce, offset: pageParam.offset },
        signal,
      }),
    initialPageParam: { offset: 0 } as { offset: number; version?: number },
    getNextPageParam: (page, pages) => {
      const loaded = pages.reduce((sum, { cases }) => sum + cases.length, 0);
      return page.cases.length > 0 && loaded < page.total ? { offset: loaded, version: page.version } : undefined;
    },
  });
}
