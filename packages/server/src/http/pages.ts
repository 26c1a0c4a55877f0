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
const policy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

export function pages(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") return next();
    const path = normalize(decodeURIComponent(c.req.path));
    const contentType = contentTypes[extname(path)];
    const asset = contentType && (await readFile(join(root, path)).catch(() => undefined));
    if (!asset && path.startsWith("/assets/")) return next();
    // A dataset may be called x.json: what is no file of the build is a page.
    const file = asset ?? (await readFile(join(root, "index.html")).catch(() => undefined));
    if (!file) {
      return c.text(
        "The web application is not built. Run `npm start`, which builds it, or `npm run build -w @ratchet/web`.\n",
        503,
      );
    }
    c.header("content-type", asset ? contentType : contentTypes[".html"]);
    c.header("cache-control", path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    c.header("content-security-policy", policy);
    return c.body(new Uint8Array(file));
  };
}
