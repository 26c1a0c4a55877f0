/** One prompt: its history, and the content of a version or its difference to another; both are in the URL. */
import type { PromptDetail } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { promptQuery } from "../../api/prompts.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoopStripOf } from "../../ui/loop-strip.tsx";
import { formatPlural } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Badge } from "../../ui/status.tsx";
import { PromptHistory } from "./prompt-history.tsx";
import "./prompts.css";
import { VersionContent } from "./version-content.tsx";
import { VersionDiff } from "./version-diff.tsx";

const route = "/p/$project/prompts/$name";

export function PromptPage() {
  const { project, name } = useParams({ from: route });
  const { data, error, refetch } = useQuery(promptQuery(project, name));
  return (
    <>
      <PageHeader title={name} meta={data ? <Facts prompt={data} /> : undefined} />
      <LoopStripOf object="prompt" id={name} />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data ? (
        <Content prompt={data} />
      ) : (
        <Skeleton />
      )}
    </>
  );
}

function Facts({ prompt }: { prompt: PromptDetail }) {
  return (
    <>
      <span className="mono">{prompt.path}</span>
      <span>{formatPlural(prompt.versionCount, "version")}</span>
      {prompt.live === null ? (
        <span>no version is live</span>
      ) : (
        <span>
          <Badge tone="good">live</Badge> <span className="mono">{prompt.live}</span>
        </span>
      )}
    </>
  );
}

function Content({ prompt }: { prompt: PromptDetail }) {
  const { version, against } = useSearch({ from: route });
  const newestFirst = [...prompt.versions].sort((a, b) => b.number - a.number);
  const shown = version ?? prompt.latest.version;
  return (
    <div className="prompt">
      <PromptHistory versions={newestFirst} shown={shown} against={against} />
      {against === undefined ? (
        <VersionContent name={prompt.name} version={shown} versions={newestFirst} />
      ) : (
        <VersionDiff name={prompt.name} before={against} after={shown} versions={newestFirst} />
      )}
    </div>
  );
}
