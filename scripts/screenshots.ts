/**
 * Takes the README's pictures from a running Ratchet in which the sample has ended: `npm run screenshots`.
 * RATCHET_URL, RATCHET_PROJECT (`sample`) and RATCHET_API_KEY say where; CHROMIUM_PATH which browser; an argument
 * another directory than `docs/images`.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  FailureDetail,
  FailureList,
  type Gate,
  GateList,
  PromptDetail,
  projectHeader,
  RolloutList,
} from "@ratchet/protocol";
import { type Browser, chromium } from "playwright-core";

const url = (process.env.RATCHET_URL || "http://localhost:3000").replace(/\/+$/, "");
const project = process.env.RATCHET_PROJECT || "sample";
const key = process.env.RATCHET_API_KEY;
const authorization: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
const directory = resolve(process.argv[2] ?? join(import.meta.dirname, "../docs/images"));

interface Picture {
  name: string;
  /** Below the project's pages. */
  path: string;
  colorScheme?: "light" | "dark";
}

const pictures = await choosePictures();
await mkdir(directory, { recursive: true });
// Containers run as root, where Chromium's sandbox cannot start.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium",
  args: ["--no-sandbox", "--font-render-hinting=none"],
});
try {
  for (const picture of pictures) await take(browser, picture);
} finally {
  await browser.close();
}

/** The objects are found by what they are, as their numbers differ from run to run. */
async function choosePictures(): Promise<Picture[]> {
  const { failures } = await get("/api/failures?stage=verified", FailureList);
  const failure = demand(failures[0], "verified failure");
  const { signals, links } = await get(`/api/failures/${failure.id}`, FailureDetail);
  const signal = demand(signals[0], `signal of ${failure.id}`);
  const { gates } = await get("/api/gates", GateList);
  const passed = gates.filter(({ verdict }) => verdict === "pass");
  const gate = demand(passed.find(({ failures }) => failures.includes(failure.id)) ?? passed[0], "passed gate");
  const { rollouts } = await get("/api/rollouts", RolloutList);
  const rollout = demand(
    rollouts.find(({ state }) => state === "aborted"),
    "aborted rollout",
  );
  const fix = demand(links.prompt, `prompt that fixes ${failure.id}`);
  return [
    { name: "home", path: "" },
    { name: "home-dark", path: "", colorScheme: "dark" },
    { name: "trace", path: `/traces/${signal.traceId}` },
    { name: "failure", path: `/failures/${failure.id}` },
    { name: "gate", path: `/gates/${gate.id}${chooseMetric(gate)}` },
    { name: "rollout", path: `/rollouts/${rollout.id}` },
    { name: "prompt", path: await findDifference(fix) },
  ];
}

/** The cases of the metric that got better, if any did. */
function chooseMetric({ criteria }: Gate): string {
  const better = criteria.find(({ word }) => word === "better");
  return better ? `?metric=${encodeURIComponent(better.criterion.metric)}` : "";
}

/** What the fix changed of the version before it. */
async function findDifference({ name, version }: { name: string; version: string }): Promise<string> {
  const { versions } = await get(`/api/prompts/${encodeURIComponent(name)}`, PromptDetail);
  const number = versions.find((each) => each.version === version)?.number ?? 0;
  const before = demand(
    versions.find((each) => each.number === number - 1),
    `version before ${name}@${version}`,
  );
  return `/prompts/${encodeURIComponent(name)}?version=${version}&against=${before.version}`;
}

async function get<Answer>(path: string, schema: { parse(value: unknown): Answer }): Promise<Answer> {
  const response = await fetch(url + path, { headers: { [projectHeader]: project, ...authorization } });
  if (!response.ok) fail(`${path} answered ${response.status}: ${await response.text()}`);
  return schema.parse(await response.json());
}

function demand<Found>(found: Found | null | undefined, what: string): Found {
  return found ?? fail(`The project ${project} at ${url} has no ${what}. Let the sample end first.`);
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

async function take(browser: Browser, { name, path, colorScheme = "light" }: Picture): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    colorScheme,
    reducedMotion: "reduce",
    extraHTTPHeaders: authorization,
  });
  await page.goto(`${url}/p/${project}${path}`);
  await page.locator("h1").waitFor();
  await page.locator(".page-header-progress[data-active], .skeleton").first().waitFor({ state: "detached" });
  const file = join(directory, `${name}.png`);
  await page.screenshot({ path: file });
  await page.close();
  console.log(`${file}  ${page.url()}`);
}
