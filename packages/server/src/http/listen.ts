/** Listens for HTTP, and stops: nobody new, but what is under way is answered. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { StartError } from "../start-error.ts";

/** An answer that takes longer is cut off, so that a stop always ends. */
const maxAnswerMs = 10_000;

export interface Listener {
  /** Origin, as http://127.0.0.1:3000; of this machine where it listens on all addresses. */
  url: string;
  close(): Promise<void>;
}

/** @throws StartError when the port or the address cannot be had. */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { port, host }: { port: number; host: string },
): Promise<Listener> {
  const server = createAdaptorServer({ fetch }) as Server;
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new StartError(explain(cause as NodeJS.ErrnoException, port, host), { cause });
  }
  return {
    url: toUrl(host, (server.address() as AddressInfo).port),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      const limit = setTimeout(() => server.closeAllConnections(), maxAnswerMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(limit);
    },
  };
}

function explain({ code, message }: NodeJS.ErrnoException, port: number, host: string): string {
  if (code === "EADDRINUSE") {
    return `Port ${port} of ${host} is in use. Set PORT to another one, or stop the program that has it.`;
  }
  if (code === "EACCES") return `Port ${port} is not for this user. Set PORT to one from 1024 on.`;
  return `HOST: it is not possible to listen on ${host} (${message}). Set it to 127.0.0.1, to 0.0.0.0 for every address, or to one of this machine's.`;
}

function toUrl(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `http://127.0.0.1:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
