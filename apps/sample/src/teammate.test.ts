import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTeammate } from "./teammate.ts";

const options = {
  ratchetUrl: "http://127.0.0.1:1",
  apiKey: undefined,
  project: "sample",
  githubUrl: "http://127.0.0.1:1",
  login: "teammate",
  webhookSecret: "secret",
};

describe("starting Teammate", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-teammate-"));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const start = (main: string) => startTeammate({ ...options, dataDirectory: directory }, main);

  it("says what to run when it is not compiled", async () => {
    await expect(start(join(directory, "absent.js"))).rejects.toThrow(
      "Teammate is not compiled. Run `npm run build -w @ratchet/teammate`, or `npm start`, which does it.",
    );
  });

  it("passes on what it said when it ends instead of listening", async () => {
    const main = join(directory, "broken.cjs");
    await writeFile(main, 'console.error("GITHUB_TOKEN is missing"); process.exitCode = 2;');
    await expect(start(main)).rejects.toThrow(/ended with code 2 before it listened\.\nGITHUB_TOKEN is missing/);
  });

  it("waits until nothing is queued any more, and stops when asked", async () => {
    const main = join(directory, "busy.cjs");
    await writeFile(
      main,
      `let left = 3;
       const server = require("node:http").createServer((_, response) => response.end(JSON.stringify({ queueDepth: left-- })));
       server.listen(0, "127.0.0.1", () => console.log("listens on http://127.0.0.1:" + server.address().port + "/webhooks"));`,
    );
    const teammate = await start(main);
    await teammate.waitUntilIdle();
    expect(await (await fetch(teammate.url)).json()).toEqual({ queueDepth: -1 });
    await teammate.stop();
    await expect(fetch(teammate.url)).rejects.toThrow();
    await expect(teammate.waitUntilIdle()).rejects.toThrow("Teammate ended during the replay, with SIGTERM.");
  });
});
