/** What one span saw and said. Payloads come when the span is looked at; everything is shown as text. */
import type { Payload, SpanDetail, TreeOverview, TreeRow } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { spanQuery } from "../../api/traces.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { JsonValue } from "../../ui/json-view.tsx";
import { formatBytes, formatCount } from "../../ui/numbers.ts";
import { useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Status } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { Message } from "./message.tsx";
import { SpanFacts } from "./span-facts.tsx";

export interface SpanPanelProps {
  traceId: string;
  spanId: string;
  /** Undefined while the tree has not loaded it; the span's own answer then tells what it is. */
  row: TreeRow | undefined;
  overview: TreeOverview;
  onSelect: (spanId: string) => void;
}

export function SpanPanel({ traceId, spanId, row, overview, onSelect }: SpanPanelProps) {
  const { data, error, refetch } = useQuery(spanQuery(useProject(), traceId, spanId));
  const span = row ?? data;
  return (
    <aside className="span-panel" aria-label="Span">
      <header className="span-panel-head">
        <h2>{span?.name ?? "Span"}</h2>
        <CopyButton text={spanId} label="Copy span id" />
      </header>
      {span?.status === "error" && (
        <p>
          <Status tone="bad">{span.statusMessage || "failed, without a message"}</Status>
        </p>
      )}
      {span?.status === "running" && <Status tone="busy">Still running</Status>}
      {row?.isOrphan === true && (
        <p>
          <Status tone="unsure">
            Its parent {data?.parentSpanId != null && <span className="mono">{data.parentSpanId}</span>} has not been
            received
          </Status>
        </p>
      )}
      {span !== undefined && <SpanFacts span={span} detail={data} overview={overview} onSelect={onSelect} />}
      {error !== null && data === undefined ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton
          rows={6}
          label={span === undefined ? "Loading" : `Loading ${formatBytes(span.inputBytes + span.outputBytes)}`}
        />
      ) : (
        <SpanContent traceId={traceId} detail={data} />
      )}
    </aside>
  );
}

function SpanContent({ traceId, detail }: { traceId: string; detail: SpanDetail }) {
  const attributes = Object.entries(detail.attributes).sort(([a], [b]) => a.localeCompare(b));
  return (
    <>
      <Payloads title="Input" traceId={traceId} payloads={detail.input} />
      <Payloads title="Output" traceId={traceId} payloads={detail.output} isRunning={detail.status === "running"} />
      {detail.events.length > 0 && (
        <section>
          <h3>Events</h3>
          {detail.events.map(({ name, time, attributes: values }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: events have no id and keep their order
            <div key={index} className="payload">
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

interface PayloadsProps {
  title: string;
  traceId: string;
  payloads: Payload[];
  isRunning?: boolean;
}

function Payloads({ title, traceId, payloads, isRunning = false }: PayloadsProps) {
  const [only] = payloads;
  return (
    <section>
      <h3 className="payload-title">
        {title}
        {payloads.length === 1 && only !== undefined && (
          <CopyButton text={only.content} label={`Copy ${title.toLowerCase()}`} />
        )}
      </h3>
      {payloads.length === 0 && <p className="quiet">{isRunning ? "None yet." : "None was recorded."}</p>}
      {payloads.map((payload, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have no id and keep their order
        <Message key={index} traceId={traceId} payload={payload} title={title} />
      ))}
    </section>
  );
}
