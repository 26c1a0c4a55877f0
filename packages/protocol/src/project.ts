/** Projects, API keys, sessions, and what a running sample reports of itself. */
import { z } from "zod";
import { ProjectSlug, Timestamp } from "./scalars.ts";

/** Progress that a process reports on a project (the sample uses it): shown on Home and in the terminal. */
export const ProjectActivity = z.object({
  state: z.enum(["running", "done", "failed"]),
  /** One sentence of what happens now. */
  message: z.string().max(500),
  done: z.int().min(0),
  total: z.int().min(0),
  steps: z
    .array(
      z.object({
        name: z.string(),
        state: z.enum(["waiting", "running", "done", "failed"]),
        note: z.string().optional(),
        href: z.string().optional(),
      }),
    )
    .max(50),
  /** Markdown-free sentences for Home, such as the baseline's measured quality. */
  facts: z
    .array(z.object({ label: z.string(), value: z.string(), href: z.string().optional() }))
    .max(20)
    .default([]),
  updatedAt: Timestamp,
});
export type ProjectActivity = z.infer<typeof ProjectActivity>;

export const Project = z.object({
  slug: ProjectSlug,
  name: z.string().min(1).max(200),
  /** True for *Sample: Teammate*: its people are simulated, and pages say so. */
  sample: z.boolean(),
  createdAt: Timestamp,
  activity: ProjectActivity.nullable(),
  /** When the first span arrived, if any has: turns the "trace your own app" panel green. */
  firstSpanAt: Timestamp.nullable(),
  /** Traces are kept for so many days after they began; `null` is for ever. */
  retentionDays: z.int().nullable().default(null),
});
export type Project = z.infer<typeof Project>;
/** `GET /api/projects`. */
export const ProjectList = z.object({ projects: z.array(Project), total: z.int() });
export const ProjectCreate = z.object({
  slug: ProjectSlug,
  name: z.string().min(1).max(200).optional(),
  sample: z.boolean().default(false),
});

/** `PATCH /api/projects/:slug`: what is absent stays. */
export const ProjectPatch = z.object({
  name: z.string().min(1).max(200).optional(),
  retentionDays: z.int().min(1).max(3650).nullable().optional(),
});
/** `DELETE /api/users/:userId/data`: what was there and is gone. */
export const UserDataDeleted = z.object({
  traces: z.int(),
  feedback: z.int(),
  /** Dataset cases that were made from these traces. */
  cases: z.int(),
});
export type UserDataDeleted = z.infer<typeof UserDataDeleted>;

export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  project: ProjectSlug.nullable(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;
/** `GET /api/keys`. */
export const ApiKeyList = z.object({ keys: z.array(ApiKey), total: z.int() });
/** `project: null` makes a key for all projects. The secret is shown once. */
export const ApiKeyCreate = z.object({
  name: z.string().min(1).max(100),
  project: ProjectSlug.nullable().default(null),
});
export const ApiKeyCreated = ApiKey.extend({ secret: z.string() });

/** `POST /api/session`: a browser keeps the key in a cookie that scripts cannot read; `DELETE` drops it. */
export const SessionCreate = z.object({ key: z.string().min(1).max(200) });
/** `GET /api/session`. */
export const Session = z.object({
  /** The browser has a key that is known. Where none is asked for, pages work without. */
  signedIn: z.boolean(),
});
