/**
 * The path of somebody who has just run `npm start`: the whole sample on the real server, and what the pages, the
 * command and the API then say of it. The one full run of the sample in the tests: everything here shares it.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { spawnRatchet } from "../packages/cli/testing/run-ratchet.ts";
import {
  Failure,
  FailureDetail,
  Gate,
  GateList,
  Project,
  RolloutDetail,
  RolloutList,
  TraceList,
} from "../packages/protocol/src/index.ts";
import { type ServerProcess, startServerProcess } from "../packages/server/testing/server-process.ts";
import { executablePath, hasChromium, openPage, waitUntilLoaded } from "../packages/web/testing/browser.ts";
import { type SampleOutcome, startSample } from "./sample-process.ts";

if (!hasChromium) {
  console.warn("No Chromium at /usr/bin/chromium or CHROMIUM_PATH: the newcomer's pages are SKIPPED.");
}

const root = join(import.meta.dirname, "..");
/** Alone it takes about 150 s on two cores. */
const runTimeoutMs = 420_000;

/** What somebody who watches Home sees at one moment. */
interface Glance {
  finishedSteps: number;
  playedThreads: number;
  listedTraces: number;
}

let server: ServerProcess;
let dataDirectory: string;
let outcome: SampleOutcome;
const glances: Glance[] = [];

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "ratchet-newcomer-"));
  server = await startServerProcess({ RATCHET_DATA_DIR: dataDirectory });
  const sample = startSample(server.url);
  let isRunning = true;
  sample.outcome.then(() => {
    isRunning = false;
  });
  while (isRunning) {
    const glance = await glanceAtHome();
    if (glance) glances.push(glance);
    await sleep(1000);
  }
  outcome = await sample.outcome;
}, runTimeoutMs);

afterAll(async () => {
  await server?.end("SIGTERM");
  await rm(dataDirectory, { recursive: true, force: true });
});

async function ask<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  const response = await fetch(`${server.url}/api${path}`, { headers: { "x-ratchet-project": "sample" } });
  return schema.parse(await response.json());
}

/** Nothing before the project is there, and nothing once the sample has ended. */
async function glanceAtHome(): Promise<Glance | undefined> {
  const response = await fetch(`${server.url}/api/projects/sample`);
  const activity = response.ok ? Project.parse(await response.json()).activity : null;
  if (activity?.state !== "running") return undefined;
  return {
    finishedSteps: activity.steps.filter(({ state }) => state === "done").length,
    playedThreads: activity.done,
    listedTraces: (await ask("/traces?limit=1", TraceList)).total,
  };
}

/** Of several, the first: lists are newest first. */
async function findRollout(state: RolloutDetail["state"]): Promise<RolloutDetail> {
  const { rollouts } = await ask("/rollouts", RolloutList);
  const found = rollouts.find((rollout) => rollout.state === state);
  return ask(`/rollouts/${found?.id}`, RolloutDetail);
}

async function findFailure(detector: string, traceName: string): Promise<Failure> {
  const { failures } = await ask(`/failures?detector=${detector}`, z.object({ failures: z.array(Failure) }));
  return failures.find((failure) => failure.traceName === traceName) ?? expect.fail(`No ${detector} in ${traceName}`);
}

async function findGate(verdict: Gate["verdict"]): Promise<Gate> {
  const { gates } = await ask("/gates", GateList);
  return gates.find((gate) => gate.verdict === verdict) ?? expect.fail(`No gate says ${verdict}`);
}

describe("the sample", () => {
  it("runs through, and says in one sentence what it did and where to look", () => {
    expect(outcome.stderr).toMatch(/The loop ran on \d+ real threads in \d+ s\. See http:\/\/\S+\/p\/sample\n$/);
    expect(outcome.exitCode).toBe(0);
  });

  it("shows its progress while it runs: steps end one after another, and traces are listed long before its end", () => {
    for (const key of ["finishedSteps", "playedThreads", "listedTraces"] as const) {
      const values = glances.map((glance) => glance[key]);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
      expect(new Set(values).size, key).toBeGreaterThan(4);
    }
    const first = glances.find(({ listedTraces }) => listedTraces > 0);
    expect(first?.finishedSteps).toBe(0);
  });

  it("ends with every step done, each with what came of it and where to see it", async () => {
    const { activity, sample } = await ask("/projects/sample", Project);
    expect(sample).toBe(true);
    expect(activity?.message).toMatch(/^The loop ran on \d+ real threads in \d+ s\.$/);
    expect(activity?.steps).toHaveLength(9);
    for (const step of activity?.steps ?? []) {
      expect(step).toMatchObject({
        state: "done",
        note: expect.stringMatching(/\w/),
        href: expect.stringMatching(/^\//),
      });
    }
  });

  it("leaves one failure verified by a release that reached everybody, with the numbers that prove it", async () => {
    const failure = await findFailure("oversized-input", "teammate.issue");
    const { verification, links } = failure;
    expect(failure.stage).toBe("verified");
    expect(links.caseCount).toBeGreaterThan(0);
    expect((await ask(`/gates/${links.gate}`, Gate)).verdict).toBe("pass");
    expect((await ask(`/rollouts/${links.rollout}`, RolloutDetail)).state).toBe("completed");
    expect(verification?.failuresSince).toBe(0);
    expect(verification?.upperBound).toBeLessThanOrEqual((verification?.rateBefore ?? 0) / 2);
  });

  it("leaves pull requests answered off topic as an open failure that nobody has worked on", async () => {
    const { stage, links } = await findFailure("off-topic", "teammate.pull");
    expect({ stage, dataset: links.dataset, release: links.release }).toEqual({
      stage: "open",
      dataset: null,
      release: null,
    });
  });

  it("has a gate of each verdict, and the rollout of the worse change rolled back by its own evidence", async () => {
    expect(await findGate("pass")).toMatchObject({ exitCode: 0 });
    expect(await findGate("inconclusive")).toMatchObject({ exitCode: 3 });
    const worse = await findGate("regress");
    const aborted = await findRollout("aborted");
    expect(aborted.evidence).toBeGreaterThanOrEqual(aborted.threshold);
    expect(aborted.decisions.at(-1)).toMatchObject({ action: "abort", actor: expect.not.stringMatching(/api|web/) });
    const { releases } = await ask(
      "/releases",
      z.object({ releases: z.array(z.object({ id: z.string(), state: z.string(), gate: z.string().nullable() })) }),
    );
    expect(releases.find(({ id }) => id === aborted.release)).toMatchObject({ state: "rolled back", gate: worse.id });
    expect(releases.find(({ id }) => id === aborted.control)).toMatchObject({ state: "live" });
  });
});

describe.skipIf(!hasChromium)("a newcomer with a keyboard", () => {
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    // Containers run tests as root, where Chromium's sandbox cannot start.
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    ({ page, complaints } = await openPage({ browser, server }, "/"));
    // Before the test's own end, so that a failure names the place that was waited for.
    page.setDefaultTimeout(15_000);
  });
  afterAll(() => browser?.close());

  /** What a person reads there: what is folded away is not part of it. */
  const read = async (place: Locator | string) => {
    const locator = typeof place === "string" ? page.locator(place) : place;
    await locator.first().waitFor();
    return (await locator.allInnerTexts()).join("\n");
  };
  /** Walks the page's rows with j until the one that leads there, and opens it. */
  const openRow = async (target: string) => {
    await page.locator("main [data-row]").first().waitFor();
    for (let step = 0; step < 50; step++) {
      await page.keyboard.press("j");
      if ((await page.locator(":focus").getAttribute("href"))?.startsWith(`/p/sample${target}`)) {
        await page.keyboard.press("Enter");
        await page.waitForURL(`**${target}*`);
        return waitUntilLoaded(page);
      }
    }
    expect.fail(`No row of ${page.url()} leads to ${target}`);
  };
  const goHome = async () => {
    for (const key of ["g", "h"]) await page.keyboard.press(key);
    await page.waitForURL("**/p/sample");
    await waitUntilLoaded(page);
  };
  const expectAccessible = async () => {
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  };

  it("lands on the sample's Home, which shows the loop with one of each", async () => {
    await page.waitForURL("**/p/sample");
    await waitUntilLoaded(page);
    const home = await read("main");
    const verified = await findFailure("oversized-input", "teammate.issue");
    const card = page.locator(".board-column", { hasText: "Verified" }).locator(".board-card");
    expect(await card.allInnerTexts()).toEqual([expect.stringContaining(verified.title)]);
    expect(home).toMatch(/0 of \d+; rate ≤ [\d.]+ %/);
    expect(home).toContain((await findGate("inconclusive")).sentence);
    expect(home).toMatch(/rolled back\n.*everybody.* units failed/);
    expect(home).toMatch(/Quality of the built-in baseline.*\n.*label-f1 0\.\d+ \[0\.\d+, 0\.\d+\], n = \d+/);
    expect(home).toContain("Connect a model");
    expect(await read(".own-app pre")).toContain(`url: "${new URL(page.url()).origin}"`);
    await expectAccessible();
  });

  it("finds what nobody has worked on yet among the failures", async () => {
    const { id, title } = await findFailure("off-topic", "teammate.pull");
    for (const key of ["g", "f"]) await page.keyboard.press(key);
    await page.waitForURL("**/p/sample/failures");
    const row = page.getByRole("row", { name: title });
    expect(await read(row)).toMatch(new RegExp(`^${id}.*\\bopen\\b`, "s"));
    await expectAccessible();
    await goHome();
  });

  it("unfolds what the sample did, step by step, each with its note and link", async () => {
    const activity = page.getByRole("region", { name: "Activity" });
    expect(await read(activity.locator("summary"))).toMatch(/The loop ran on \d+ real threads in \d+ s\./);
    expect(await activity.getByRole("listitem").first().isVisible()).toBe(false);
    await activity.locator("summary").press("Enter");
    const steps = (await ask("/projects/sample", Project)).activity?.steps ?? [];
    const shown = await activity.getByRole("listitem").allInnerTexts();
    expect(shown).toEqual(steps.map(({ note }) => expect.stringContaining(String(note))));
    expect(await activity.getByRole("listitem").getByRole("link").count()).toBe(steps.length);
    await expectAccessible();
  });

  it("follows a failing trace to the rollout that fixed it, and reads that it completed", async () => {
    const { id } = await findFailure("oversized-input", "teammate.issue");
    const detail = await ask(`/failures/${id}`, FailureDetail);
    await openRow(`/failures/${id}`);
    expect(await read(".verification")).toMatch(/gone.*\n+0 of \d+ .*since the fix; rate ≤/i);
    await expectAccessible();

    const signal = detail.signals[0];
    await openRow(`/traces/${signal?.traceId}`);
    await page
      .getByText(signal?.reason ?? "no reason")
      .first()
      .waitFor();
    await expectAccessible();

    await page
      .getByRole("region", { name: `Loop of ${id}` })
      .getByRole("link", { name: /^Rollout/ })
      .press("Enter");
    await page.waitForURL(`**/rollouts/${detail.links.rollout}`);
    await waitUntilLoaded(page);
    await page.getByText(/completed, .*everybody/).waitFor();
    const last = (await ask(`/rollouts/${detail.links.rollout}`, RolloutDetail)).decisions.at(-1);
    expect(last?.action).toBe("complete");
    await page.getByRole("cell", { name: last?.reason ?? "no reason" }).waitFor();
    await expectAccessible();
  });

  it("sees the evidence that rolled the worse release back", async () => {
    const { id, evidence, threshold, history, control } = await findRollout("aborted");
    await goHome();
    await openRow(`/rollouts/${id}`);
    await page.getByText(new RegExp(`rolled back, .*everybody.*${control}`)).waitFor();
    const shown = /Evidence of harm: ([\d,.]+), .*worse/s.exec(
      await read('section[aria-label="Evidence of harm"]'),
    )?.[1];
    expect(Number(shown)).toBeGreaterThanOrEqual(threshold);
    expect(Number(shown)).toBeCloseTo(evidence, -1);
    await page.getByText(`As a table of ${history.length} failed units`).press("Enter");
    const newest = page.getByRole("region", { name: "Evidence as a table" }).locator("tbody tr").first();
    expect(await read(newest)).toMatch(/Worse$/);
    await expectAccessible();
  });

  it("reads the same verdicts on the page, from the API and from the command line", async () => {
    for (const verdict of ["regress", "inconclusive"] as const) {
      const gate = await findGate(verdict);
      await goHome();
      await openRow(`/gates/${gate.id}`);
      const { stdout, exitCode } = await ratchet("gate", gate.candidate, "--baseline", gate.baseline);
      expect(exitCode).toBe(gate.exitCode);
      for (const sentence of [await read(".gate-sentence"), stdout]) expect(sentence).toContain(gate.sentence);
      for (const { criterion, word, baselineMean, candidateMean, n } of gate.criteria) {
        const card = await read(page.getByRole("region", { name: `${criterion.metric}: ${word}` }));
        expect(card).toContain(`${trimmed(baselineMean)} → ${trimmed(candidateMean)} on ${n} cases`);
        const line = stdout.split("\n").find((one) => one.trim().startsWith(criterion.metric)) ?? "";
        expect(line.split(/\s+/)).toEqual(expect.arrayContaining([fixed(baselineMean), fixed(candidateMean)]));
        expect(line).toContain(word);
      }
      await expectAccessible();
    }
  });

  it("reads the same loop on Home and from `ratchet status`", async () => {
    const failure = await findFailure("oversized-input", "teammate.issue");
    const all = await ratchet("status");
    expect(all.stdout).toContain(failure.title);
    await goHome();
    expect(all.stdout).toContain(await read(".home-sentence"));
    const one = await ratchet("status", failure.id);
    for (const { note } of failure.loop.steps) expect(one.stdout).toContain(note);
    await openRow(`/failures/${failure.id}`);
    const strip = await read(page.getByRole("region", { name: `Loop of ${failure.id}` }));
    for (const { note } of failure.loop.steps) expect(strip).toContain(note);
  });

  it("traces an own application with what Home shows, and sees the light turn green", async () => {
    await goHome();
    const panel = page.locator(".own-app");
    await panel.getByText("Waiting for the first span in project default").waitFor();
    const snippet = await read(panel.locator("pre").first());
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module-typescript", "--eval", snippet],
      { cwd: root },
    );
    expect(stdout).toContain("You asked: Does it work?");
    await panel.getByText("First span received").waitFor();
    await panel.getByRole("link", { name: "Open its traces" }).press("Enter");
    await page.waitForURL("**/p/default/traces");
    await page.getByText("Does it work?").first().waitFor();
    await expectAccessible();
  });

  it("has met no error in the console, and no request to another host", () => {
    expect(complaints).toEqual([]);
  });

  const ratchet = (...args: string[]) =>
    spawnRatchet(args, { env: { RATCHET_URL: server.url, RATCHET_PROJECT: "sample" } }).outcome;
});

/** As the command prints a value between 0 and 1. */
function fixed(value: number | null): string {
  return String(value?.toFixed(3));
}

/** As the pages print it. */
function trimmed(value: number | null): string {
  return fixed(value).replace(/\.?0+$/, "");
}
