/** The filters of the traces list. The URL is the only state: each control writes it and reads from it. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { TimeRange } from "../../api/traces.ts";
import { Time } from "../../ui/time.tsx";

const route = "/p/$project/traces";

const rangeLabels: Record<TimeRange, string> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
};
/** Runs of evals are tests: the list is production's unless they are asked for. */
const originLabels = { "": "Production", evals: "Runs of evals", all: "Production and evals" };
/** Filters that other pages link with; shown as chips that can be taken away. */
const chipNames = ["signal", "failure", "session", "release", "rollout", "arm", "from", "to"] as const;
const searchDelayMs = 250;

export function TraceFilters() {
  const search = useSearch({ from: route });
  const navigate = useNavigate({ from: route });
  const set = (name: keyof typeof search, value: string) =>
    void navigate({ search: (previous) => ({ ...previous, [name]: value || undefined }), replace: true });
  const chips = chipNames.filter((name) => search[name] !== undefined);
  return (
    <search className="toolbar">
      <select aria-label="Time range" value={search.t ?? ""} onChange={(event) => set("t", event.target.value)}>
        <option value="">All time</option>
        {Object.entries(rangeLabels).map(([range, label]) => (
          <option key={range} value={range}>
            {label}
          </option>
        ))}
      </select>
      <select aria-label="Origin" value={search.origin ?? ""} onChange={(event) => set("origin", event.target.value)}>
        {Object.entries(originLabels).map(([origin, label]) => (
          <option key={origin} value={origin}>
            {label}
          </option>
        ))}
      </select>
      <select aria-label="Status" value={search.status ?? ""} onChange={(event) => set("status", event.target.value)}>
        <option value="">Any status</option>
        <option value="ok">ok</option>
        <option value="error">error</option>
        <option value="running">running</option>
      </select>
      <NameField name={search.name ?? ""} onChange={(name) => set("name", name)} />
      {chips.map((name) => (
        <button
          key={name}
          type="button"
          className="chip"
          onClick={() => set(name, "")}
          title={`Remove the filter ${name}`}
        >
          {name}: <ChipValue name={name} value={search[name] ?? ""} /> <span aria-hidden="true">✕</span>
          <span className="visually-hidden">Remove</span>
        </button>
      ))}
      <label className="live-toggle">
        <input
          type="checkbox"
          checked={search.live !== "off"}
          onChange={(event) => set("live", event.target.checked ? "" : "off")}
        />
        Live tail
      </label>
    </search>
  );
}

function ChipValue({ name, value }: { name: (typeof chipNames)[number]; value: string }) {
  return name === "from" || name === "to" ? <Time at={value} /> : value;
}

/** Typed text reaches the URL when the typing pauses; a URL that changes by other means wins. */
function NameField({ name, onChange }: { name: string; onChange: (name: string) => void }) {
  const [text, setText] = useState(name);
  const [written, setWritten] = useState(name);
  if (name !== written) {
    setWritten(name);
    setText(name);
  }
  useEffect(() => {
    if (text === written) return;
    const timer = setTimeout(() => {
      setWritten(text);
      onChange(text);
    }, searchDelayMs);
    return () => clearTimeout(timer);
  }, [text, written, onChange]);
  return (
    <input
      type="search"
      aria-label="Name contains"
      placeholder="Name contains …"
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
