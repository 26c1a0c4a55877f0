/** A panel beside the list that it belongs to: the list stays, Esc closes. Never more than one is open. */
import { type ReactNode, useMemo } from "react";
import { type KeyBinding, useKeys } from "../shell/keys.ts";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import "./side-panel.css";

export interface SidePanelProps {
  /** What the panel shows, as `Case`. */
  label: string;
  /** Its id, which can be copied. */
  title: string;
  /** A stable function. */
  onClose: () => void;
  children: ReactNode;
}

export function SidePanel({ label, title, onClose, children }: SidePanelProps) {
  const keys = useMemo<KeyBinding[]>(
    () => [{ keys: "Escape", label: `Close the ${label.toLowerCase()}`, group: "This page", run: onClose }],
    [label, onClose],
  );
  useKeys(keys);
  return (
    <aside className="side-panel" aria-label={`${label} ${title}`}>
      <header className="side-panel-head">
        <h2 className="mono truncate">{title}</h2>
        <CopyButton text={title} label={`Copy the ${label.toLowerCase()}'s id`} />
        <Button kind="quiet" onClick={onClose}>
          Close
        </Button>
      </header>
      {children}
    </aside>
  );
}
