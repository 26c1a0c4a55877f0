/** Every metric's mean with its interval, as numbers and as a picture on the metric's own range. */
import type { Experiment, MetricInfo } from "@ratchet/protocol";
import { formatCount, formatScore, noValue } from "../../ui/numbers.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { MetricMean } from "./metric-mean.tsx";

export function MetricsTable({ experiment }: { experiment: Experiment }) {
  const columns: Column<MetricInfo>[] = [
    { header: "Metric", cell: ({ name }) => name },
    {
      header: "Mean [95 % interval]",
      numeric: true,
      cell: ({ name }) => <MetricMean summary={experiment.summary[name]} />,
    },
    {
      header: "On its range",
      wideOnly: true,
      width: "30%",
      cell: (metric) => <RangeBar metric={metric} summary={experiment.summary[metric.name]} />,
    },
    { header: "Cases", numeric: true, cell: ({ name }) => formatCount(experiment.summary[name]?.n ?? 0) },
    { header: "Better is", cell: ({ direction }) => direction },
  ];
  return <Table label="Metrics" columns={columns} rows={experiment.metrics} rowKey={({ name }) => name} />;
}

/** The interval as a line and the mean as a dot; nothing for a metric without bounds. */
function RangeBar({ metric, summary }: { metric: MetricInfo; summary: Experiment["summary"][string] | undefined }) {
  if (metric.range === null || summary === undefined || summary.mean === null) return <span>{noValue}</span>;
  const [from, to] = metric.range;
  const place = (value: number) => `${Math.min(100, Math.max(0, ((value - from) / (to - from)) * 100))}%`;
  return (
    <span className="range-bar">
      <span className="quiet">{formatScore(from)}</span>
      <svg aria-hidden="true">
        <line className="range-axis" x1="0" x2="100%" y1="8" y2="8" />
        {summary.low !== null && summary.high !== null && (
          <line className="range-interval" x1={place(summary.low)} x2={place(summary.high)} y1="8" y2="8" />
        )}
        <circle className="range-mean" cx={place(summary.mean)} cy="8" r="4" />
      </svg>
      <span className="quiet">{formatScore(to)}</span>
    </span>
  );
}
