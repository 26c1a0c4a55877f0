/** Which project `/` opens. */
import type { Project } from "@ratchet/protocol";

const storageKey = "ratchet.project";

export function rememberProject(slug: string): void {
  try {
    localStorage.setItem(storageKey, slug);
  } catch {
    // Storage may be forbidden; the sample or default project opens next time.
  }
}

/** The one opened last, if it still exists; else the sample, which has something to show; else the first. */
export function chooseProject(projects: Project[]): string {
  const last = readLast();
  const chosen =
    projects.find(({ slug }) => slug === last) ?? projects.find(({ sample }) => sample) ?? projects.find(() => true);
  return chosen?.slug ?? "default";
}

function readLast(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
