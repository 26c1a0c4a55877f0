/** What `GET /api/events` (server-sent events) says: something changed; ask for it. */
import { z } from "zod";

export const ServerEvent = z.object({
  type: z.enum([
    "trace",
    "feedback",
    "signal",
    "failure",
    "dataset",
    "experiment",
    "gate",
    "prompt",
    "release",
    "rollout",
    "project",
    "price",
  ]),
  project: z.string(),
  /** Of the thing that changed. */
  id: z.string(),
});
export type ServerEvent = z.infer<typeof ServerEvent>;
