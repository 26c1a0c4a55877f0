import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserTest, hasChromium, openBrowserTest, openPage, waitUntilLoaded } from "./browser.ts";
import { makeTraces } from "./sample-traces.ts";

if (!hasChromium) console.warn("No Chromium at /usr/bin/chromium or CHROMIUM_PATH: the trace tests are SKIPPED.");

const small = makeTraces(4, 0);
const [running, rootless, ended] = small.map(({ traceId }) => traceId);
const huge = makeTraces(4, 0, 2)[3]?.traceId;

describe.skipIf(!hasChromium)("the page of a trace", () => {
  let test: BrowserTest;
  beforeAll(async () => {
    test = await openBrowserTest();
  });
  afterAll(() => test?.close());

  it("has of 10,003 spans only those in view, and says how many there are", async () => {
    const { page, complaints } = await openPage(test, `/p/huge/traces/${huge}`);
    await waitUntilLoaded(page);
    const grid = page.getByRole("treegrid", { name: "10,003 spans" });
    expect(await grid.getAttribute("aria-rowcount")).toBe("10003");
    expect(await grid.locator("tr[aria-rowindex]").count()).toBeLessThan(80);
    await page.locator(".span-grid").evaluate((box) => box.scrollTo(0, box.scrollHeight / 2));
    await page.locator('tr[aria-rowindex="5002"] .span-name').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("goes to its last row and back by keyboard, through rows that are not loaded yet", async () => {
    const { page } = await openPage(test, `/p/huge/traces/${huge}`);
    await waitUntilLoaded(page);
    await page.getByRole("treegrid").focus();
    await page.keyboard.press("End");
    await selected(page, "post comment");
    expect(await page.locator('tr[aria-selected="true"]').getAttribute("aria-rowindex")).toBe("10003");
    await page.keyboard.press("ArrowLeft");
    await selected(page, "step 1667");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator('tr[aria-selected="true"]').getAttribute("aria-expanded")).toBe("false");
    await page.locator('[role="treegrid"][aria-rowcount="1"]').waitFor();
    await page.close();
  });

  it("opens at the span that its address names, wherever in the tree that is", async () => {
    const { page } = await openPage(test, `/p/huge/traces/${huge}`);
    await waitUntilLoaded(page);
    await page.getByRole("treegrid").focus();
    await page.keyboard.press("End");
    await selected(page, "post comment");
    const { page: other } = await openPage(test, new URL(page.url()).pathname + new URL(page.url()).search);
    await selected(other, "post comment");
    expect(await other.locator('tr[aria-selected="true"]').getAttribute("aria-rowindex")).toBe("10003");
    await page.close();
    await other.close();
  });

  it("shows what a message is made of, runs none of it, and loads nothing from elsewhere", async () => {
    const { page, complaints } = await openPage(test, `/p/sample-teammate/traces/${ended}`);
    await page.getByRole("treegrid").getByText("ask model").first().click();
    const panel = page.getByRole("complementary", { name: "Span" });
    const image = panel.getByRole("img", { name: "Attachment: image/png" });
    await image.waitFor();
    expect(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(240);
    await panel.getByText("video/mp4 of 31 MB: too large to be kept").waitFor();
    await panel.getByText("https://evil.example/pixel.png").waitFor();
    await panel.getByText("<img src=x onerror=alert(1)>").waitFor();
    await panel.getByRole("region", { name: "Call of search_docs" }).getByText("read-only container volume").waitFor();
    const reasoning = panel.getByText("the user that owns it matters");
    expect(await reasoning.isVisible()).toBe(false);
    await panel.getByText(/^Reasoning/).click();
    expect(await reasoning.isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("says of tokens what was cached, of a cost whose it is, and of an unknown price where to set one", async () => {
    const { page } = await openPage(test, `/p/sample-teammate/traces/${ended}`);
    const call = page.getByRole("treegrid").getByText("ask model");
    await call.first().click();
    const panel = page.getByRole("complementary", { name: "Span" });
    await panel.getByText(/^[\d,]+ in \([\d,]+ cached\), [\d,]+ out \([\d,]+ reasoning\)$/).waitFor();
    await panel.getByText(/^\$[\d.]+ \(price table\)$/).waitFor();
    await panel.getByText("Ratchet, OTel GenAI").waitFor();
    await call.nth(1).click();
    await panel.getByText("price unknown").waitFor();
    await panel.getByRole("link", { name: "set a price" }).click();
    await page.locator("h1", { hasText: "Settings" }).waitFor();
    await page.close();
  });

  it("marks what has not ended, what came without its root, and what is counted elsewhere", async () => {
    const { page } = await openPage(test, `/p/sample-teammate/traces/${running}`);
    await page.getByText("1 running").waitFor();
    await page.getByText("Still running").waitFor();
    await page.getByRole("treegrid").getByText("duplicate").click();
    await page.getByRole("button", { name: /^counted in / }).click();
    await selected(page, "search docs");
    await page.goto(`${test.server.url}/p/sample-teammate/traces/${rootless}`);
    await page.getByText("root not received").waitFor();
    expect(await page.getByText("parent not received").count()).toBe(2);
    await page.close();
  });
});

async function selected(page: Page, name: string): Promise<void> {
  await page.locator('[role="treegrid"] tr[aria-selected="true"]', { hasText: name }).waitFor();
}
