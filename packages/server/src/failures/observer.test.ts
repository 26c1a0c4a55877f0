import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createObserver } from "./observer.ts";

const project = { id: 1, slug: "default" };

describe("the observer of a project's stages", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const open = (workMs: number) => {
    const startedAt: number[] = [];
    const began = performance.now();
    const observer = createObserver(
      async () => {
        startedAt.push(performance.now() - began);
        await new Promise((resolve) => setTimeout(resolve, workMs));
      },
      pino({ level: "silent" }),
    );
    return { observer, startedAt };
  };
  /** A change every tenth of a second. */
  const change = async (observer: ReturnType<typeof createObserver>, forMs: number) => {
    for (let at = 0; at < forMs; at += 100) {
      observer.schedule(project);
      await vi.advanceTimersByTimeAsync(100);
    }
  };

  it("derives once for many changes", async () => {
    const { observer, startedAt } = open(10);
    await change(observer, 1900);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(startedAt).toHaveLength(1);
  });

  it("rests nine times as long as it worked while changes go on", async () => {
    const { observer, startedAt } = open(3000);
    await change(observer, 61_000);
    expect(startedAt).toEqual([2000, 32_000]);
  });

  it("starts nothing after it is closed", async () => {
    const { observer, startedAt } = open(1000);
    await change(observer, 2500);
    const closed = observer.close();
    await vi.advanceTimersByTimeAsync(60_000);
    await closed;
    expect(startedAt).toHaveLength(1);
  });
});
