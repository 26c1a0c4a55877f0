/** Failures: list, detail, and the two things that people do with them. */
import type { CaptureRequest, CaptureResult, FailureDetail, FailureList, FailureQuery } from "@ratchet/protocol";
import { queryOptions } from "@tanstack/react-query";
import { apiPath, type Output, request } from "./client.ts";

export function failuresQuery(project: string, filter: Output<typeof FailureQuery> = {}) {
  return queryOptions({
    queryKey: [project, "failures", filter],
    queryFn: ({ signal }) => request<Output<typeof FailureList>>("/failures", { project, query: filter, signal }),
  });
}

export function failureQuery(project: string, failureId: string) {
  return queryOptions({
    queryKey: [project, "failure", failureId],
    queryFn: ({ signal }) => request<FailureDetail>(apiPath("failures", failureId), { project, signal }),
  });
}

/** The failure's traces become cases of the dataset, as one new version. */
export function captureFailure(
  project: string,
  failureId: string,
  body: Partial<Output<typeof CaptureRequest>>,
): Promise<CaptureResult> {
  return request(`${apiPath("failures", failureId)}/capture`, { project, method: "POST", body });
}

/** Archives with a reason, or brings back with `null`. */
export function archiveFailure(project: string, failureId: string, reason: string | null): Promise<FailureDetail> {
  const archived = reason === null ? null : { reason };
  return request(apiPath("failures", failureId), { project, method: "PATCH", body: { archived } });
}
