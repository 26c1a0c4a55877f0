/** Serves the web application's build: hashed assets for ever, the shell for every other path. */
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import type { MiddlewareHandler } from "hono";

const root = join(import.meta.dirname, "../../../web/dist");
const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
};
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

export function pages(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") return next();
    const path = normalize(decodeURIComponent(c.req.path));
    const isAsset = extname(path) !== "" && contentTypes[extname(path)] !== undefined;
    const file = await readFile(join(root, isAsset ? path : "index.html")).catch(() => undefined);
    if (!file) {
      if (isAsset) return next();
      return c.text(
        "The web application is not built. Run `npm start`, which builds it, or `npm run build -w @ratchet/web`.\n",
        503,
      );
    }
    c.header("content-type", contentTypes[isAsset ? extname(path) : ".html"]);
    c.header("cache-control", path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    c.header("content-security-policy", policy);
    return c.body(new Uint8Array(file));
  };
}
