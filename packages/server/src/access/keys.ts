/** API keys: shown once, stored as a hash, for one project or for all. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { ApiKey } from "@ratchet/protocol";
import { ProblemError } from "../problem.ts";
import type { AccessStore, KeyRow } from "./store.ts";

/** Uses within this time are written once, so that reading traces does not write a row each time. */
const useResolutionMs = 60_000;

/** What a request may do: everything (`project: null`), or one project. */
export interface Grant {
  project: string | null;
}

export function createKeys(store: AccessStore, now: () => Date) {
  return {
    async list(): Promise<ApiKey[]> {
      return (await store.listKeys()).map(toApiKey);
    },

    /** @param project `null` makes a key for all projects. */
    async create(name: string, project: { id: number; slug: string } | null): Promise<ApiKey & { secret: string }> {
      const secret = `rk_${randomBytes(32).toString("base64url")}`;
      const key = { id: randomUUID(), name, prefix: secret.slice(0, 9), createdAt: now().toISOString() };
      await store.insertKey({
        ...key,
        secretHash: hash(secret),
        projectId: project?.id ?? null,
        at: key.createdAt,
      });
      return { ...key, project: project?.slug ?? null, lastUsedAt: null, secret };
    },

    /** @throws ProblemError `not-found` */
    async revoke(id: string): Promise<void> {
      if (!(await store.deleteKey(id)))
        throw new ProblemError("not-found", `There is no key ${id}. GET /api/keys lists them.`);
    },

    /** @throws ProblemError `unauthenticated` when the secret is none of ours. */
    async authenticate(secret: string): Promise<Grant> {
      const key = await store.findOptionalKey(hash(secret));
      if (!key) {
        throw new ProblemError(
          "unauthenticated",
          "The API key is not known, or was revoked. Make one with `ratchet keys create`.",
        );
      }
      const lastUsedMs = key.lastUsedAt ? Date.parse(key.lastUsedAt) : 0;
      if (now().getTime() - lastUsedMs > useResolutionMs) await store.saveKeyUse(key.id, now().toISOString());
      return { project: key.project };
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;

function hash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function toApiKey({ projectId: _, ...key }: KeyRow): ApiKey {
  return key;
}
