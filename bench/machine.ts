/** What a figure was measured on: a figure without its machine and load says nothing. */
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${model}, ${memory} GiB, Node ${process.version}, ${describeLoad()}`;
}

/** Processes that wanted a processor, on average over 1, 5 and 15 minutes. */
export function describeLoad(): string {
  const averages = loadavg().map((value) => value.toFixed(1));
  return `load ${averages.join(" ")}`;
}

/** Milliseconds; `p` in [0, 1]. */
export function percentile(samplesMs: readonly number[], p: number): number {
  const sorted = samplesMs.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}
