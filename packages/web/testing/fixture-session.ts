/** Keys and the cookie of the fixture server. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { Session, SessionCreate } from "@ratchet/protocol";
import { FixtureProblem } from "./fixture-route.ts";

export function createFixtureSession() {
  let key: string | undefined;
  const isSignedIn = ({ headers }: IncomingMessage) =>
    key !== undefined && (headers.cookie ?? "").split("; ").includes(`ratchet_key=${key}`);
  return {
    /** From now on requests need the key; `undefined` lets everyone in again. */
    askFor(wanted: string | undefined) {
      key = wanted;
    },

    /** @throws FixtureProblem `unauthenticated` */
    check(request: IncomingMessage) {
      if (key !== undefined && !isSignedIn(request)) {
        throw new FixtureProblem("unauthenticated", "This server asks for an API key.");
      }
    },

    /** `GET`, `POST` and `DELETE /api/session`. */
    async answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
      if (request.method === "GET") return Session.parse({ signedIn: isSignedIn(request) });
      if (request.method === "DELETE") return void response.setHeader("set-cookie", "ratchet_key=; Max-Age=0; Path=/");
      const given = SessionCreate.parse(JSON.parse(await text(request))).key;
      if (given !== key) throw new FixtureProblem("unauthenticated", "The API key is not known, or was revoked.");
      response.setHeader("set-cookie", `ratchet_key=${given}; HttpOnly; SameSite=Strict; Path=/`);
      return undefined;
    },
  };
}

export type FixtureSession = ReturnType<typeof createFixtureSession>;
