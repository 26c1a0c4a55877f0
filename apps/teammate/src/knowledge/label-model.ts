/** Which labels a repository's maintainers would give: one logistic regression a label, learnt from what they did so far. */
import { stripTemplate } from "./clean.ts";
import { tokenize } from "./tokens.ts";

/** What is classified; `body` is clean (`cleanText`). */
export interface LabelSubject {
  title: string;
  body: string;
}
export interface LabelExample extends LabelSubject {
  labels: readonly string[];
}
export interface LabelScore {
  label: string;
  /** In [0,1]. */
  probability: number;
}
export interface LabelModel {
  /** Every label the model knows, most probable first. */
  score(subject: LabelSubject): LabelScore[];
}

/** Fewer examples than this say more about chance than about the label. */
const minExamples = 3;
/** Weights a label's features share; collisions are harmless at this size and keep memory flat. */
const buckets = 1 << 15;
const epochs = 12;
const learningRate = 0.5;
const l2 = 1e-4;
/** Characters of a body that are read: labels are decided early, and a log repeats itself. */
const maxBodyChars = 4000;

/**
 * Learns from `examples`; labels outside `allowed` or with fewer than three examples are not learnt. The same examples
 * in the same order give the same model. 1,000 issues and 20 labels take about half a second.
 */
export function trainLabels(examples: readonly LabelExample[], allowed: readonly string[]): LabelModel {
  const vectors = examples.map(toFeatures);
  const labels = allowed.filter((label) => {
    const positives = examples.filter((example) => example.labels.includes(label)).length;
    return positives >= minExamples;
  });
  const order = shuffledIndexes(examples.length);
  const models = labels.map((label) => {
    const targets = examples.map((example) => (example.labels.includes(label) ? 1 : 0));
    return { label, ...fitLogistic(vectors, targets, order) };
  });
  return {
    score(subject) {
      const features = toFeatures(subject);
      return models
        .map(({ label, weights, bias }) => ({ label, probability: sigmoid(dot(features, weights, bias)) }))
        .sort((a, b) => b.probability - a.probability);
    },
  };
}

interface Features {
  index: Int32Array;
  value: Float64Array;
}

/** Presence of each token (title and body apart) and of each script, scaled to length 1. */
function toFeatures({ title, body }: LabelSubject): Features {
  const text = stripTemplate(body).slice(0, maxBodyChars);
  const names = new Set<string>();
  for (const token of tokenize(title)) names.add(`t:${token}`).add(token);
  for (const token of tokenize(text)) names.add(token);
  for (const feature of shapeFeatures(title, text)) names.add(`#${feature}`).add(`##${feature}`);
  const index = Int32Array.from([...names], (name) => hash(name) % buckets);
  return { index, value: new Float64Array(index.length).fill(1 / Math.sqrt(Math.max(1, index.length))) };
}

const scripts = ["Latin", "Han", "Hiragana", "Katakana", "Hangul", "Cyrillic", "Arabic", "Thai", "Hebrew", "Greek"].map(
  (name) => ({ name, pattern: new RegExp(`\\p{Script=${name}}`, "gu") }),
);

/** What a text looks like, whatever it says. */
function shapeFeatures(title: string, body: string): string[] {
  const text = `${title}\n${body}`;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const features = [`chars:${Math.min(12, Math.floor(Math.log2(body.length + 1)))}`];
  for (const { name, pattern } of scripts) {
    const share = (text.match(pattern)?.length ?? 0) / Math.max(1, letters);
    if (share > 0.05) features.push(`script:${name}`);
    if (share > 0.5) features.push(`mostly:${name}`);
  }
  // Letters that tell apart languages of one script (ção, ñ, ß, і) and simplified from traditional Chinese.
  for (const [letter] of text.matchAll(/[\u00c0-\u024f\u0400-\u04ff]|\p{Script=Han}/gu))
    features.push(`letter:${letter}`);
  if (/```|^ {4}\S/m.test(body)) features.push("code");
  if (/\b(exception|traceback|error)\b/i.test(text)) features.push("error");
  if (/[?？]/.test(title)) features.push("question-in-title");
  return features;
}

/** Stochastic gradient descent with AdaGrad, rare labels weighted up to three times so that they are learnt at all. */
function fitLogistic(vectors: readonly Features[], targets: readonly number[], order: readonly number[]) {
  const weights = new Float64Array(buckets);
  const squares = new Float64Array(buckets).fill(1e-2);
  const positives = targets.reduce((sum, target) => sum + target, 0);
  const positiveWeight = Math.min(3, Math.sqrt((targets.length - positives) / Math.max(1, positives)));
  let bias = Math.log((positives + 0.5) / (targets.length - positives + 0.5));
  let biasSquares = 1;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const row of order) {
      const { index, value } = vectors[row] as Features;
      const target = targets[row] as number;
      const gap = (sigmoid(dot({ index, value }, weights, bias)) - target) * (target === 1 ? positiveWeight : 1);
      for (let at = 0; at < index.length; at++) {
        const bucket = index[at] as number;
        const gradient = gap * (value[at] as number) + l2 * (weights[bucket] as number);
        squares[bucket] = (squares[bucket] as number) + gradient * gradient;
        weights[bucket] =
          (weights[bucket] as number) - (learningRate * gradient) / Math.sqrt(squares[bucket] as number);
      }
      biasSquares += gap * gap;
      bias -= (learningRate * gap) / Math.sqrt(biasSquares);
    }
  }
  return { weights, bias };
}

function dot({ index, value }: Features, weights: Float64Array, bias: number): number {
  let sum = bias;
  for (let at = 0; at < index.length; at++) sum += (weights[index[at] as number] as number) * (value[at] as number);
  return sum;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** A fixed permutation: histories come sorted by time, and descent on sorted rows forgets the first ones. */
function shuffledIndexes(count: number): number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  let state = 42;
  for (let at = count - 1; at > 0; at--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (at + 1);
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order;
}
