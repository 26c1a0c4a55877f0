/** JSON as an indented tree that opens level by level; other text as it is. Bounded, and it says what it hides. */
import { useState } from "react";
import { Button } from "./button.tsx";
import { formatCount } from "./numbers.ts";

const textLimit = 20_000;
const entryLimit = 100;

/** `text` is JSON text or plain text; both are shown as text, never as markup. */
export function JsonView({ text }: { text: string }) {
  const value = parseStructure(text);
  return (
    <div className="json-view mono">
      {value === undefined ? <LongText text={decodeText(text)} /> : <JsonNode value={value} depth={0} />}
    </div>
  );
}

/** A value that is already parsed. */
export function JsonValue({ value }: { value: unknown }) {
  return <JsonView text={typeof value === "string" ? value : JSON.stringify(value)} />;
}

function JsonNode({ value, depth }: { value: unknown; depth: number }) {
  const [shown, setShown] = useState(entryLimit);
  if (typeof value === "string") return <LongText text={value} quoted />;
  if (typeof value !== "object" || value === null) return <span className="json-scalar">{String(value)}</span>;
  const entries = Object.entries(value);
  const brackets = Array.isArray(value) ? "[]" : "{}";
  if (entries.length === 0) return <span>{brackets}</span>;
  return (
    <details open={depth < 3} className="json-node">
      <summary>
        {brackets[0]}
        <span className="json-size">
          {formatCount(entries.length)} {Array.isArray(value) ? "items" : "keys"}
        </span>
        {brackets[1]}
      </summary>
      <ul>
        {entries.slice(0, shown).map(([key, item]) => (
          <li key={key}>
            <span className="json-key">{key}: </span>
            <JsonNode value={item} depth={depth + 1} />
          </li>
        ))}
      </ul>
      {entries.length > shown && (
        <Button kind="quiet" onClick={() => setShown(shown + 1000)}>
          {formatCount(entries.length - shown)} more
        </Button>
      )}
    </details>
  );
}

function LongText({ text, quoted = false }: { text: string; quoted?: boolean }) {
  const [all, setAll] = useState(false);
  const cut = !all && text.length > textLimit;
  return (
    <span className="json-text">
      {quoted && text.length < 200 && !text.includes("\n") ? `"${text}"` : cut ? text.slice(0, textLimit) : text}
      {cut && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          Show {formatCount(text.length - textLimit)} more characters
        </Button>
      )}
    </span>
  );
}

function parseStructure(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A lone JSON string loses its quotes and escapes. */
function decodeText(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
}
