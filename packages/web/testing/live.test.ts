import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserTest, hasChromium, openBrowserTest, openPage, waitUntilLoaded } from "./browser.ts";

if (!hasChromium) console.warn("No Chromium at /usr/bin/chromium or CHROMIUM_PATH: the live tests are SKIPPED.");

describe.skipIf(!hasChromium)("a page that is left open", () => {
  let test: BrowserTest;
  beforeAll(async () => {
    test = await openBrowserTest();
  });
  afterAll(() => test?.close());

  it("turns green when the first span of the reader's own application arrives", async () => {
    const { page } = await openPage(test, "/p/default");
    await page.getByText("Waiting for the first span in project default").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    test.server.receiveTrace("default");
    await page.getByText("First span received").waitFor();
    await page.close();
  });

  it("offers new traces above what is being read, and moves nothing until asked", async () => {
    const { page } = await openPage(test, "/p/huge/traces");
    await waitUntilLoaded(page);
    const table = page.locator(".virtual-table");
    await table.hover();
    const before = await table.locator("tbody").textContent();
    test.server.receiveTrace("huge");
    const pill = page.getByRole("button", { name: "1 new trace" });
    await pill.waitFor();
    expect(await table.locator("tbody").textContent()).toBe(before);
    await pill.click();
    await table.getByText("the newest").waitFor();
    await page.close();
  });

  it("puts new traces on top by itself while nobody is in the list", async () => {
    const { page } = await openPage(test, "/p/sample-teammate/traces");
    await waitUntilLoaded(page);
    test.server.receiveTrace("sample-teammate");
    await page.locator(".virtual-table").getByText("the newest").waitFor();
    await page.close();
  });

  it("loads further rows as they are scrolled to, and says how many there are", async () => {
    const { page } = await openPage(test, "/p/huge/traces?live=off");
    await page.getByText(/^100 of 10,00\d; scroll for more/).waitFor();
    await page.locator(".virtual-table").evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.getByText(/^200 of 10,00\d/).waitFor();
    await page.close();
  });

  it("says when the line is down, and catches up when it stands again", async () => {
    const { page } = await openPage(test, "/p/sample-teammate");
    await page.getByText("Live", { exact: true }).waitFor();
    test.server.cutEvents();
    await page.getByText("Reconnecting").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.close();
  });

  it("explains an error and tries again on request", async () => {
    const { page } = await openPage(test, "/p/broken/failures");
    await page.getByText("The engine is gone.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("The engine is gone.").waitFor();
    await page.close();
  });
});
