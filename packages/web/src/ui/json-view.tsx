/** JSON as an indented tree that opens level by level; other text as it is. Bounded, and it says what it hides. */
import { createContext, useContext, useState } from "react";
import { Button } from "./button.tsx";
import { formatCount, formatPlural } from "./numbers.ts";

// Some forty lines of a panel: enough to know the text by, and the output below it stays in reach.
const panelTextLimit = 2000;
const TextLimit = createContext(panelTextLimit);
const entryLimit = 100;
const openLevels = 3;

/** `text` is JSON text or plain text; both are shown as text, never as markup. */
export function JsonView({ text, textLimit = panelTextLimit }: { text: string; textLimit?: number }) {
  const value = parseStructure(text);
  return (
    <TextLimit value={textLimit}>
      <div className="json-view mono">
        {value === undefined ? <LongText text={decodeText(text)} /> : <JsonNode value={value} depth={0} />}
      </div>
    </TextLimit>
  );
}

/** A value that is already parsed. `textLimit`: of each text in it, how many characters stand there at first. */
export function JsonValue({ value, textLimit }: { value: unknown; textLimit?: number }) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return <JsonView text={text} {...(textLimit !== undefined && { textLimit })} />;
}

function JsonNode({ name, value, depth }: { name?: string; value: unknown; depth: number }) {
  const [shown, setShown] = useState(entryLimit);
  const key = name !== undefined && <span className="json-key">{name}: </span>;
  if (typeof value !== "object" || value === null || isShort(value)) {
    return (
      <>
        {key}
        <Short value={value} />
      </>
    );
  }
  const entries = Object.entries(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return (
    <details open={depth < openLevels} className="json-node">
      <summary>
        {key}
        {open}
        <span className="json-size">{formatPlural(entries.length, Array.isArray(value) ? "item" : "key")}</span>
        {close}
      </summary>
      <ul>
        {entries.slice(0, shown).map(([key, item]) => (
          <li key={key}>
            <JsonNode name={key} value={item} depth={depth + 1} />
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

function Short({ value }: { value: unknown }) {
  if (typeof value === "string") return <LongText text={value} quoted />;
  if (Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
  if (typeof value === "object" && value !== null) return "{}";
  return <span className="json-scalar">{String(value)}</span>;
}

/** Empty, or a list of a few scalars: fits on its key's line. */
function isShort(value: object): boolean {
  if (!Array.isArray(value)) return Object.keys(value).length === 0;
  return (
    value.length <= 8 &&
    value.every((item) => typeof item !== "object" || item === null) &&
    JSON.stringify(value).length <= 60
  );
}

function LongText({ text, quoted = false }: { text: string; quoted?: boolean }) {
  const textLimit = useContext(TextLimit);
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
