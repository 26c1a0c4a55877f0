/** Six columns in loop order; what regressed is pinned above them. */
import type { Failure, Home } from "@ratchet/protocol";
import { formatCount } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { SimulatedBadge, Status } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";

const cardsShown = 3;

export function Board({ columns, regressed }: { columns: Home["columns"]; regressed: Failure[] }) {
  return (
    <section aria-label="Loop board">
      {regressed.length > 0 && (
        <ul className="regressed" aria-label="Regressed">
          {regressed.map((failure) => (
            <li key={failure.id}>
              <Status tone="bad">Regressed</Status>
              <ProjectLink href={`/failures/${failure.id}`} data-row>
                <span className="mono">{failure.id}</span> {failure.title}
              </ProjectLink>
              <span className="quiet">
                {failure.verification !== null &&
                  `${formatCount(failure.verification.failuresSince)} of ${formatCount(failure.verification.exposedSince)} since its fix · `}
                <Time at={failure.lastSeen} relative />
              </span>
            </li>
          ))}
        </ul>
      )}
      <ol className="board">
        {columns.map((column) => (
          <Column key={column.name} column={column} />
        ))}
      </ol>
    </section>
  );
}

function Column({ column: { name, count, oldest, failures, next } }: { column: Home["columns"][number] }) {
  return (
    <li className="board-column" data-empty={count === 0 || undefined}>
      <h2>
        {name} <span className="board-count">{formatCount(count)}</span>
      </h2>
      <p className="board-age">
        {oldest !== null && (
          <>
            oldest <Time at={oldest} relative />
          </>
        )}
      </p>
      <ul className="board-cards">
        {failures.slice(0, cardsShown).map((failure) => (
          <Card key={failure.id} failure={failure} />
        ))}
      </ul>
      {count > cardsShown && (
        <p className="board-more">
          <ProjectLink href="/failures">{formatCount(count - cardsShown)} more</ProjectLink>
        </p>
      )}
      {count > 0 && next !== "" && <p className="board-next">{next}</p>}
    </li>
  );
}

function Card({ failure }: { failure: Failure }) {
  const note = failure.loop.steps.findLast(({ state }) => state !== "waiting")?.note;
  return (
    <li className="board-card">
      <p className="board-card-head">
        <span className="mono">{failure.id}</span>
        <span>{failure.trend}</span>
        {failure.simulated && <SimulatedBadge />}
      </p>
      <ProjectLink href={`/failures/${failure.id}`} className="row-link" data-row>
        {failure.title}
      </ProjectLink>
      {note && <p className="board-card-note">{note}</p>}
    </li>
  );
}
