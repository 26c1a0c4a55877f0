/** The tab's icon tells from afar what runs in the project and how it ended. */
import type { ProjectActivity } from "@ratchet/protocol";
import { useEffect, useRef } from "react";

/** Marks what ends while the page is open; what had ended before is no news. */
export function useFavicon(state: ProjectActivity["state"] | undefined): void {
  const sawRunning = useRef(false);
  useEffect(() => {
    if (state === "running") sawRunning.current = true;
    const shown = state !== undefined && sawRunning.current ? `/favicon-${state}.svg` : "/favicon.svg";
    document.querySelector("link[rel=icon]")?.setAttribute("href", shown);
  }, [state]);
}
