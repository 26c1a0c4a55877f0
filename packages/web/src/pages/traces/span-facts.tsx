/** What a span is, took and cost, and how it was read. */
import type { SpanDetail, SpanSummary, TreeOverview } from "@ratchet/protocol";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { formatDuration } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Time } from "../../ui/time.tsx";
import { PromptLink } from "./prompt-link.tsx";
import { offsetMsOf } from "./tree-rows.ts";
import { costText, isPriceUnknown, usageText } from "./usage-text.ts";

export interface SpanFactsProps {
  span: SpanSummary;
  /** Comes after the summary. */
  detail: SpanDetail | undefined;
  overview: TreeOverview;
  onSelect: (spanId: string) => void;
}

export function SpanFacts({ span, detail, overview, onSelect }: SpanFactsProps) {
  const { duplicateOf } = span;
  const facts: [label: string, value: ReactNode][] = [
    ["Kind", span.kind],
    ["Started", <Time key="time" at={span.startTime} />],
    ["Starts after", formatDuration(Math.max(0, offsetMsOf(span, overview)))],
    [span.status === "running" ? "Running for" : "Duration", formatDuration(span.durationMs)],
  ];
  if (span.timeToFirstTokenMs !== null) facts.push(["First token after", formatDuration(span.timeToFirstTokenMs)]);
  if (span.model !== null)
    facts.push(["Model", span.provider === null ? span.model : `${span.model} (${span.provider})`]);
  const tokens = usageText(span);
  if (tokens !== undefined) facts.push(["Tokens", tokens]);
  if (span.costUsd !== null) facts.push(["Cost", costText(span.costUsd, span.costSource)]);
  if (isPriceUnknown(span)) {
    facts.push([
      "Cost",
      <span key="cost">
        price unknown · <ProjectLink href="/settings">set a price</ProjectLink>
      </span>,
    ]);
  }
  if (duplicateOf !== null) {
    facts.push([
      "Tokens and cost",
      <Button key="duplicate" kind="quiet" onClick={() => onSelect(duplicateOf)}>
        counted in {duplicateOf.slice(0, 8)}
      </Button>,
    ]);
  }
  if (span.prompt !== null) facts.push(["Prompt", <PromptLink key="prompt" prompt={span.prompt} />]);
  if (detail !== undefined && detail.conventions.length > 0) {
    facts.push(["Read as", detail.conventions.map((name) => conventionNames[name] ?? name).join(", ")]);
  }
  if (detail !== undefined && detail.scope !== "") facts.push(["Instrumented by", detail.scope]);
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

/** In the words of their makers. */
const conventionNames: Record<string, string> = {
  ratchet: "Ratchet",
  "otel-genai": "OTel GenAI",
  openinference: "OpenInference",
  openllmetry: "OpenLLMetry",
  "ai-sdk": "AI SDK",
  langsmith: "LangSmith",
  langfuse: "Langfuse",
  mlflow: "MLflow",
  logfire: "Logfire",
  "openai-agents": "OpenAI Agents",
  mastra: "Mastra",
  "claude-code": "Claude Code",
  "google-adk": "Google ADK",
  livekit: "LiveKit",
  generic: "plain attributes",
};
