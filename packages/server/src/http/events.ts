/** `GET /api/events`: server-sent events that say what changed, so that pages and SDKs ask again at once. */
import type { ServerEvent } from "@ratchet/protocol";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { ProblemError } from "../problem.ts";
import type { RouterEnv } from "../router.ts";

/** Proxies cut silent connections after about a minute. */
const heartbeatMs = 20_000;
/** Each holds a connection and a backlog. */
const maxStreams = 1000;
/** A reader that is this far behind is dropped; it reconnects and asks for everything anew. */
const maxBacklog = 1000;

/** Fans events out to open streams. Nothing is stored: an event only says "ask again". */
export function createEventStream() {
  const listeners = new Map<(event: ServerEvent) => void, SSEStreamingApi>();
  return {
    publish(event: ServerEvent): void {
      for (const listener of listeners.keys()) listener(event);
    },

    /** Project events go to everyone who may see them, as the project list is on every page. */
    handle(c: Context<RouterEnv>): Response {
      const { project, onlyProject } = c.var;
      if (listeners.size >= maxStreams) {
        throw new ProblemError("too-busy", `${maxStreams} event streams are open; that is all the server keeps.`, {
          retryAfterSeconds: 10,
        });
      }
      return streamSSE(c, async (stream) => {
        const backlog: ServerEvent[] = [];
        let wake = () => {};
        const listener = (event: ServerEvent) => {
          const isSeen = event.project === project.slug || (event.type === "project" && onlyProject === null);
          if (!isSeen) return;
          if (backlog.length >= maxBacklog) stream.abort();
          else backlog.push(event);
          wake();
        };
        listeners.set(listener, stream);
        stream.onAbort(() => {
          listeners.delete(listener);
          wake();
        });
        await stream.writeSSE({ event: "ready", data: "{}" });
        while (!stream.aborted) {
          const event = backlog.shift();
          if (event) await stream.writeSSE({ event: "change", data: JSON.stringify(event) });
          else {
            const isWoken = await new Promise<boolean>((resolve) => {
              const timer = setTimeout(() => resolve(false), heartbeatMs);
              wake = () => {
                clearTimeout(timer);
                resolve(true);
              };
            });
            if (!isWoken && !stream.aborted) await stream.writeSSE({ event: "heartbeat", data: "{}" });
          }
        }
      });
    },

    /** Ends every stream, so that the server can stop. */
    close(): void {
      for (const stream of listeners.values()) stream.abort();
    },
  };
}

export type EventStream = ReturnType<typeof createEventStream>;
