/** The HTTP application: guards first, then the features' routes, then the pages. */

import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import type { Logger } from "pino";
import type { Keys } from "../access/keys.ts";
import type { Projects } from "../access/projects.ts";
import { ProblemError } from "../problem.ts";
import { createRouter, type Router } from "../router.ts";
import { isExport } from "../telemetry/otlp-response.ts";
import { authorise, refuseForeignHosts } from "./authorise.ts";
import { renderDocs } from "./docs.ts";
import { createErrorHandler } from "./errors.ts";
import type { EventStream } from "./events.ts";
import { pages } from "./pages.ts";
import { sessionRoutes } from "./session.ts";

/** JSON bodies; telemetry has its own limits (OTLP 1.11 suggests 64 MiB). */
const maxJsonBytes = 32 * 1024 * 1024;

export interface AppParts {
  routes: Router[];
  projects: Projects;
  keys: Keys;
  events: EventStream;
  /** False turns `/readyz` to 503. */
  isReady: () => Promise<boolean>;
  /** Text in Prometheus exposition format. */
  renderMetrics: () => string;
  /** True when only this machine can connect: then no key is asked for. */
  isLoopbackOnly: boolean;
  log: Logger;
}

export function createApp(parts: AppParts): Router {
  const { projects, keys, events, log, isLoopbackOnly } = parts;
  const app = createRouter();
  app.onError(createErrorHandler(log));
  app.use(secureHeaders({ strictTransportSecurity: false, crossOriginResourcePolicy: "same-origin" }));
  app.use(refuseForeignHosts(isLoopbackOnly));

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    const isReady = await parts.isReady();
    return c.json({ status: isReady ? "ready" : "unavailable" }, isReady ? 200 : 503);
  });
  app.get("/metrics", (c) => c.text(parts.renderMetrics(), 200, { "content-type": "text/plain; version=0.0.4" }));

  const guard = authorise(projects, keys, isLoopbackOnly);
  app.use("/api/*", guard);
  app.use((c, next) => (isExport(c.req.method, c.req.path) ? guard(c, next) : next()));
  app.use(
    "/api/*",
    bodyLimit({
      maxSize: maxJsonBytes,
      onError: () => {
        throw new ProblemError("too-large", `A request body may have ${maxJsonBytes} bytes. Send it in parts.`);
      },
    }),
  );
  app.route("/", sessionRoutes(keys));
  app.get("/api/events", (c) => events.handle(c));
  for (const routes of parts.routes) app.route("/", routes);

  const describe = () => app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "Ratchet", version: "0.1.0" } });
  app.get("/api/openapi.json", (c) => c.json(describe()));
  app.get("/api/docs", (c) => c.html(renderDocs(describe())));
  const refuse = (path: string) => {
    throw new ProblemError("not-found", `There is no ${path}. /api/docs lists what there is.`);
  };
  app.all("/api/*", (c) => refuse(c.req.path));
  app.all("/v1/*", (c) => refuse(c.req.path));
  app.all("/otlp/*", (c) => refuse(c.req.path));
  app.use(pages());
  app.notFound((c) => refuse(c.req.path));
  return app;
}
