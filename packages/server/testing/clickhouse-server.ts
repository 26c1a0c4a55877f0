/**
 * A second process that serves chDB over ClickHouse's HTTP interface, as far as `@clickhouse/client` uses it: statements,
 * inserts, `param_…`, settings, the database, exceptions. It stands for a ClickHouse server, which tests cannot have.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Session } from "chdb";

export interface ClickHouseServer extends AsyncDisposable {
  url: string;
  port: number;
  kill(): Promise<void>;
}

/** Starts the process on a directory that it makes; `port` 0 takes a free one. */
export async function startClickHouseServer(directory: string, port = 0): Promise<ClickHouseServer> {
  const child = spawn(process.execPath, [import.meta.filename, directory, String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  const [line] = await Promise.race([once(child.stdout, "data"), exited.then(() => [""])]);
  const taken = Number(line);
  if (!taken) throw new Error("The ClickHouse server ended before it listened");
  return { url: `http://127.0.0.1:${taken}/default`, port: taken, kill, [Symbol.asyncDispose]: kill };
}

if (import.meta.main) {
  const [directory = "", port = "0"] = process.argv.slice(2);
  // The engine stays open between requests, each of which has a session of its own, as settings stick to sessions.
  new Session(directory);
  const server = createServer((request, response) => answer(directory, request, response));
  server.listen(Number(port), "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
}

async function answer(directory: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const statement = [searchParams.get("query") ?? "", await text(request)].filter((part) => part !== "").join("\n");
  if (pathname === "/ping") return void response.end("Ok.\n");
  const session = new Session(directory);
  try {
    const result = await session.queryAsync([...toAssignments(searchParams), statement].join("; "));
    response.end(result.bytes());
  } catch (error) {
    const { message, clickhouseCode = 0 } = error as { message: string; clickhouseCode?: number };
    // ClickHouse answers 404 where a table, a database or a name is unknown.
    response.writeHead([46, 47, 60, 81].includes(clickhouseCode) ? 404 : 500, {
      "x-clickhouse-exception-code": String(clickhouseCode),
    });
    response.end(message);
  } finally {
    session.close();
  }
}

const ofHttpAlone = new Set(["query", "query_id", "wait_end_of_query", "enable_http_compression", "session_id"]);

/** Parameters keep the escapes of the wire, which `SET param_…` reads in the same way. */
function toAssignments(search: URLSearchParams): string[] {
  return [...search]
    .filter(([name]) => !ofHttpAlone.has(name))
    .map(([name, value]) =>
      name === "database"
        ? `USE \`${value}\``
        : `SET ${name} = '${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`,
    );
}
