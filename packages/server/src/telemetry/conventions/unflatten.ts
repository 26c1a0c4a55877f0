/** Lists that an instrumentation wrote as one attribute a leaf: `llm.input_messages.0.message.role`, … */
import type { Attributes, AttributeValue } from "../otlp.ts";

/** Below the list itself; what lies deeper keeps the rest of its path as its name. */
const maxDepth = 12;

type Branch = Map<string, Branch | AttributeValue>;

/**
 * The items of each list that is there, in the order of their numbers, however these are chosen: a list has as many
 * items as were sent.
 *
 * @param names Of the lists, two words each: `llm.input_messages`.
 */
export function unflatten(attributes: Attributes, names: ReadonlySet<string>): Map<string, AttributeValue[]> {
  const roots = new Map<string, Branch>();
  for (const [key, value] of attributes) {
    const name = findList(key, names);
    if (name === undefined) continue;
    const root: Branch = roots.get(name) ?? new Map();
    roots.set(name, root);
    grow(root, key.slice(name.length + 1).split("."), value);
  }
  return new Map([...roots].map(([name, root]) => [name, toList(root)]));
}

/** The list that {@link unflatten} finds a key to be a part of. */
export function findList(key: string, names: ReadonlySet<string>): string | undefined {
  const end = key.indexOf(".", key.indexOf(".") + 1);
  if (end <= 0) return undefined;
  const name = key.slice(0, end);
  return names.has(name) && /^\.\d{1,9}(\.|$)/.test(key.slice(end, end + 11)) ? name : undefined;
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
  if ([...branch.keys()].every((key) => /^\d{1,9}$/.test(key))) return toList(branch);
  const object = Object.create(null) as { [key: string]: AttributeValue };
  for (const [key, inner] of branch) object[key] = toValue(inner);
  return object;
}

function toList(branch: Branch): AttributeValue[] {
  return [...branch].sort(([a], [b]) => Number(a) - Number(b)).map(([, inner]) => toValue(inner));
}
