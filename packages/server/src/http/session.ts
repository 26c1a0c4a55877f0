/** `/api/session`: how a browser keeps an API key, out of the reach of scripts and of other sites. */
import { createRoute } from "@hono/zod-openapi";
import { Session, SessionCreate } from "@ratchet/protocol";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Grant, Keys } from "../access/keys.ts";
import { createRouter, jsonBody, jsonResponse } from "../router.ts";

const cookie = "ratchet_key";
const maxAgeSeconds = 30 * 86_400;

/** Undefined without a cookie, and for a cookie of other days or another server: nobody can take it out by hand. */
export async function findSessionGrant(c: Context, keys: Keys): Promise<Grant | undefined> {
  const secret = getCookie(c, cookie);
  return secret === undefined ? undefined : keys.findOptionalGrant(secret);
}

export function sessionRoutes(keys: Keys) {
  return createRouter()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/session",
        summary: "Ask whether this browser is signed in",
        responses: { 200: jsonResponse(Session, "Whether its cookie holds a known key") },
      }),
      async (c) => c.json({ signedIn: (await findSessionGrant(c, keys)) !== undefined }, 200),
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/session",
        summary: "Sign a browser in with an API key",
        request: { body: jsonBody(SessionCreate) },
        responses: { 204: { description: "Signed in: the key is in an HttpOnly cookie" } },
      }),
      async (c) => {
        const { key } = c.req.valid("json");
        await keys.authenticate(key);
        // This server speaks plain HTTP; a proxy in front of it that speaks HTTPS says so.
        const secure = c.req.header("x-forwarded-proto") === "https";
        setCookie(c, cookie, key, { httpOnly: true, sameSite: "Strict", secure, path: "/", maxAge: maxAgeSeconds });
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: "delete",
        path: "/api/session",
        summary: "Sign a browser out",
        responses: { 204: { description: "The cookie is gone; the key still works" } },
      }),
      (c) => {
        deleteCookie(c, cookie, { path: "/" });
        return c.body(null, 204);
      },
    );
}
