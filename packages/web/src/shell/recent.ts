/** What was opened last, for the palette: page titles with their addresses, on this device only. */

export interface RecentPage {
  /** Address below the origin. */
  href: string;
  title: string;
}

const storageKey = "ratchet.recent.1";
const limit = 12;

export function readRecent(): RecentPage[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isRecentPage) : [];
  } catch {
    return [];
  }
}

export function rememberPage(page: RecentPage): void {
  const others = readRecent().filter(({ href }) => href !== page.href);
  try {
    localStorage.setItem(storageKey, JSON.stringify([page, ...others].slice(0, limit)));
  } catch {
    // Storage may be forbidden; the palette then has no recent pages.
  }
}

function isRecentPage(value: unknown): value is RecentPage {
  return (
    typeof value === "object" &&
    value !== null &&
    "href" in value &&
    "title" in value &&
    String(value.href).startsWith("/p/")
  );
}
