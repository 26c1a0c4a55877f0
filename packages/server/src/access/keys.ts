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
  /** @param project `null` makes a key for all projects. */
  const insert = async (secret: string, name: string, project: { id: number; slug: string } | null) => {
    const key = { id: randomUUID(), name, prefix: secret.slice(0, 9), createdAt: now().toISOString() };
    await store.insertKey({ ...key, secretHash: hash(secret), projectId: project?.id ?? null, at: key.createdAt });
    return { ...key, project: project?.slug ?? null, lastUsedAt: null, secret };
  };

  /** What the secret allows, noting its use; undefined when it is none of ours. */
  const findOptionalGrant = async (secret: string): Promise<Grant | undefined> => {
    const key = await store.findOptionalKey(hash(secret));
    if (!key) return undefined;
    const lastUsedMs = key.lastUsedAt ? Date.parse(key.lastUsedAt) : 0;
    if (now().getTime() - lastUsedMs > useResolutionMs) await store.saveKeyUse(key.id, now().toISOString());
    return { project: key.project };
  };

  return {
    findOptionalGrant,

    async list(): Promise<ApiKey[]> {
      return (await store.listKeys()).map(toApiKey);
    },

    /** @param project `null` makes a key for all projects. */
    create: (name: string, project: { id: number; slug: string } | null): Promise<ApiKey & { secret: string }> =>
      insert(makeSecret(), name, project),

    /**
     * Makes a key for all projects when there is none: else nobody could make keys on a server that asks for them.
     *
     * @param keep Stores the secret; called before the key works, so that a crash in between locks nobody out.
     */
    async ensureFirst(keep: (secret: string) => Promise<void>): Promise<void> {
      if ((await store.listKeys()).some((key) => key.project === null)) return;
      const secret = makeSecret();
      await keep(secret);
      await insert(secret, "first key", null);
    },

    /** @throws ProblemError `not-found` */
    async revoke(id: string): Promise<void> {
      if (!(await store.deleteKey(id)))
        throw new ProblemError("not-found", `There is no key ${id}. GET /api/keys lists them.`);
    },

    /** @throws ProblemError `unauthenticated` when the secret is none of ours. */
    async authenticate(secret: string): Promise<Grant> {
      const grant = await findOptionalGrant(secret);
      if (grant) return grant;
      throw new ProblemError(
        "unauthenticated",
        "The API key is not known, or was revoked. A key for all projects makes others: `ratchet keys create`.",
      );
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;

function makeSecret(): string {
  return `rk_${randomBytes(32).toString("base64url")}`;
}

function hash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function toApiKey({ projectId: _, ...key }: KeyRow): ApiKey {
  return key;
}
