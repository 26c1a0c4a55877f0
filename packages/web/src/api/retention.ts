/** How long traces are kept, and deleting them before. */
import type { Project, ProjectPatch, UserDataDeleted } from "@ratchet/protocol";
import { apiPath, type Output, request } from "./client.ts";

export function changeProject(slug: string, body: Output<typeof ProjectPatch>): Promise<Project> {
  return request(apiPath("projects", slug), { method: "PATCH", body });
}

/** @param cases What becomes of dataset cases that were made from the trace. */
export function deleteTrace(project: string, traceId: string, cases: "keep" | "erase"): Promise<void> {
  return request(apiPath("traces", traceId), { project, method: "DELETE", query: { cases } });
}

export function deleteUserData(project: string, userId: string): Promise<UserDataDeleted> {
  return request(apiPath("users", userId, "data"), { project, method: "DELETE" });
}
