/** Signing this browser in with an API key, where the server asks for one. */
import type { Session } from "@ratchet/protocol";
import { queryOptions } from "@tanstack/react-query";
import { type Output, RequestError, request } from "./client.ts";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => request<Output<typeof Session>>("/session", { signal }),
});

/** The server keeps the key in a cookie that scripts cannot read. */
export function signIn(key: string): Promise<void> {
  return request("/session", { method: "POST", body: { key } });
}

export function signOut(): Promise<void> {
  return request("/session", { method: "DELETE" });
}

/** The server asks for a key, or no longer knows the one that it had. */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof RequestError && error.problem.code === "unauthenticated";
}
