/** What a process says it is doing with the project: the sample runs the loop before the reader's eyes. */
import type { ProjectActivity } from "@ratchet/protocol";
import { formatCount } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Status, type Tone } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";

const tones: Record<ProjectActivity["state"], Tone> = { running: "busy", done: "good", failed: "bad" };
/** Where the process said nothing: a mark must not stand alone. */
const stateWords: Record<ProjectActivity["state"], string> = { running: "Starting", done: "Done", failed: "Failed" };
const stepTones: Record<ProjectActivity["steps"][number]["state"], Tone> = { ...tones, waiting: "neutral" };

export function ActivityPanel({ activity }: { activity: ProjectActivity }) {
  const { state, message, done, total, steps, facts } = activity;
  return (
    <section className="activity" aria-label="Activity">
      {state === "done" ? (
        <details>
          <summary>
            <Now activity={activity} />
          </summary>
          <Steps steps={steps} />
        </details>
      ) : (
        <>
          <p>
            <Now activity={activity} />
          </p>
          {state === "running" && total > 0 && <progress max={total} value={done} aria-label={message} />}
          <Steps steps={steps} />
        </>
      )}
      {facts.length > 0 && (
        <dl className="activity-facts">
          {facts.map(({ label, value, href }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                <MaybeLink href={href}>{value}</MaybeLink>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** What happens now or what came of it, and how far it is. */
function Now({ activity: { state, message, done, total, updatedAt } }: { activity: ProjectActivity }) {
  return (
    <>
      <Status tone={tones[state]}>{message || stateWords[state]}</Status>
      <span className="quiet">
        {state === "running" && total > 0 && `${formatCount(done)} of ${formatCount(total)} · `}
        <Time at={updatedAt} relative />
      </span>
    </>
  );
}

/** Each step with what came of it. */
function Steps({ steps }: Pick<ProjectActivity, "steps">) {
  return (
    <ol className="activity-steps">
      {steps.map((step) => (
        <li key={step.name}>
          <Status tone={stepTones[step.state]}>
            <MaybeLink href={step.href}>{step.name}</MaybeLink>
          </Status>
          {step.note && <span className="quiet">{step.note}</span>}
        </li>
      ))}
    </ol>
  );
}

function MaybeLink({ href, children }: { href: string | undefined; children: string }) {
  return href === undefined ? children : <ProjectLink href={href}>{children}</ProjectLink>;
}
