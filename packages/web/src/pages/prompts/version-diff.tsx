/** Two versions of a prompt, what the second changes in the first. */
import type { PromptVersion } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { promptVersionQuery } from "../../api/prompts.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { LazyDiff } from "../../ui/lazy-diff.tsx";
import { useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { AgainstSelect } from "./against-select.tsx";

export interface VersionDiffProps {
  name: string;
  before: string;
  after: string;
  /** Newest first. */
  versions: readonly PromptVersion[];
}

export function VersionDiff({ name, before, after, versions }: VersionDiffProps) {
  const project = useProject();
  const left = useQuery(promptVersionQuery(project, name, before));
  const right = useQuery(promptVersionQuery(project, name, after));
  const failed = left.error ? left : right.error ? right : null;
  return (
    <section aria-label="Difference" className="prompt-content">
      <div className="toolbar">
        <h2>
          <span className="mono">{before}</span> → <span className="mono">{after}</span>
        </h2>
        <AgainstSelect version={after} versions={versions} against={before} />
      </div>
      {failed?.error ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      ) : left.data && right.data ? (
        <LazyDiff before={left.data.content} after={right.data.content} beforeLabel={before} afterLabel={after} />
      ) : (
        <Skeleton rows={12} />
      )}
    </section>
  );
}
