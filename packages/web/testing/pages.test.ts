import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserTest, hasChromium, openBrowserTest, openPage, waitUntilLoaded } from "./browser.ts";
import { makeTraces } from "./sample-traces.ts";

if (!hasChromium)
  console.warn("No Chromium at /usr/bin/chromium or CHROMIUM_PATH: the tests of the pages are SKIPPED.");

const traceId = makeTraces(4, 0)[3]?.traceId;
const pages: [name: string, path: string][] = [
  ["Home", "/p/sample-teammate"],
  ["Home of an empty project", "/p/default"],
  ["Home of a finished sample", "/p/finished"],
  ["Traces", "/p/sample-teammate/traces"],
  ["Traces, none yet", "/p/default/traces"],
  ["Trace", `/p/sample-teammate/traces/${traceId}`],
  ["Failures", "/p/sample-teammate/failures"],
  ["Failures, none yet", "/p/default/failures"],
  ["Failure", "/p/sample-teammate/failures/F-1"],
  ["Failure that came back", "/p/sample-teammate/failures/F-7"],
  ["Datasets", "/p/sample-teammate/datasets"],
  ["Dataset", "/p/sample-teammate/datasets/refunds"],
  ["Prompts", "/p/sample-teammate/prompts"],
  ["Prompt", "/p/sample-teammate/prompts/answers%2Fquestion"],
  ["Experiments", "/p/sample-teammate/experiments"],
  ["Comparison", "/p/sample-teammate/experiments/compare?baseline=E-1&candidate=E-2"],
  ["Experiment", "/p/sample-teammate/experiments/E-2"],
  ["Gate", "/p/sample-teammate/gates/G-1"],
  ["Rollouts", "/p/sample-teammate/rollouts"],
  ["Rollout", "/p/sample-teammate/rollouts/RO-1"],
  ["Settings", "/p/sample-teammate/settings"],
  ["Settings of a project without prices", "/p/default/settings"],
];

describe.skipIf(!hasChromium)("every page", () => {
  let test: BrowserTest;
  beforeAll(async () => {
    test = await openBrowserTest();
  });
  afterAll(() => test?.close());

  it.each(pages)("%s opens without complaints, accessible in both themes and on a phone", async (_, path) => {
    const { page, complaints } = await openPage(test, path);
    await waitUntilLoaded(page);
    expect(await violationsOf(page)).toEqual([]);
    await page.evaluate(() => {
      document.documentElement.dataset.theme = "dark";
    });
    expect(await violationsOf(page, "color-contrast")).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await violationsOf(page, "region", "scrollable-region-focusable")).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("is asked for when a link to it is pointed at, before it is opened", async () => {
    const { page } = await openPage(test, "/p/sample-teammate/failures");
    await waitUntilLoaded(page);
    const asked = page.waitForRequest((request) => request.url().endsWith("/api/failures/F-1"));
    await page.getByRole("link", { name: /^F-1 / }).hover();
    await asked;
    expect(page.url()).toMatch(/\/failures$/);
    await page.close();
  });

  it("loads at most 150 KB of script and 20 KB of style, compressed, before the first page", () => {
    const html = readFileSync(join(test.webDirectory, "index.html"), "utf8");
    const sizeOf = (pattern: RegExp) =>
      [...html.matchAll(pattern)].reduce(
        (sum, [, file]) => sum + gzipSync(readFileSync(join(test.webDirectory, String(file)))).length,
        0,
      );
    expect(sizeOf(/(?:src|href)="(\/[^"]+\.js)"/g)).toBeLessThan(150_000);
    expect(sizeOf(/href="(\/[^"]+\.css)"/g)).toBeLessThan(20_000);
    for (const file of readdirSync(join(test.webDirectory, "assets"))) {
      const { length } = gzipSync(readFileSync(join(test.webDirectory, "assets", file)));
      if (!html.includes(file)) expect(length, file).toBeLessThan(60_000);
    }
  });
});

async function violationsOf(page: ConstructorParameters<typeof AxeBuilder>[0]["page"], ...rules: string[]) {
  const axe = new AxeBuilder({ page }).setLegacyMode();
  if (rules.length > 0) axe.withRules(rules);
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}
