/** The one registry of keys: it feeds the handler, the `?` sheet and the palette's hints. */
import { useEffect, useSyncExternalStore } from "react";
import { defaultKeybindingsHandlerIgnore, tinykeys } from "tinykeys";

export interface KeyBinding {
  /** As tinykeys writes them: `j`, `g t`, `$mod+k`, `[Shift]+?`. */
  keys: string;
  /** What it does, as the `?` sheet says it. */
  label: string;
  group: "Go to" | "Lists" | "This page" | "Everywhere";
  run: () => void;
}

let bindings: readonly KeyBinding[] = [];
const listeners = new Set<() => void>();

/** Adds bindings; a later one wins over an earlier one with the same keys. Gives back how to take them away. */
export function registerKeys(added: readonly KeyBinding[]): () => void {
  change([...added, ...bindings]);
  return () => change(bindings.filter((binding) => !added.includes(binding)));
}

/** The bindings that would answer now: one for each key. */
export function activeKeys(): KeyBinding[] {
  return bindings.filter((binding, index) => bindings.findIndex(({ keys }) => keys === binding.keys) === index);
}

/** Keeps the bindings registered while the component is mounted. Give it a stable array (constant or memo). */
export function useKeys(added: readonly KeyBinding[]): void {
  useEffect(() => registerKeys(added), [added]);
}

/** Listens to the window: call once, in the shell. */
export function useKeyHandler(): void {
  const current = useSyncExternalStore(subscribe, () => bindings);
  useEffect(() => {
    const entries = activeKeys().map(({ keys, run }) => [keys, (event: KeyboardEvent) => handle(event, run)] as const);
    // An empty map would be one too: `current` only says when to listen anew.
    return current.length > 0 ? tinykeys(window, Object.fromEntries(entries), { ignore: isTyping }) : undefined;
  }, [current]);
}

/** Keys for people: `⌘ K` or `Ctrl K`, `g then t`, `?`. */
export function describeKeys(keys: string, isMac: boolean): string {
  return keys
    .split(" ")
    .map((press) => {
      const key = press.replace("[Shift]+", "").replace("Escape", "Esc");
      return key.startsWith("$mod+") ? `${isMac ? "⌘" : "Ctrl"} ${key.slice("$mod+".length).toUpperCase()}` : key;
    })
    .join(" then ");
}

function handle(event: KeyboardEvent, run: () => void): void {
  event.preventDefault();
  run();
}

/** Keys belong to a field, and to an open dialog, before they belong to the page; ⌘K works everywhere. */
function isTyping(event: KeyboardEvent): boolean {
  if (event.key === "k" && (event.metaKey || event.ctrlKey)) return false;
  if (event.isComposing || document.querySelector("dialog[open]") !== null) return true;
  const { target } = event;
  const isTick = target instanceof HTMLInputElement && (target.type === "checkbox" || target.type === "radio");
  return !isTick && defaultKeybindingsHandlerIgnore(event);
}

function change(next: readonly KeyBinding[]): void {
  bindings = next;
  for (const notify of listeners) notify();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
