/** What a gate decided and why: a card for each criterion, the looks it took, locked cases, and what it left out. */
import type { Gate } from "@ratchet/protocol";
import { formatPlural } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Status, verdictTone } from "../../ui/status.tsx";
import { gateWord } from "../gate-words.ts";
import { LockedCases } from "./locked-cases.tsx";
import { VerdictCard } from "./verdict-card.tsx";

export function GateVerdict({ gate }: { gate: Gate }) {
  return (
    <>
      <p className="gate-sentence" data-tone={verdictTone(gate.verdict)}>
        <Status tone={verdictTone(gate.verdict)}>{gateWord(gate.verdict)}</Status>
        <span>{gate.sentence}</span>
      </p>
      {gate.warnings.length > 0 && (
        <ul className="notice sentences" aria-label="Warnings">
          {gate.warnings.map((warning) => (
            <li key={warning}>
              <Status tone="unsure">{warning}</Status>
            </li>
          ))}
        </ul>
      )}
      <div className="verdicts">
        {gate.criteria.map((verdict, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a gate's criteria never move
          <VerdictCard key={index} verdict={verdict} />
        ))}
      </div>
      <Looks gate={gate} />
      <LockedCases gate={gate} />
      <LeftOut gate={gate} />
    </>
  );
}

function Looks({ gate: { look, maxLooks, criteria } }: { gate: Gate }) {
  return (
    <p className="quiet gate-note">
      Look {look} of {maxLooks} at these two.{" "}
      {look > 1 && "Each further look spends part of the error rate, so the intervals are wider than at the first. "}
      All criteria must pass; claims of “worse” are adjusted for{" "}
      {formatPlural(criteria.length, "criterion", "criteria")}.
    </p>
  );
}

function LeftOut({ gate }: { gate: Gate }) {
  const groups = [
    { ids: gate.voidCases, text: "void (the harness or provider failed), left out" },
    { ids: gate.onlyBaseline, text: `only in ${gate.baseline}, left out` },
    { ids: gate.onlyCandidate, text: `only in ${gate.candidate}, left out` },
  ].filter(({ ids }) => ids.length > 0);
  return groups.map(({ ids, text }) => (
    <details key={text} className="gate-note">
      <summary>
        {formatPlural(ids.length, "case")} {text}
      </summary>
      <p className="links mono">
        {ids.map((id) => (
          <ProjectLink
            key={id}
            href={`/datasets/${encodeURIComponent(gate.dataset)}?version=${gate.datasetVersion}&case=${encodeURIComponent(id)}`}
          >
            {id}
          </ProjectLink>
        ))}
      </p>
    </details>
  ));
}
