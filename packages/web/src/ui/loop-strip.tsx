/** Where a failure is on its way to Verified, with exactly one next action. */
import type { LoopStep, LoopStrip as Strip } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { type LoopObject, loopQuery } from "../api/loop.ts";
import { CodeBlock } from "./code-block.tsx";
import { ProjectLink, useProject } from "./project-link.tsx";
import { Time } from "./time.tsx";

const shapes: Record<LoopStep["state"], string> = {
  done: "●",
  current: "◐",
  waiting: "○",
  blocked: "✕",
  "went back": "↺",
};

/** The worst strip of the object, and how many more there are; nothing when it belongs to no failure. */
export function LoopStripOf({ object, id }: { object: LoopObject; id: string }) {
  const { data } = useQuery(loopQuery(useProject(), object, id));
  const [worst, ...others] = data?.strips ?? [];
  return worst === undefined ? null : <LoopStrip strip={worst} others={others.length} />;
}

export interface LoopStripProps {
  strip: Strip;
  /** How many more failures the object belongs to. */
  others?: number;
  /** False on the failure's own page, whose title says it already. */
  titled?: boolean;
}

export function LoopStrip({ strip, others = 0, titled = true }: LoopStripProps) {
  return (
    <section className="loop" aria-label={`Loop of ${strip.failure}`}>
      {titled && (
        <p className="loop-title">
          <ProjectLink href={`/failures/${strip.failure}`}>
            <span className="mono">{strip.failure}</span> {strip.title}
          </ProjectLink>
          {others > 0 && (
            <ProjectLink href="/failures" className="quiet">
              +{others} more
            </ProjectLink>
          )}
        </p>
      )}
      <ol className="loop-steps">
        {strip.steps.map((step) => (
          <li key={step.name} className="loop-step" data-state={step.state}>
            <Step step={step} />
          </li>
        ))}
      </ol>
      {strip.next !== null && <Next next={strip.next} />}
    </section>
  );
}

function Step({ step }: { step: LoopStep }) {
  const name = (
    <>
      <span aria-hidden="true" className="loop-shape">
        {shapes[step.state]}
      </span>
      {step.name}
      <span className="visually-hidden">, {step.state}</span>
    </>
  );
  return (
    <>
      {step.href === null ? (
        <span className="loop-name">{name}</span>
      ) : (
        <ProjectLink href={step.href} className="loop-name">
          {name}
        </ProjectLink>
      )}
      <span className="loop-note">{step.note || (step.at !== null ? <Time at={step.at} relative /> : null)}</span>
    </>
  );
}

function Next({ next }: { next: NonNullable<Strip["next"]> }) {
  return (
    <div className="loop-next">
      {next.href !== null ? (
        <ProjectLink href={next.href} className="button" data-kind="plain">
          {next.label}
        </ProjectLink>
      ) : (
        <span>Next: {next.label}</span>
      )}
      {next.command !== null && <CodeBlock code={next.command} label="command" />}
    </div>
  );
}
