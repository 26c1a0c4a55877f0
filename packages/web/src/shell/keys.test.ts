import { afterEach, describe, expect, it } from "vitest";
import { activeKeys, describeKeys, type KeyBinding, registerKeys } from "./keys.ts";

const binding = (keys: string, label: string): KeyBinding => ({ keys, label, group: "Everywhere", run: () => {} });
let remove: (() => void)[] = [];
const register = (...bindings: KeyBinding[]) => remove.push(registerKeys(bindings));

describe("the registry of keys", () => {
  afterEach(() => {
    for (const undo of remove) undo();
    remove = [];
  });

  it("lets a page take over a key for as long as it is open", () => {
    register(binding("j", "Next row"), binding("k", "Previous row"));
    const leave = registerKeys([binding("j", "Next case")]);
    expect(activeKeys().map(({ label }) => label)).toEqual(["Next case", "Previous row"]);
    leave();
    expect(activeKeys().map(({ label }) => label)).toEqual(["Next row", "Previous row"]);
  });

  it("writes keys as people read them", () => {
    const written = ["$mod+k", "g t", "[Shift]+?", "j", "k", "Escape"].map((keys) => describeKeys(keys, false));
    expect(written).toEqual(["Ctrl K", "g then t", "?", "j", "k", "Esc"]);
    expect(describeKeys("$mod+k", true)).toBe("⌘ K");
  });
});
