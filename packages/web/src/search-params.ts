/** The query string as plain text values: `?status=error&q=42` stays readable, and `q` stays a string. */

export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  return params.size > 0 ? `?${params}` : "";
}

/**
 * A route's `validateSearch` for text parameters: keeps the named ones, drops the rest.
 *
 * @example validateSearch: pickSearch("dataset", "metric")
 */
export function pickSearch<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): { [key in Name]?: string | undefined } => {
    const picked: { [key in Name]?: string | undefined } = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === "string" && value !== "") picked[name] = value;
    }
    return picked;
  };
}
