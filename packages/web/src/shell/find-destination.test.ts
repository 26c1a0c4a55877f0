import { describe, expect, it } from "vitest";
import { findDestination } from "./find-destination.ts";

const origin = "http://localhost:3000";
const hrefOf = (text: string) => findDestination(text, "mine", origin)?.href;

describe("a pasted text", () => {
  it.each([
    ["F-12", "/p/mine/failures/F-12"],
    [" e-31 ", "/p/mine/experiments/E-31"],
    ["G-4", "/p/mine/gates/G-4"],
    ["ro-2", "/p/mine/rollouts/RO-2"],
    ["4BF92F3577B34DA6A3CE929D0E0E4736", "/p/mine/traces/4bf92f3577b34da6a3ce929d0e0e4736"],
    ["4bf92f35-77b3-4da6-a3ce-929d0e0e4736", "/p/mine/traces/4bf92f3577b34da6a3ce929d0e0e4736"],
    [`${origin}/p/other/traces?status=error`, "/p/other/traces?status=error"],
  ])("%s opens what it names", (text, href) => {
    expect(hrefOf(text)).toBe(href);
  });

  it.each(["", "F-0", "refunds", "http://elsewhere.example/p/mine", "javascript:alert(1)"])(
    "%j names nothing",
    (text) => {
      expect(hrefOf(text)).toBeUndefined();
    },
  );
});
