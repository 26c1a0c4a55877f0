import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserTest, hasChromium, openBrowserTest, openPage, waitUntilLoaded } from "./browser.ts";

if (!hasChromium) console.warn("No Chromium at /usr/bin/chromium or CHROMIUM_PATH: the sign-in tests are SKIPPED.");

describe.skipIf(!hasChromium)("pages of a server that asks for keys", () => {
  let test: BrowserTest;
  beforeAll(async () => {
    test = await openBrowserTest();
    test.server.askForKey("rk_right");
  });
  afterAll(() => test?.close());

  it("ask for a key, say why one is refused, and then open where the person wanted to go", async () => {
    const { page } = await openPage(test, "/p/sample-teammate/failures");
    const key = page.getByLabel("API key");
    await key.waitFor();
    expect(await key.evaluate((input) => input === document.activeElement)).toBe(true);
    const axe = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(axe.violations.map(({ id }) => id)).toEqual([]);
    await key.fill("rk_wrong");
    await page.keyboard.press("Enter");
    await page.getByText("The API key is not known, or was revoked.").waitFor();
    await key.fill("rk_right");
    await page.keyboard.press("Enter");
    await page.locator("h1", { hasText: "Failures" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/p/sample-teammate/failures");
    expect(await page.evaluate(() => document.cookie)).toBe("");
    await page.close();
  });

  it("ask at the address without a project, too", async () => {
    const { page } = await openPage(test, "/");
    await page.getByLabel("API key").fill("rk_right");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/p/sample-teammate");
    await page.close();
  });

  it("let a person sign out in Settings", async () => {
    const { page } = await openPage(test, "/p/sample-teammate/settings");
    await page.getByLabel("API key").fill("rk_right");
    await page.keyboard.press("Enter");
    await waitUntilLoaded(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API key").waitFor();
    await page.close();
  });

  it("ask again when the key is revoked while they are open", async () => {
    const { page } = await openPage(test, "/p/sample-teammate");
    await page.getByLabel("API key").fill("rk_right");
    await page.keyboard.press("Enter");
    await waitUntilLoaded(page);
    test.server.askForKey("rk_another");
    test.server.receiveTrace("sample-teammate");
    await page.getByLabel("API key").waitFor();
    await page.close();
  });
});
