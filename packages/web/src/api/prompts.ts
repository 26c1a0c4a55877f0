/** Prompts and the content of their versions. */
import type { PromptDetail, PromptList, PromptVersionDetail } from "@ratchet/protocol";
import { queryOptions } from "@tanstack/react-query";
import { apiPath, type Output, request } from "./client.ts";

export function promptsQuery(project: string) {
  return queryOptions({
    queryKey: [project, "prompts"],
    queryFn: ({ signal }) => request<Output<typeof PromptList>>("/prompts", { project, signal }),
  });
}

export function promptQuery(project: string, name: string) {
  return queryOptions({
    queryKey: [project, "prompt", name],
    queryFn: ({ signal }) => request<PromptDetail>(apiPath("prompts", name), { project, signal }),
  });
}

/** A version's content. */
export function promptVersionQuery(project: string, name: string, version: string) {
  return queryOptions({
    queryKey: [project, "prompt", name, "version", version],
    queryFn: ({ signal }) =>
      request<PromptVersionDetail>(apiPath("prompts", name, "versions", version), { project, signal }),
  });
}
