/** A version's file as it is, and the way to compare it. */
import type { PromptVersion } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { promptVersionQuery } from "../../api/prompts.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { AgainstSelect } from "./against-select.tsx";

export interface VersionContentProps {
  name: string;
  version: string;
  /** Newest first. */
  versions: readonly PromptVersion[];
}

export function VersionContent({ name, version, versions }: VersionContentProps) {
  const { data, error, refetch } = useQuery(promptVersionQuery(useProject(), name, version));
  return (
    <section aria-label="Content" className="prompt-content">
      <div className="toolbar">
        <h2>
          Content of <span className="mono">{version}</span>
        </h2>
        <AgainstSelect version={version} versions={versions} against={undefined} />
      </div>
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data ? (
        <CodeBlock code={data.content} label="prompt file" />
      ) : (
        <Skeleton rows={12} />
      )}
    </section>
  );
}
