/** Who may do what: every route passes here, before any feature sees the request. */
import { ProjectSlug, projectHeader } from "@ratchet/protocol";
import type { MiddlewareHandler } from "hono";
import type { Grant, Keys } from "../access/keys.ts";
import { defaultProject, type Projects } from "../access/projects.ts";
import { ProblemError, toInvalidRequest } from "../problem.ts";
import type { RouterEnv } from "../router.ts";
import { findSessionGrant } from "./session.ts";

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);
/** Routes that concern all projects: only a key for all projects may call them. */
const acrossProjects = [/^\/api\/keys(\/|$)/, /^\/api\/projects$/];
/** Routes under `/api` that work without a key even where keys are asked for. */
const open = new Set(["/api/session", "/api/openapi.json", "/api/docs"]);

/**
 * A page of another site must not reach a server on this machine through the visitor's browser: a foreign Host is
 * DNS rebinding, a foreign Origin a cross-site request.
 */
export function refuseForeignHosts(isLoopbackOnly: boolean): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host") ?? "";
    if (isLoopbackOnly && !loopbackHosts.has(host.replace(/:\d+$/, ""))) {
      throw new ProblemError(
        "forbidden",
        `This server answers to localhost only, not to ${host || "a missing Host header"}.`,
      );
    }
    const origin = c.req.header("origin");
    if (origin !== undefined && URL.parse(origin)?.host !== host) {
      throw new ProblemError(
        "forbidden",
        `Requests from pages of ${origin} are not accepted at ${host}. A proxy in front of the server must pass the Host header on.`,
      );
    }
    await next();
  };
}

/** Checks the key, then resolves the project into `c.var.project`. */
export function authorise(projects: Projects, keys: Keys, isLoopbackOnly: boolean): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    const { path, method } = c.req;
    if (open.has(path)) return next();
    const grant = await authenticate(
      keys,
      c.req.header("authorization"),
      async () => (await findSessionGrant(c, keys)) ?? grantWithoutKey(isLoopbackOnly),
    );
    c.set("onlyProject", grant.project);
    const isAcross =
      acrossProjects.some((pattern) => pattern.test(path)) && !(method === "GET" && path === "/api/projects");
    if (isAcross && grant.project !== null) {
      throw new ProblemError(
        "forbidden",
        `This key is for the project ${grant.project} only; ${method} ${path} needs a key for all projects.`,
      );
    }
    if (path.startsWith("/api/projects") || path.startsWith("/api/keys")) {
      const named = /^\/api\/projects\/([^/]+)/.exec(path)?.[1];
      if (named !== undefined) requireProject(grant, decodeURIComponent(named));
      return next();
    }
    const resolved = await resolveProject(projects, grant, c.req.header(projectHeader) ?? c.req.query("project"));
    c.set("project", resolved.project);
    c.set("isProjectNamed", resolved.isProjectNamed);
    await next();
  };
}

/** For exports that do not come by HTTP: the same rules over what stands in the headers' place. */
export function createExportAuthoriser(projects: Projects, keys: Keys, isLoopbackOnly: boolean) {
  return async (authorization: string | undefined, project: string | undefined): Promise<ResolvedProject> => {
    const grant = await authenticate(keys, authorization, async () => grantWithoutKey(isLoopbackOnly));
    return resolveProject(projects, grant, project);
  };
}

export type ResolvedProject = Pick<RouterEnv["Variables"], "project" | "isProjectNamed">;

/** `OTEL_EXPORTER_OTLP_HEADERS` has its spaces as %20, which some SDKs do not decode. */
async function authenticate(
  keys: Keys,
  authorization: string | undefined,
  withoutKey: () => Promise<Grant>,
): Promise<Grant> {
  const secret = /^Bearer(?: |%20)(.+)$/i.exec(authorization ?? "")?.[1];
  return secret === undefined ? withoutKey() : keys.authenticate(secret);
}

async function resolveProject(projects: Projects, grant: Grant, given: string | undefined): Promise<ResolvedProject> {
  const named = given ?? grant.project;
  const slug = named ?? defaultProject;
  const parsed = ProjectSlug.safeParse(slug);
  if (!parsed.success) throw toInvalidRequest(parsed.error);
  requireProject(grant, slug);
  return { project: await projects.findScope(slug), isProjectNamed: named !== null };
}

function grantWithoutKey(isLoopbackOnly: boolean): Grant {
  if (isLoopbackOnly) return { project: null };
  throw new ProblemError(
    "unauthenticated",
    "This server asks for an API key: send Authorization: Bearer rk_…. Whoever has one for all projects makes others with `ratchet keys create`; the first is in the file first-key of the server's data directory.",
  );
}

function requireProject(grant: Grant, slug: string): void {
  if (grant.project !== null && grant.project !== slug) {
    throw new ProblemError("forbidden", `This key is for the project ${grant.project}, not ${slug}.`);
  }
}
