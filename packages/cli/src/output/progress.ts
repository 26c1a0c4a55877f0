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
/** Fast runs would fill a log with their tenths. */
const shortestPlainMs = 1000;

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
        drawnAt = Number.NEGATIVE_INFINITY;
        tenths = 0;
      }
      last = describe(label, progress, now() - startedAt);
      const reached = Math.floor((10 * progress.done) / Math.max(1, progress.total));
      const sinceMs = now() - drawnAt;
      const isDue =
        progress.done === progress.total ||
        (live ? sinceMs >= redrawMs : sinceMs >= plainIntervalMs || (reached > tenths && sinceMs >= shortestPlainMs));
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
  const leftMs = done === 0 ? 0 : (elapsedMs / done) * (total - done);
  const left = leftMs < 1000 ? "" : ` · about ${formatDuration(leftMs)} left`;
  return `${label}${experiment === null ? "" : ` ${experiment}`}: ${done} of ${total} trials${failed === "" ? "" : ` (${failed})`}${left}`;
}
