/** What one span saw and said. Payloads come when the span is looked at; everything is shown as text. */
import type { Payload, SpanDetail, SpanSummary } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { spanQuery } from "../../api/traces.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { JsonValue, JsonView } from "../../ui/json-view.tsx";
import { formatBytes, formatCount, formatDuration, formatUsd } from "../../ui/numbers.ts";
import { ProjectLink, useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Status } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import type { SpanRow } from "./span-tree.ts";

export function SpanPanel({ traceId, row }: { traceId: string; row: SpanRow }) {
  const { span } = row;
  const { data, error, refetch } = useQuery(spanQuery(useProject(), traceId, span.spanId));
  return (
    <aside className="span-panel" aria-label="Span">
      <header className="span-panel-head">
        <h2>{span.name}</h2>
        <CopyButton text={span.spanId} label="Copy span id" />
      </header>
      {span.status === "error" && (
        <p>
          <Status tone="bad">{span.statusMessage || "failed, without a message"}</Status>
        </p>
      )}
      {span.status === "running" && <Status tone="busy">Still running</Status>}
      <SpanFacts row={row} />
      {error !== null && data === undefined ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton rows={6} label={`Loading ${formatBytes(span.inputBytes + span.outputBytes)}`} />
      ) : (
        <SpanContent detail={data} />
      )}
    </aside>
  );
}

function SpanFacts({ row: { span, offsetMs } }: { row: SpanRow }) {
  const facts: [label: string, value: ReactNode][] = [
    ["Kind", span.kind],
    ["Started", <Time key="time" at={span.startTime} />],
    ["Starts after", formatDuration(offsetMs)],
    ["Duration", formatDuration(span.durationMs)],
  ];
  if (span.model !== null)
    facts.push(["Model", span.provider === null ? span.model : `${span.model} (${span.provider})`]);
  if (span.inputTokens !== null || span.outputTokens !== null) {
    facts.push(["Tokens", `${formatCount(span.inputTokens ?? 0)} in, ${formatCount(span.outputTokens ?? 0)} out`]);
  }
  if (span.costUsd !== null) facts.push(["Cost", formatUsd(span.costUsd)]);
  if (span.prompt !== null) facts.push(["Prompt", <PromptLink key="prompt" prompt={span.prompt} />]);
  return (
    <dl className="span-facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function PromptLink({ prompt: { name, version } }: { prompt: NonNullable<SpanSummary["prompt"]> }) {
  return (
    <ProjectLink href={`/prompts/${encodeURIComponent(name)}?version=${encodeURIComponent(version)}`} className="mono">
      {name}@{version.slice(0, 7)}
    </ProjectLink>
  );
}

function SpanContent({ detail }: { detail: SpanDetail }) {
  const attributes = Object.entries(detail.attributes).sort(([a], [b]) => a.localeCompare(b));
  return (
    <>
      <Payloads title="Input" payloads={detail.input} />
      <Payloads title="Output" payloads={detail.output} />
      {detail.events.length > 0 && (
        <section>
          <h3>Events</h3>
          {detail.events.map(({ name, time, attributes: values }) => (
            <div key={`${name} ${time}`} className="payload">
              <p className="payload-role">
                {name} · <Time at={time} />
              </p>
              <JsonValue value={values} />
            </div>
          ))}
        </section>
      )}
      <details className="span-attributes">
        <summary>
          <h3>Attributes</h3> <span className="quiet">{formatCount(attributes.length)}</span>
        </summary>
        <dl className="mono">
          {attributes.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

function Payloads({ title, payloads }: { title: string; payloads: Payload[] }) {
  const [only] = payloads;
  return (
    <section>
      <h3 className="payload-title">
        {title}
        {payloads.length === 1 && only !== undefined && (
          <CopyButton text={only.content} label={`Copy ${title.toLowerCase()}`} />
        )}
      </h3>
      {payloads.length === 0 && <p className="quiet">None was recorded.</p>}
      {payloads.map(({ role, content }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have no id and keep their order
        <div key={index} className="payload">
          {role !== title.toLowerCase() && <p className="payload-role">{role}</p>}
          <JsonView text={content} />
        </div>
      ))}
    </section>
  );
}
