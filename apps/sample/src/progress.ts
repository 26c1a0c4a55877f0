/** Says what the sample does: one live region in the terminal, and the project's activity for Home. */
import type { ProjectActivity } from "@ratchet/protocol";

type Step = ProjectActivity["steps"][number];

/** Home is told at most this often. */
const reportMs = 500;

export interface Progress {
  /** Begins a step; the one before is done. */
  begin(step: string): void;
  /** What happens now, within the step. */
  say(message: string): void;
  /** What came of the current step. */
  note(text: string, href?: string): void;
  /** @throws What the last save failed with: nobody sees any more what is done. */
  count(done: number, total: number): void;
  addFact(fact: ProjectActivity["facts"][number]): void;
  /** @param summary One sentence that stays on Home. */
  finish(summary: string): Promise<void>;
  fail(why: string): Promise<void>;
}

/** @param save Stores the activity. Its failure is thrown by the next `count` and by nothing else. */
export function createProgress(
  names: readonly string[],
  save: (activity: ProjectActivity) => Promise<unknown>,
  output: { isTTY?: boolean; write(text: string): unknown },
): Progress {
  const steps: Step[] = names.map((name) => ({ name, state: "waiting" }));
  const activity: ProjectActivity = {
    state: "running",
    message: "",
    done: 0,
    total: 0,
    steps,
    facts: [],
    updatedAt: new Date().toISOString(),
  };
  let current: Step | undefined;
  let timer: NodeJS.Timeout | undefined;
  let unsaved: unknown;
  const report = async () => {
    clearTimeout(timer);
    timer = undefined;
    unsaved = await save({ ...activity, updatedAt: new Date().toISOString() }).then(
      () => undefined,
      (error) => error,
    );
  };
  const changed = () => {
    timer ??= setTimeout(report, reportMs);
    if (output.isTTY) output.write(`\r\x1b[2K  ${describe(activity, current)}`);
  };
  const writeLine = (text: string) => output.write(`${output.isTTY ? "\r\x1b[2K" : ""}  ${text}\n`);
  const end = (state: "done" | "failed") => {
    if (!current) return;
    current.state = state;
    writeLine(`${state === "done" ? "✓" : "✕"} ${current.name}${current.note ? `: ${current.note}` : ""}`);
  };
  return {
    begin(step) {
      end("done");
      current = steps.find((candidate) => candidate.name === step);
      if (!current) throw new Error(`The sample has no step ${step}`);
      current.state = "running";
      changed();
    },
    say(message) {
      activity.message = message;
      changed();
    },
    note(text, href) {
      if (current) Object.assign(current, { note: text, ...(href && { href }) });
      changed();
    },
    count(done, total) {
      if (unsaved !== undefined) throw unsaved;
      Object.assign(activity, { done, total });
      changed();
    },
    addFact(fact) {
      activity.facts = [...activity.facts.filter((known) => known.label !== fact.label), fact];
      changed();
    },
    async finish(summary) {
      end("done");
      activity.state = "done";
      activity.message = summary;
      await report();
    },
    async fail(why) {
      if (current) current.note = why.slice(0, 300);
      end("failed");
      activity.state = "failed";
      activity.message = why.slice(0, 500);
      await report();
    },
  };
}

function describe(activity: ProjectActivity, step: Step | undefined): string {
  const counted = activity.total > 0 ? `${activity.done} of ${activity.total} threads · ` : "";
  return `◐ ${step?.name ?? ""} · ${counted}${activity.message}`.slice(0, 100);
}
