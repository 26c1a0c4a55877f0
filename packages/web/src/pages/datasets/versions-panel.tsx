/** Every version of a dataset: what it changed, who made it and why. A version is an address. */
import type { DatasetVersion } from "@ratchet/protocol";
import { Link } from "@tanstack/react-router";
import { formatCount } from "../../ui/numbers.ts";
import { Time } from "../../ui/time.tsx";

export function VersionsPanel({ versions, shown }: { versions: readonly DatasetVersion[]; shown: number }) {
  const newestFirst = [...versions].sort((a, b) => b.version - a.version);
  return (
    <section className="versions" aria-label="Versions">
      <h2>Versions</h2>
      <ol>
        {newestFirst.map((version) => (
          <li key={version.version} className="version" aria-current={version.version === shown || undefined}>
            <p className="version-head">
              <Link
                from="/p/$project/datasets/$name"
                to="."
                search={({ case: open }) => ({ version: String(version.version), case: open })}
                className="row-link"
              >
                v{version.version}
              </Link>
              <span className="version-change">
                <span title="cases added">+{formatCount(version.added)}</span>{" "}
                <span title="cases changed">~{formatCount(version.changed)}</span>{" "}
                <span title="cases removed">−{formatCount(version.removed)}</span>
              </span>
              <span className="quiet">
                <Time at={version.createdAt} relative />
              </span>
            </p>
            <p>{version.message}</p>
            <p className="quiet">
              {version.author}, {formatCount(version.caseCount)} cases after it
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
