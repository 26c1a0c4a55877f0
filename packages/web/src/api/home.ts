import type { Home } from "@ratchet/protocol";
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

export function homeQuery(project: string) {
  return queryOptions({
    queryKey: [project, "home"],
    queryFn: ({ signal }) => request<Home>("/home", { project, signal }),
  });
}
