import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserTest, hasChromium, openBrowserTest, openPage, waitUntilLoaded } from "./browser.ts";
import { makeTraces } from "./sample-traces.ts";

if (!hasChromium) console.warn("No Chromium at /usr/bin/chromium or CHROMIUM_PATH: the keyboard tests are SKIPPED.");

const traceId = makeTraces(4, 0)[3]?.traceId ?? "";

describe.skipIf(!hasChromium)("by keyboard alone", () => {
  let test: BrowserTest;
  beforeAll(async () => {
    test = await openBrowserTest();
  });
  afterAll(() => test?.close());

  it("a person goes from Home to a failure and captures it as a test", async () => {
    const { page, complaints } = await openPage(test, "/p/sample-teammate");
    await waitUntilLoaded(page);
    await press(page, "g", "f");
    await page.locator("h1", { hasText: "Failures" }).waitFor();
    await waitUntilLoaded(page);
    await press(page, "j", "j", "k", "Enter");
    await page.getByRole("button", { name: "Capture as test" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/p/sample-teammate/failures/F-1");
    await page.getByRole("button", { name: "Capture as test" }).focus();
    await press(page, "Enter");
    await page.getByLabel("Dataset").fill("refunds");
    await press(page, "Enter");
    await page.locator("h1", { hasText: "refunds" }).waitFor();
    expect(page.url()).toContain("/datasets/refunds?from=F-1");
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("a pasted id opens what it names, and Back returns", async () => {
    const { page } = await openPage(test, "/p/sample-teammate/failures");
    await waitUntilLoaded(page);
    await press(page, "Control+k");
    await page.getByRole("combobox", { name: /Jump to/ }).fill(traceId);
    await press(page, "Enter");
    await page.getByRole("treegrid").waitFor();
    expect(new URL(page.url()).pathname).toBe(`/p/sample-teammate/traces/${traceId}`);
    await page.goBack();
    await page.locator("h1", { hasText: "Failures" }).waitFor();
    await page.close();
  });

  it("the spans of a trace open, close and show what they said", async () => {
    const { page } = await openPage(test, `/p/sample-teammate/traces/${traceId}`);
    const grid = page.getByRole("treegrid");
    await grid.focus();
    const selected = page.locator('[role="treegrid"] tr[aria-selected="true"]');
    // The failing span is chosen first; its parents are two levels up.
    await expectText(selected, "ask model");
    await press(page, "ArrowLeft", "ArrowLeft");
    expect(await selected.getAttribute("aria-expanded")).toBe("false");
    await press(page, "ArrowDown");
    await expectText(selected, "step 2");
    await press(page, "Home", "End");
    await expectText(selected, "post comment");
    expect(page.url()).toContain("?span=");
    await page.getByRole("complementary", { name: "Span" }).getByText("docs/install.md").waitFor();
    await page.close();
  });

  it("the sheet behind ? names every key that works, and Esc gives the focus back", async () => {
    const { page } = await openPage(test, "/p/sample-teammate/traces");
    await waitUntilLoaded(page);
    await press(page, "/");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("search");
    await press(page, "Tab", "?"); // Tab leads to the tick box of the live tail, where keys are the page's.
    const sheet = page.getByRole("dialog", { name: "Keys" });
    await sheet.getByText("Next row").waitFor();
    await sheet.getByText("g then t").waitFor();
    await press(page, "Escape");
    await sheet.waitFor({ state: "hidden" });
    expect(await page.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("checkbox");
    await page.close();
  });
});

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

async function expectText(locator: ReturnType<Page["locator"]>, text: string): Promise<void> {
  await locator.filter({ hasText: text }).waitFor();
}
