/** ⌘K: jump to a page, an id, a recent page, or another project. Loaded when first opened. */
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { projectsQuery } from "../api/projects.ts";
import { Dialog } from "../ui/dialog.tsx";
import { useProject } from "../ui/project-link.tsx";
import { findDestination } from "./find-destination.ts";
import { navigation, settings } from "./navigation.ts";
import { readRecent } from "./recent.ts";

interface Entry {
  label: string;
  hint: string;
  href: string;
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const router = useRouter();
  const listId = useId();
  const entries = useEntries(text);
  const open = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    router.history.push(entry.href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && entries.length > 0) {
      event.preventDefault();
      setActive((active + step + entries.length) % entries.length);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) open(entries[active]);
  };
  return (
    <Dialog title="Jump to" open onClose={onClose} hideTitle>
      <input
        className="palette-input"
        placeholder="Page, or paste an id or address"
        aria-label="Jump to a page, id or address"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries[active] && `${listId}-${active}`}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="palette-list" id={listId} role="listbox" aria-label="Destinations">
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, which names the active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys go through the field
          <div
            key={entry.href}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            className="palette-entry"
            onClick={() => open(entry)}
            onPointerMove={() => setActive(index)}
          >
            <span className="truncate">{entry.label}</span>
            <span className="quiet">{entry.hint}</span>
          </div>
        ))}
      </div>
      {entries.length === 0 && (
        <p className="palette-none quiet">
          Nothing is named “{text}”. Ids look like F-12, E-31, G-4, RO-2, or 32 hex digits for a trace.
        </p>
      )}
    </Dialog>
  );
}

function useEntries(text: string): Entry[] {
  const project = useProject();
  const { data } = useQuery(projectsQuery);
  const pasted = findDestination(text, project, location.origin);
  const pages = [...navigation, settings].map(({ label, path, letter }) => ({
    label,
    hint: `g ${letter}`,
    href: `/p/${project}${path}`,
  }));
  const recent = readRecent().map(({ title, href }) => ({ label: title, hint: "recent", href }));
  const projects = (data?.projects ?? [])
    .filter(({ slug }) => slug !== project)
    .map(({ name, slug }) => ({ label: name, hint: "project", href: `/p/${slug}` }));
  const wanted = text.trim().toLowerCase();
  const found = [...pages, ...recent, ...projects].filter(({ label }) => label.toLowerCase().includes(wanted));
  const all = pasted === undefined ? found : [{ ...pasted, hint: "Enter" }, ...found];
  return all.filter((entry, index) => all.findIndex(({ href }) => href === entry.href) === index).slice(0, 20);
}
