/** Lists and objects that an instrumentation wrote as one attribute a leaf: `llm.input_messages.0.message.role`, … */
import type { Attributes, AttributeValue } from "../otlp.ts";

/** Below the list itself; what lies deeper keeps the rest of its path as its name. */
const maxDepth = 12;

type Branch = Map<string, Branch | AttributeValue>;

/**
 * The items of the list below a prefix, in the order of their numbers, however these are chosen: a list has as many
 * items as were sent. Empty when nothing is there.
 */
export function unflatten(attributes: Attributes, prefix: string): AttributeValue[] {
  const root: Branch = new Map();
  for (const [key, value] of attributes) {
    if (!key.startsWith(prefix)) continue;
    const path = key.slice(prefix.length).split(".");
    if (isIndex(path[0] ?? "")) grow(root, path, value);
  }
  return root.size === 0 ? [] : toList(root);
}

/** True for keys that {@link unflatten} reads below the prefix. */
export function isBelow(key: string, prefix: string): boolean {
  return key.startsWith(prefix) && /^\d+(\.|$)/.test(key.slice(prefix.length, prefix.length + 12));
}

function grow(root: Branch, path: readonly string[], value: AttributeValue): void {
  let branch = root;
  for (const [depth, step] of path.entries()) {
    const existing = branch.get(step);
    // A leaf where another attribute has a branch, or the other way round: both are kept.
    const isBlocked = existing !== undefined && !(existing instanceof Map);
    if (depth === path.length - 1 || depth === maxDepth || isBlocked) {
      const rest = path.slice(depth).join(".");
      branch.set(branch.has(rest) ? `${rest}.value` : rest, value);
      return;
    }
    const next: Branch = existing instanceof Map ? existing : new Map();
    branch.set(step, next);
    branch = next;
  }
}

function toValue(branch: Branch | AttributeValue): AttributeValue {
  if (!(branch instanceof Map)) return branch;
  const keys = [...branch.keys()];
  if (keys.every(isIndex)) return toList(branch);
  const object = Object.create(null) as { [key: string]: AttributeValue };
  for (const [key, inner] of branch) object[key] = toValue(inner);
  return object;
}

function toList(branch: Branch): AttributeValue[] {
  return [...branch].sort(([a], [b]) => Number(a) - Number(b)).map(([, inner]) => toValue(inner));
}

/** Longer numbers are names. */
function isIndex(step: string): boolean {
  return /^\d{1,9}$/.test(step);
}
