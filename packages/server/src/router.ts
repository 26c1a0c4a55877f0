/** How a feature declares its routes: zod in, zod out, described in `/api/openapi.json`. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { z } from "zod";
import { toInvalidRequest } from "./problem.ts";

/** The project that the request is about, resolved once before any route runs. */
export interface ProjectScope {
  /** Key of every row in both engines. */
  id: number;
  slug: string;
  /** Traces are kept for so many days; absent or `null`: for ever. */
  retentionDays?: number | null;
}

export interface RouterEnv {
  Variables: {
    project: ProjectScope;
    /** False when the project is only the default one: no header, query or key named it. */
    isProjectNamed: boolean;
    /** The one project that the caller's key may reach; `null` for all of them. */
    onlyProject: string | null;
  };
}

export type Router = OpenAPIHono<RouterEnv>;

/** A router whose validation failures become `invalid-request` problems that name the field. */
export function createRouter(): Router {
  return new OpenAPIHono<RouterEnv>({
    defaultHook: (result) => {
      if (!result.success) throw toInvalidRequest(result.error);
    },
  });
}

/** A JSON response of `createRoute`. */
export function jsonResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A required JSON request body of `createRoute`. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}
