/** One message by its parts. All of it comes from outside: shown as text, and nothing is loaded from other hosts. */
import type { Payload } from "@ratchet/protocol";
import { useState } from "react";
import { attachmentUrl } from "../../api/traces.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { JsonValue, JsonView } from "../../ui/json-view.tsx";
import { formatBytes, formatPlural } from "../../ui/numbers.ts";
import { useProject } from "../../ui/project-link.tsx";
import { type MessagePart, readParts, toParts } from "./read-parts.ts";
import "./message.css";

/** Parts within a tool's answer within a message are parts too; deeper ones are JSON. */
const maxNesting = 2;

export function Message({ traceId, payload, title }: { traceId: string; payload: Payload; title: string }) {
  const { role, content } = payload;
  const parts = readParts(content);
  return (
    <div className="payload">
      {role !== title.toLowerCase() && <p className="payload-role">{role}</p>}
      {parts === undefined ? <JsonView text={content} /> : <Parts traceId={traceId} parts={parts} nesting={0} />}
    </div>
  );
}

interface PartsProps {
  traceId: string;
  parts: MessagePart[];
  nesting: number;
}

function Parts({ traceId, parts, nesting }: PartsProps) {
  return (
    <div className="parts">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no id and keep their order
        <Part key={index} traceId={traceId} part={part} nesting={nesting} />
      ))}
    </div>
  );
}

function Part({ traceId, part, nesting }: { traceId: string; part: MessagePart; nesting: number }) {
  switch (part.type) {
    case "text":
      return <JsonView text={part.text} />;
    case "reasoning":
      return (
        <details className="part-folded">
          <summary>
            Reasoning <span className="quiet">{formatPlural(part.text.length, "character")}</span>
          </summary>
          <JsonView text={part.text} />
        </details>
      );
    case "tool_call":
      return (
        <section className="part-tool" aria-label={`Call of ${part.name || "a tool"}`}>
          <PartHead label="Calls" name={part.name} id={part.id} />
          {part.arguments !== undefined && <JsonValue value={part.arguments} />}
        </section>
      );
    case "tool_response": {
      const inner = nesting < maxNesting ? toParts(part.response) : undefined;
      return (
        <section className="part-tool" aria-label="Answer of a tool">
          <PartHead label="Answers" name="" id={part.id} />
          {inner ? (
            <Parts traceId={traceId} parts={inner} nesting={nesting + 1} />
          ) : (
            part.response !== undefined && <JsonValue value={part.response} />
          )}
        </section>
      );
    }
    case "attachment":
      return <Attachment traceId={traceId} {...part} />;
    case "missing":
      return (
        <p className="part-file quiet">
          {part.mimeType || "A file"} of {formatBytes(part.sizeBytes)}: too large to be kept
        </p>
      );
    case "uri":
      return (
        <p className="part-file">
          <span className="mono part-uri">{part.uri}</span>
          <CopyButton text={part.uri} label="Copy address" />
          <span className="quiet">{part.mimeType} not loaded: it is on another host</span>
        </p>
      );
    case "other":
      return <JsonValue value={part.value} />;
  }
}

function PartHead({ label, name, id }: { label: string; name: string; id: string }) {
  return (
    <p className="part-head">
      {label} {name !== "" && <strong>{name}</strong>} {id !== "" && <span className="quiet mono">{id}</span>}
    </p>
  );
}

interface AttachmentProps {
  traceId: string;
  sha256: string;
  mimeType: string;
  sizeBytes: number;
}

/** A picture as a thumbnail, sound and film as players, the rest to download. The server decides what a browser may show. */
function Attachment({ traceId, sha256, mimeType, sizeBytes }: AttachmentProps) {
  const [isShowable, setShowable] = useState(true);
  const url = attachmentUrl(useProject(), traceId, sha256);
  const label = `${mimeType || "file"}, ${formatBytes(sizeBytes)}`;
  const family = isShowable ? mimeType.split("/")[0] : "";
  const giveUp = () => setShowable(false);
  return (
    <figure className="part-media">
      {family === "image" && (
        <a href={url} target="_blank" rel="noreferrer">
          <img src={url} alt={`Attachment: ${label}`} loading="lazy" decoding="async" onError={giveUp} />
        </a>
      )}
      {/* biome-ignore lint/a11y/useMediaCaption: what a model heard has no captions */}
      {family === "audio" && <audio src={url} controls preload="none" aria-label={label} onError={giveUp} />}
      {/* biome-ignore lint/a11y/useMediaCaption: what a model saw has no captions */}
      {family === "video" && <video src={url} controls preload="none" aria-label={label} onError={giveUp} />}
      <figcaption>
        <a href={url} download={sha256.slice(0, 12)}>
          Download
        </a>{" "}
        <span className="quiet">{label}</span>
      </figcaption>
    </figure>
  );
}
