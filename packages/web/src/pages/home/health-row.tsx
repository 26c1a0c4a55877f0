import type { Home } from "@ratchet/protocol";
import { formatCount, formatDuration, formatPercent, formatUsd } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";

/** The last 24 hours of traffic in six numbers. */
export function HealthRow({ health }: { health: Home["health"] }) {
  const numbers: [label: string, value: string, href?: string][] = [
    ["Traces", formatCount(health.traces24h), "/traces?t=24h"],
    ["Errors", formatPercent(health.errorShare), "/traces?t=24h&status=error"],
    ["Median duration", formatDuration(health.p50Ms)],
    ["95th percentile", formatDuration(health.p95Ms)],
    ["Cost", formatUsd(health.costUsd24h)],
    ["Thumbs up / down", `${formatCount(health.thumbsUp24h)} / ${formatCount(health.thumbsDown24h)}`],
  ];
  return (
    <section className="home-section">
      <h2>Last 24 hours</h2>
      <dl className="health">
        {numbers.map(([label, value, href]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{href === undefined ? value : <ProjectLink href={href}>{value}</ProjectLink>}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
