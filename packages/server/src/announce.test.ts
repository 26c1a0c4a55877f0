import type { ServerEvent } from "@ratchet/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAnnouncer } from "./announce.ts";

describe("an announcement", () => {
  const told: string[] = [];
  const announce = createAnnouncer(({ type, project, id }: ServerEvent) => void told.push(`${project} ${type} ${id}`));
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.advanceTimersByTime(5000);
    vi.useRealTimers();
    told.length = 0;
  });

  it("is made at once, and repeated once at the end of the second in which the thing changed again", () => {
    const rollout = { type: "rollout", project: "a" } as const;
    for (let time = 0; time < 50; time++) announce(rollout, ["RO-1"]);
    expect(told).toEqual(["a rollout RO-1"]);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual(["a rollout RO-1", "a rollout RO-1"]);
    vi.advanceTimersByTime(5000);
    expect(told).toHaveLength(2);
  });

  it("keeps kinds and projects apart, and stops at a hundred things a second", () => {
    const ids = Array.from({ length: 200 }, (_, index) => `${index}`);
    announce({ type: "trace", project: "a" }, ids);
    announce({ type: "signal", project: "a" }, ["0"]);
    announce({ type: "trace", project: "b" }, ["0"]);
    expect(told).toHaveLength(102);
  });
});
