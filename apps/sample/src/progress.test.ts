import type { ProjectActivity } from "@ratchet/protocol";
import { describe, expect, it, vi } from "vitest";
import { createProgress } from "./progress.ts";

function open({ isTTY = false, save = async (_: ProjectActivity) => {} } = {}) {
  const saved: ProjectActivity[] = [];
  let written = "";
  const progress = createProgress(
    ["Watch", "Find", "Fix"],
    async (activity) => {
      saved.push(structuredClone(activity));
      await save(activity);
    },
    { isTTY, write: (text) => (written += text) },
  );
  return { progress, last: () => saved.at(-1), count: () => saved.length, written: () => written };
}

describe("the sample's progress", () => {
  it("ends with every step done, its note and link, and one sentence", async () => {
    const { progress, last } = open();
    progress.begin("Watch");
    progress.count(3, 10);
    progress.note("3 threads", "/traces");
    progress.begin("Find");
    progress.note("F-1, in 3 traces");
    progress.begin("Fix");
    await progress.finish("The loop ran on 10 real threads in 2 s.");
    expect(last()).toMatchObject({
      state: "done",
      message: "The loop ran on 10 real threads in 2 s.",
      done: 3,
      total: 10,
      steps: [
        { name: "Watch", state: "done", note: "3 threads", href: "/traces" },
        { name: "Find", state: "done", note: "F-1, in 3 traces" },
        { name: "Fix", state: "done" },
      ],
    });
  });

  it("says where and why it failed; later steps were never begun", async () => {
    const { progress, last, written } = open();
    progress.begin("Watch");
    await progress.fail("The server does not answer.");
    expect(last()).toMatchObject({
      state: "failed",
      message: "The server does not answer.",
      steps: [{ state: "failed", note: "The server does not answer." }, { state: "waiting" }, { state: "waiting" }],
    });
    expect(written()).toBe("  ✕ Watch: The server does not answer.\n");
  });

  it("tells Home soon, but not of every thread", async () => {
    const { progress, last, count } = open();
    progress.begin("Watch");
    for (let thread = 1; thread <= 100; thread++) progress.count(thread, 100);
    await vi.waitFor(() => expect(last()).toMatchObject({ state: "running", done: 100 }), 2000);
    expect(count()).toBe(1);
  });

  it("has one value for each fact, the newest", async () => {
    const { progress, last } = open();
    progress.addFact({ label: "Quality", value: "0.5" });
    progress.addFact({ label: "Quality", value: "0.6" });
    await progress.finish("Done.");
    expect(last()?.facts).toEqual([{ label: "Quality", value: "0.6" }]);
  });

  it("stops counting when nobody can see it any more", async () => {
    const { progress } = open({ save: () => Promise.reject(new Error("The server does not answer.")) });
    progress.begin("Watch");
    await vi.waitFor(() => expect(() => progress.count(1, 10)).toThrow("The server does not answer."), 2000);
    await progress.fail("The server does not answer.");
  });

  it("writes a line for each step where the output is kept, as in CI", async () => {
    const { progress, written } = open();
    progress.begin("Watch");
    progress.say("acme/harbor#7");
    progress.note("3 threads");
    progress.begin("Find");
    await progress.finish("Done.");
    expect(written()).toBe("  ✓ Watch: 3 threads\n  ✓ Find\n");
  });

  it("writes over one line in a terminal, and leaves the same lines behind", async () => {
    const { progress, written } = open({ isTTY: true });
    progress.begin("Watch");
    progress.count(3, 10);
    progress.say("acme/harbor#7");
    progress.note("3 threads");
    progress.begin("Find");
    await progress.finish("Done.");
    expect(written()).toContain("\r\x1b[2K  ◐ Watch · 3 of 10 threads · acme/harbor#7");
    const left = written()
      .split("\n")
      .map((line) => line.slice(line.lastIndexOf("\x1b[2K") + 4));
    expect(left.slice(0, 2)).toEqual(["  ✓ Watch: 3 threads", "  ✓ Find"]);
  });

  it("knows its steps", () => {
    expect(() => open().progress.begin("Dance")).toThrow("no step Dance");
  });
});
