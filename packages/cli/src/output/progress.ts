/** Progress on stderr: one live line on a terminal, a line now and then elsewhere. */
import type { RunProgress } from "@ratchet/evals/runner";
import type { CliStreams } from "../context.ts";
import { formatDuration } from "./quantities.ts";

export interface ProgressLine {
  update(label: string, progress: RunProgress): void;
  /** Leaves the last state standing. */
  end(): void;
}

const redrawMs = 100;
const plainIntervalMs = 30_000;

export function createProgress({ stderr, env }: CliStreams, now: () => number = () => performance.now()): ProgressLine {
  const live = stderr.isTTY === true && !env.CI && env.TERM !== "dumb";
  let startedAt = 0;
  let drawnAt = 0;
  let tenths = 0;
  let last = "";
  let current = "";
  const draw = (text: string) => stderr.write(live ? `\r\u001b[2K${text}` : `${text}\n`);
  return {
    update(label, progress) {
      if (label !== current) {
        current = label;
        startedAt = now();
        drawnAt = 0;
        tenths = 0;
      }
      last = describe(label, progress, now() - startedAt);
      const reached = Math.floor((10 * progress.done) / Math.max(1, progress.total));
      const isDue = live
        ? now() - drawnAt >= redrawMs || progress.done === progress.total
        : reached > tenths || now() - drawnAt >= plainIntervalMs;
      if (!isDue) return;
      tenths = reached;
      drawnAt = now();
      draw(last);
      if (!live) last = "";
    },
    end() {
      if (live && last !== "") stderr.write("\n");
      last = "";
    },
  };
}

function describe(label: string, { experiment, done, total, errors, voids }: RunProgress, elapsedMs: number): string {
  const failed = [errors > 0 ? `${errors} errors` : "", voids > 0 ? `${voids} void` : ""].filter(Boolean).join(", ");
  const left = done > 0 && done < total ? ` · about ${formatDuration((elapsedMs / done) * (total - done))} left` : "";
  return `${label}${experiment === null ? "" : ` ${experiment}`}: ${done} of ${total} trials${failed === "" ? "" : ` (${failed})`}${left}`;
}
