/** All prompts: which version is live, how many there are, and the file that each comes from. */
import type { Prompt } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { promptsQuery } from "../../api/prompts.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCount, formatPlural } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Badge } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import "./prompts.css";

const columns: Column<Prompt>[] = [
  { header: "Prompt", cell: (prompt) => prompt.name },
  {
    header: "Live",
    cell: (prompt) =>
      prompt.live === null ? (
        <span className="quiet">not released</span>
      ) : (
        <>
          <span className="mono">{prompt.live}</span>{" "}
          {prompt.live !== prompt.latest.version && <Badge tone="busy">newer not live</Badge>}
        </>
      ),
  },
  { header: "Newest", cell: (prompt) => <span className="mono">{prompt.latest.version}</span> },
  { header: "Versions", numeric: true, cell: (prompt) => formatCount(prompt.versionCount) },
  { header: "File", wideOnly: true, cell: (prompt) => <span className="mono">{prompt.path}</span> },
  { header: "Changed", wideOnly: true, cell: (prompt) => <Time at={prompt.latest.createdAt} relative /> },
];

export function PromptsPage() {
  const { data, error, refetch } = useQuery(promptsQuery(useProject()));
  return (
    <>
      <PageHeader title="Prompts" meta={data && formatPlural(data.total, "prompt")} />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton />
      ) : data.prompts.length === 0 ? (
        <NoPrompts />
      ) : (
        <Table
          label="Prompts"
          columns={columns}
          rows={data.prompts}
          rowKey={(prompt) => prompt.name}
          href={(prompt) => `/prompts/${encodeURIComponent(prompt.name)}`}
        />
      )}
    </>
  );
}

function NoPrompts() {
  return (
    <EmptyState title="No prompts yet">
      <p>
        Prompts are .prompt files in your repository’s folder <code>prompts</code>. This sends all of them:
      </p>
      <CodeBlock code="npx ratchet prompts push" label="command" />
    </EmptyState>
  );
}
