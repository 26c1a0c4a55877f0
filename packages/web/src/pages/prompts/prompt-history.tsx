/** A prompt's versions as a timeline: one entry answers "was it good, is it live?". */
import type { PromptVersion } from "@ratchet/protocol";
import { Link } from "@tanstack/react-router";
import { formatPlural } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Badge, Status, verdictTone } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { gateWord } from "../gate-words.ts";

export interface PromptHistoryProps {
  /** Newest first. */
  versions: readonly PromptVersion[];
  shown: string;
  against: string | undefined;
}

export function PromptHistory({ versions, shown, against }: PromptHistoryProps) {
  return (
    <section aria-label="History" className="history">
      <h2>History</h2>
      <ol>
        {versions.map((version) => (
          <li
            key={version.version}
            className="history-entry"
            data-live={version.live || undefined}
            aria-current={version.version === shown || undefined}
          >
            <p className="history-head">
              <Link
                from="/p/$project/prompts/$name"
                to="."
                search={{ version: version.version }}
                resetScroll={false}
                className="row-link mono"
                data-row
              >
                {version.version}
              </Link>
              <span className="quiet">#{version.number}</span>
              {version.live && <Badge tone="good">✓ live</Badge>}
              {version.version === against && <Badge>before</Badge>}
              <span className="quiet">
                <Time at={version.createdAt} relative />
              </span>
            </p>
            {version.message && <p>{version.message}</p>}
            <p className="quiet">
              {[version.author, version.commit && `commit ${version.commit.slice(0, 10)}`, tracesOf(version)]
                .filter(Boolean)
                .join(", ")}
            </p>
            <Outcome version={version} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function tracesOf({ traceCount }: PromptVersion): string {
  return traceCount === 0 ? "never in production" : formatPlural(traceCount, "production trace");
}

function Outcome({ version }: { version: PromptVersion }) {
  if (version.experiments.length + version.releases.length + version.fixes.length === 0) return null;
  return (
    <ul className="history-outcome">
      {version.fixes.length > 0 && (
        <li>
          fixes{" "}
          {version.fixes.map((failure) => (
            <ProjectLink key={failure} href={`/failures/${failure}`} className="mono">
              {failure}{" "}
            </ProjectLink>
          ))}
        </li>
      )}
      {version.experiments.map(({ id, verdict }) => (
        <li key={id}>
          <ProjectLink href={`/experiments/${id}`} className="mono">
            {id}
          </ProjectLink>{" "}
          {verdict === null ? (
            <span className="quiet">not judged</span>
          ) : (
            <Status tone={verdictTone(verdict)}>{gateWord(verdict)}</Status>
          )}
        </li>
      ))}
      {version.releases.map((release) => (
        <li key={release}>
          <ProjectLink href={`/rollouts#${release}`} className="mono">
            {release}
          </ProjectLink>
        </li>
      ))}
    </ul>
  );
}
