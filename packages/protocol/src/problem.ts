/** How every error travels: RFC 9457 problem details, with a stable `code`. */
import { z } from "zod";

/** Stable codes, their HTTP status and meaning. `ratchet explain <code>` prints the same text. */
export const problems = {
  "invalid-request": { status: 400, title: "The request is not valid" },
  "invalid-query": { status: 400, title: "The query cannot be read" },
  unauthenticated: { status: 401, title: "An API key is needed" },
  forbidden: { status: 403, title: "This key may not do that" },
  "not-found": { status: 404, title: "There is no such thing" },
  "unknown-project": { status: 404, title: "There is no such project" },
  conflict: { status: 409, title: "That contradicts what is already there" },
  "too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The content type is not supported" },
  "too-busy": { status: 429, title: "The server is too busy; retry later" },
  internal: { status: 500, title: "The server failed" },
  unavailable: { status: 503, title: "The server cannot store data now" },
} as const;
export type ProblemCode = keyof typeof problems;

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** What was wrong, where, and what to do. */
  detail: z.string(),
  code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
  /** One entry a field, for `invalid-request`: a JSON-path-like place and a message. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
