import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserTest, hasChromium, openBrowserTest, openPage, waitUntilLoaded } from "./browser.ts";
import { makeTraces } from "./sample-traces.ts";

const settings = "/p/sample-teammate/settings";

describe.skipIf(!hasChromium)("the settings of a project", () => {
  let test: BrowserTest;
  beforeAll(async () => {
    test = await openBrowserTest();
  });
  afterAll(() => test?.close());

  const open = async (path: string) => {
    const { page } = await openPage(test, path);
    await waitUntilLoaded(page);
    return page;
  };
  const rowOf = (page: Page, table: string, name: string) =>
    page.getByRole("table", { name: table }).getByRole("row", { name });

  it("name models without a price first, and set one by keyboard in a form that knows the model", async () => {
    const page = await open(settings);
    const unknown = rowOf(page, "Models without a known price", "house-llama-70b");
    await unknown.getByRole("button", { name: "Set a price for house-llama-70b" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Add a price" });
    expect(await dialog.getByLabel("Model").inputValue()).toBe("house-llama-70b");
    expect(await dialog.getByLabel("Provider").inputValue()).toBe("our-gateway");
    await dialog.getByLabel("Input").fill("0.6");
    await dialog.getByLabel("Output").fill("0.8");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await rowOf(page, "Prices", "house-llama-70b").textContent()).toContain("$0.6");
    await unknown.getByText("set: re-price below").waitFor();
    await page.getByRole("button", { name: "Re-price" }).click();
    await page.getByText("1,287 calls looked at, 1,284 got another cost").waitFor();
    await page.close();
  });

  it("show a refused price in its form, and change and remove one", async () => {
    const page = await open(settings);
    await page.getByRole("button", { name: "Add a price" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Model").fill("bge-small-house");
    await dialog.getByLabel("Input").fill("1");
    await dialog.getByLabel("Output").fill("1");
    await dialog.getByRole("button", { name: "Add the price" }).click();
    await dialog.getByRole("alert").getByText("There is a price of bge-small-house already.").waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "Edit the price of support-ft-*" }).click();
    expect(await dialog.getByLabel("Output").inputValue()).toBe("10");
    expect(await dialog.getByLabel("Valid from").inputValue()).toMatch(/^2026-0[89]-\d\d$/);
    await dialog.getByLabel("Output").fill("12.5");
    await dialog.getByRole("button", { name: "Change the price" }).click();
    await rowOf(page, "Prices", "support-ft-*").getByText("$12.5").waitFor();
    await page.getByRole("button", { name: "Remove the price of bge-small-house" }).click();
    await rowOf(page, "Prices", "bge-small-house").waitFor({ state: "detached" });
    await page.close();
  });

  it("keep traces for so many days, and say what the server has confirmed", async () => {
    const page = await open(settings);
    const form = page.getByRole("region", { name: "Retention" });
    await form.getByText("kept for ever now").waitFor();
    await form.getByLabel("How long traces are kept").selectOption("days");
    await form.getByLabel("Days that traces are kept").fill("30");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("kept for 30 days now").waitFor();
    await form.getByLabel("How long traces are kept").selectOption("ever");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("kept for ever now").waitFor();
    await page.close();
  });

  it("delete a user's data only once the user's id is typed, and say how much it was", async () => {
    const page = await open(settings);
    await page.getByLabel("User id").fill("ada@example.com");
    await page.getByRole("button", { name: "Delete the data …" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete the data of ada@example.com" });
    const confirm = dialog.getByRole("button", { name: "Delete the data" });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill("ada@example.com");
    await page.keyboard.press("Enter");
    await page.getByText("12 traces, 3 judgements and 1 case of ada@example.com are deleted.").waitFor();
    await page.close();
  });

  it("say where the server does not answer, and offer to ask again", async () => {
    const page = await open("/p/broken/settings");
    await page.getByRole("region", { name: "Prices" }).getByRole("button", { name: /again/ }).first().waitFor();
    await page.close();
  });

  it("are not needed to delete a trace: its page does it, and the list opens without it", async () => {
    const traceId = makeTraces(4, 0)[3]?.traceId ?? "";
    const page = await open(`/p/sample-teammate/traces/${traceId}`);
    await page.getByRole("button", { name: "Delete trace …" }).click();
    await page
      .getByRole("dialog", { name: "Delete this trace" })
      .getByRole("button", { name: "Delete the trace" })
      .click();
    await page.waitForURL(/\/traces$/);
    await page.getByRole("heading", { name: "Traces" }).waitFor();
    expect(await page.locator(`a[href*="${traceId}"]`).count()).toBe(0);
    await page.close();
  });
});
