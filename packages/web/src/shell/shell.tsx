/** What surrounds every page of a project: navigation, keys, palette, live events. */
import { Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useProject } from "../ui/project-link.tsx";
import { type KeyBinding, useKeyHandler, useKeys } from "./keys.ts";
import { rememberProject } from "./last-project.ts";
import { useLiveEvents } from "./live-events.ts";
import { navigation, settings } from "./navigation.ts";
import { rememberPage } from "./recent.ts";
import { focusRow, focusSearch } from "./row-focus.ts";
import { Sidebar } from "./sidebar.tsx";

const Palette = lazy(() => import("./palette.tsx"));
const KeySheet = lazy(() => import("./key-sheet.tsx"));

export function Shell() {
  const project = useProject();
  const [overlay, setOverlay] = useState<"palette" | "keys" | null>(null);
  const close = () => setOverlay(null);
  useShellKeys(project, setOverlay);
  useRecentPages();
  useEffect(() => rememberProject(project), [project]);
  const live = useLiveEvents(project);
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <Sidebar project={project} live={live} onSearch={() => setOverlay("palette")} />
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <Suspense>
        {overlay === "palette" && <Palette onClose={close} />}
        {overlay === "keys" && <KeySheet onClose={close} />}
      </Suspense>
    </div>
  );
}

function useShellKeys(project: string, show: (overlay: "palette" | "keys") => void): void {
  const router = useRouter();
  const bindings = useMemo<KeyBinding[]>(
    () => [
      { keys: "$mod+k", label: "Jump to a page or id", group: "Everywhere", run: () => show("palette") },
      { keys: "[Shift]+?", label: "Show the keys", group: "Everywhere", run: () => show("keys") },
      { keys: "/", label: "Search in this page", group: "Everywhere", run: focusSearch },
      { keys: "j", label: "Next row", group: "Lists", run: () => focusRow(1) },
      { keys: "k", label: "Previous row", group: "Lists", run: () => focusRow(-1) },
      ...[...navigation, settings].map(
        ({ label, path, letter }): KeyBinding => ({
          keys: `g ${letter}`,
          label,
          group: "Go to",
          run: () => router.history.push(`/p/${project}${path}`),
        }),
      ),
    ],
    [project, router, show],
  );
  useKeys(bindings);
  useKeyHandler();
}

/** Notes a page once its title stands: the title is set by the page itself, after its data has come. */
function useRecentPages(): void {
  const href = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  useEffect(() => {
    if (href === undefined) return;
    const timer = setTimeout(() => rememberPage({ href, title: document.title.replace(/ · Ratchet$/, "") }), 2000);
    return () => clearTimeout(timer);
  }, [href]);
}
