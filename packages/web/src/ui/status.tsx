/** Meaning as shape, word and colour together; colour never stands alone. */
import type { ReactNode } from "react";

/** better/verified, worse/regressed, not enough evidence, in progress, or none of them. */
export type Tone = "good" | "bad" | "unsure" | "busy" | "neutral";

const shapes: Record<Tone, string> = { good: "✓", bad: "✕", unsure: "?", busy: "◐", neutral: "○" };

export function Status({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="status" data-tone={tone}>
      <span aria-hidden="true" className="status-shape">
        {shapes[tone]}
      </span>
      {children}
    </span>
  );
}

/** A small fact beside a name: no meaning of its own unless a tone is given. */
export function Badge({ tone = "neutral", title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone} title={title}>
      {children}
    </span>
  );
}

/** Marks whatever rests on simulated people. */
export function SimulatedBadge() {
  return <Badge title="This feedback comes from simulated people, not from real users.">simulated</Badge>;
}

/** The tone of a verdict word for people (`better`, `worse`, …) or of the gate (`pass`, `regress`, …). */
export function verdictTone(word: string): Tone {
  if (word === "better" || word === "no meaningful difference" || word === "pass") return "good";
  if (word === "worse" || word === "regress") return "bad";
  return "unsure";
}
