import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserTest, hasChromium, openBrowserTest, openPage, waitUntilLoaded } from "./browser.ts";

const sample = "/p/sample-teammate";

describe.skipIf(!hasChromium)("the pages of datasets, prompts, experiments and rollouts", () => {
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

  it("say the gate's verdict in words before any number, and keep p-values out of the first view", async () => {
    const page = await open(`${sample}/gates/G-2`);
    const card = page.locator(".verdict").first();
    expect(await card.getAttribute("aria-label")).toBe("label-accuracy: worse");
    expect(await card.locator("svg.forest").getAttribute("aria-label")).toMatch(
      /^worse: difference −\d\.\d+, 90 % interval/,
    );
    expect(await card.getByText("p of “worse than 0”").isVisible()).toBe(false);
    await page.close();
  });

  it("walk the filtered pairs with j and k, and keep filter and case in the URL", async () => {
    const page = await open(`${sample}/gates/G-1`);
    await page.getByRole("link", { name: /^Improved/ }).click();
    await page.waitForURL(/show=improved/);
    await page.keyboard.press("j");
    await page.waitForURL(/case=/);
    const first = new URL(page.url()).searchParams.get("case");
    await page.keyboard.press("j");
    await page.waitForURL((url) => url.searchParams.get("case") !== first);
    expect(new URL(page.url()).searchParams.get("show")).toBe("improved");
    await page.keyboard.press("2");
    await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
    await page.goBack();
    await page.locator(".pair").waitFor();
    expect(new URL(page.url()).searchParams.get("show")).toBe("improved");
    await page.close();
  });

  it("keep only the rows in view of 10,000 pairs, and can reach the last", async () => {
    const page = await open("/p/huge/experiments/compare?baseline=E-1&candidate=E-2&show=all");
    const list = page.locator(".pair-list");
    await list.locator("li").first().waitFor();
    expect(await list.locator("li").count()).toBeLessThan(120);
    await list.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    // 10,000 pairs and three headings.
    await list.locator('li[aria-posinset="10003"]').waitFor();
    await page.close();
  });

  it("pause a rollout only with a reason, and show what the server confirmed", async () => {
    const page = await open(`${sample}/rollouts/RO-1`);
    await page.getByRole("button", { name: "Pause" }).click();
    const dialog = page.getByRole("dialog");
    const confirm = dialog.getByRole("button", { name: "Pause RO-1" });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill("The provider has an outage");
    await confirm.click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
    await page.getByRole("cell", { name: "The provider has an outage" }).waitFor();
    await page.close();
  });

  it("say why the server refused an action, and change nothing", async () => {
    const page = await open(`${sample}/rollouts/RO-1`);
    await page.getByRole("button", { name: "Roll back" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("It is worse");
    await dialog.getByRole("button", { name: "Roll back RO-1" }).click();
    await dialog.getByText("RO-1 is not running any more").waitFor();
    expect(await page.locator("h1").textContent()).toBe("RO-1: R-3 against R-2");
    await page.close();
  });

  it("say the evidence of a rollout as a sentence and as a table", async () => {
    const page = await open(`${sample}/rollouts/RO-3`);
    await page.getByRole("slider", { name: "Failure" }).press("Home");
    await page.getByText(/^A control unit failed; 0 of 1 failed unit was the candidate's/).waitFor();
    await page.getByText("As a table of 48 failed units").click();
    const rows = page.getByRole("region", { name: "Evidence as a table" }).locator("tbody tr");
    await rows.nth(47).waitFor();
    expect(await rows.count()).toBe(48);
    await page.close();
  });

  it("compare texts of 50,000 lines without a cap", async () => {
    const page = await open(
      "/p/huge/prompts/answers%2Fquestion?version=c0ffee12ab34&against=9c1e2f0a41bb&view=unified",
    );
    await page.getByText("+23 −23 lines").waitFor({ timeout: 20_000 });
    await page.close();
  });
});
