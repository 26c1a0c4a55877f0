/** Projects and API keys. */
import type { ApiKeyCreate, ApiKeyCreated, ApiKeyList, ProjectList } from "@ratchet/protocol";
import { queryOptions } from "@tanstack/react-query";
import { apiPath, type Output, request } from "./client.ts";

/** All projects; not below a project's key, so that it outlives a switch. */
export const projectsQuery = queryOptions({
  queryKey: ["projects"],
  queryFn: ({ signal }) => request<Output<typeof ProjectList>>("/projects", { signal }),
});

export function deleteProject(slug: string): Promise<void> {
  return request(apiPath("projects", slug), { method: "DELETE" });
}

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: ({ signal }) => request<Output<typeof ApiKeyList>>("/keys", { signal }),
});

/** The answer holds the secret, which the server never shows again. */
export function createKey(body: Output<typeof ApiKeyCreate>): Promise<Output<typeof ApiKeyCreated>> {
  return request("/keys", { method: "POST", body });
}

export function deleteKey(id: string): Promise<void> {
  return request(apiPath("keys", id), { method: "DELETE" });
}
