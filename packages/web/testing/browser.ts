/** Chromium on the built pages, for tests of what only a browser can tell. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { startFixtureServer } from "./fixture-server.ts";

export const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
export const hasChromium = existsSync(executablePath);

export interface BrowserTest {
  server: Awaited<ReturnType<typeof startFixtureServer>>;
  browser: Browser;
  /** Where the pages were built to. */
  webDirectory: string;
  close: () => Promise<void>;
}

/** Builds the pages into a directory of their own, serves them with the fixtures and starts Chromium. */
export async function openBrowserTest(): Promise<BrowserTest> {
  const webDirectory = await mkdtemp(join(tmpdir(), "ratchet-web-"));
  await buildPages(webDirectory);
  const server = await startFixtureServer(webDirectory);
  // Containers run tests as root, where Chromium's sandbox cannot start.
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  return {
    server,
    browser,
    webDirectory,
    close: async () => {
      await browser.close();
      await server[Symbol.asyncDispose]();
      await rm(webDirectory, { recursive: true });
    },
  };
}

/** In a process of its own: inside a test runner, React would be built for development. */
async function buildPages(outDirectory: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin/vite.js");
  await promisify(execFile)(process.execPath, [vite, "build", "--outDir", outDirectory, "--logLevel", "error"], {
    cwd: join(import.meta.dirname, ".."),
    env: { ...process.env, NODE_ENV: "production" },
  });
}

/** A page that remembers what it must not do: report errors, or ask any other host. */
export async function openPage(
  test: { browser: Browser; server: { url: string } },
  path: string,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await test.browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(test.server.url)) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(test.server.url + path);
  return { page, complaints };
}

/** Until the page has its title and asks for nothing any more. */
export async function waitUntilLoaded(page: Page): Promise<void> {
  await page.locator("h1").waitFor();
  await page.locator(".page-header-progress[data-active], .skeleton").first().waitFor({ state: "detached" });
}
