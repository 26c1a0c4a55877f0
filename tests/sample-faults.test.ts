/** What the sample does when it is stopped, deleted or left alone: one clear sentence each time, and nothing left behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Project, type ProjectActivity, ProjectList } from "../packages/protocol/src/index.ts";
import { type ServerProcess, startServerProcess } from "../packages/server/testing/server-process.ts";
import { type SampleProcess, startSample } from "./sample-process.ts";

const waiting = { timeout: 25_000, interval: 100 };
const finished: ProjectActivity = {
  state: "done",
  message: "The loop ran on 316 real threads in 150 s.",
  done: 316,
  total: 316,
  steps: [],
  facts: [],
  updatedAt: "2026-11-24T12:00:00Z",
};

describe("the sample's arguments", () => {
  it.each([
    ["--seed x", "--seed takes an integer, not x"],
    ["--seed 1.5", "--seed takes an integer, not 1.5"],
    ["--agian", "Unknown option '--agian'"],
  ])("%s is a usage error, told before anything is touched", async (args, message) => {
    const { exitCode, stderr } = await startSample("http://127.0.0.1:1", args.split(" ")).outcome;
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain("Usage: node apps/sample/src/main.ts [--again] [--seed 1]");
    expect(stderr).not.toContain("    at ");
  });
});

describe("the sample", { timeout: 90_000 }, () => {
  let server: ServerProcess;
  let directory: string;
  let temporary: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-faults-"));
    temporary = join(directory, "tmp");
    await mkdir(temporary);
    server = await startServer();
  });
  afterAll(async () => {
    await server?.end("SIGTERM");
    await rm(directory, { recursive: true, force: true });
  });

  const startServer = () => startServerProcess({ RATCHET_DATA_DIR: join(directory, "data") });
  const start = (...args: string[]) => startSample(server.url, args, { TMPDIR: temporary });
  const api = (method: string, path: string, body?: unknown) =>
    fetch(`${server.url}/api${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const findSample = async () => {
    const { projects } = ProjectList.parse(await (await api("GET", "/projects")).json());
    return projects.find(({ slug }) => slug === "sample");
  };
  /** Until it is in the middle of its work, in a project that is not the one of an earlier run. */
  const waitUntilUnderWay = (earlier?: Project) =>
    vi.waitFor(async () => {
      const project = Project.parse(await (await api("GET", "/projects/sample")).json());
      expect(project.createdAt).not.toBe(earlier?.createdAt);
      expect(project.activity).toMatchObject({ state: "running", done: expect.toSatisfy((done) => done >= 2) });
      return project;
    }, waiting);
  const endsWith = async (sample: SampleProcess, exitCode: number, sentence: string) => {
    const outcome = await sample.outcome;
    expect(outcome.stderr.trimEnd().split("\n").at(-1)).toBe(sentence);
    expect(outcome.stderr).not.toContain("    at ");
    expect(outcome.exitCode).toBe(exitCode);
    // Its directory goes after Teammate, whose database is in it.
    expect(await readdir(temporary)).toEqual([]);
  };

  it("says that no server answers", async () => {
    const sample = startSample("http://127.0.0.1:1", [], { TMPDIR: temporary });
    await endsWith(sample, 1, "The sample stopped: The server at http://127.0.0.1:1 does not answer.");
  });

  it("ends when the server goes away, and begins anew when both are started again", async () => {
    const interrupted = start();
    const before = await waitUntilUnderWay();
    const { url } = server;
    await server.end("SIGKILL");
    await endsWith(interrupted, 1, `The sample stopped: The server at ${url} does not answer.`);
    server = await startServer();
    const next = start();
    await waitUntilUnderWay(before);
    next.kill("SIGTERM");
    await endsWith(next, 143, "The sample stopped: SIGTERM ended it. The next start begins anew.");
    expect((await findSample())?.activity).toMatchObject({
      state: "failed",
      message: "SIGTERM ended it. The next start begins anew.",
    });
  });

  it("takes the deletion of its project as somebody's wish", async () => {
    const sample = start();
    await waitUntilUnderWay(await findSample());
    expect((await api("DELETE", "/projects/sample")).status).toBe(204);
    await endsWith(sample, 0, "Its project was deleted, so the sample ends here. `ratchet demo` brings it back.");
    expect(await findSample()).toBeUndefined();
  });

  it("does not repeat what is done, unless asked to", async () => {
    await api("POST", "/projects", { slug: "sample", name: "Sample: Teammate", sample: true });
    await api("PUT", "/projects/sample/activity", finished);
    const done = await findSample();
    await endsWith(start(), 0, `The sample has run: ${server.url}/p/sample shows it. With --again it runs anew.`);
    expect(await findSample()).toEqual(done);
    const again = start("--again");
    await waitUntilUnderWay(done);
    again.kill("SIGINT");
    await endsWith(again, 130, "The sample stopped: SIGINT ended it. The next start begins anew.");
  });

  describe("under npm start", () => {
    const script = join(import.meta.dirname, "../scripts/start.js");
    /** Until it says that the server is ready, and a little more: what it says by then, and how to stop it. */
    const runStart = async () => {
      const child = spawn(process.execPath, [script, "--port", "0"], {
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          RATCHET_DATA_DIR: join(directory, "data"),
          TMPDIR: temporary,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
      const url = await vi.waitFor(() => {
        const ready = /Ratchet is ready at (\S+)/.exec(said)?.[1];
        if (ready === undefined) throw new Error(`npm start is not ready: ${said}`);
        return ready;
      }, waiting);
      const stop = async () => {
        child.kill("SIGTERM");
        await once(child, "close");
        return { exitCode: child.exitCode, said };
      };
      return { url, stop };
    };
    const listSlugs = async (url: string) =>
      ProjectList.parse(await (await fetch(`${url}/api/projects`)).json()).projects.map(({ slug }) => slug);

    beforeAll(async () => {
      await api("DELETE", "/projects/sample");
      await server.end("SIGTERM");
    });

    it("runs at the first start, and ends with it", async () => {
      const { url, stop } = await runStart();
      await vi.waitFor(async () => expect(await listSlugs(url)).toContain("sample"), waiting);
      const { exitCode, said } = await stop();
      expect(exitCode).toBe(0);
      expect(said).toContain("The sample runs now");
      expect(await readdir(temporary)).toEqual([]);
      expect(await readdir(join(directory, "data"))).not.toContain("sample-done");
    });

    it("stays deleted once it has run", async () => {
      await writeFile(join(directory, "data/sample-done"), "");
      server = await startServer();
      await api("DELETE", "/projects/sample");
      await server.end("SIGTERM");
      const { url, stop } = await runStart();
      expect(await listSlugs(url)).toEqual(["default"]);
      const { exitCode, said } = await stop();
      expect(exitCode).toBe(0);
      expect(said).not.toContain("The sample runs now");
    });
  });
});
