import { noValue } from "../ui/numbers.ts";
import { ProjectLink } from "../ui/project-link.tsx";

// A list's cell has room for this many; the page itself names all.
const shownAtMost = 4;

/** Links to failures, by id; a dash when there are none. */
export function FailureLinks({ failures }: { failures: readonly string[] }) {
  if (failures.length === 0) return <span className="quiet">{noValue}</span>;
  return (
    <span className="links">
      {failures.slice(0, shownAtMost).map((failure) => (
        <ProjectLink key={failure} href={`/failures/${failure}`} className="mono">
          {failure}
        </ProjectLink>
      ))}
      {failures.length > shownAtMost && <span className="quiet">+{failures.length - shownAtMost}</span>}
    </span>
  );
}
