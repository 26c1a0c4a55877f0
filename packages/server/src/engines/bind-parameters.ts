/**
 * Values written into SQL, for chDB: its own binding of `{name:Type}` lets one query with values run at a time in the
 * whole process, whatever the number of connections.
 */
export type Value = string | number | boolean | null | readonly Value[];
/** Values of `{name:Type}` placeholders. */
export type Parameters = Readonly<Record<string, Value>>;

/**
 * Each placeholder becomes a literal of its type, by the same rules as ClickHouse's HTTP interface: an array may be given
 * as its text.
 */
export function bindParameters(sql: string, parameters: Parameters): string {
  return sql.replace(/\{(\w+):([^{}]+)\}/g, (placeholder, name: string, type: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`There is no value for ${placeholder}.`);
    return value === null ? "NULL" : `CAST(${quote(toText(value))}, ${quote(type)})`;
  });
}

function toText(value: Value): string {
  if (!Array.isArray(value)) return String(value);
  return `[${value.map((item) => (typeof item === "string" ? quote(item) : toText(item))).join()}]`;
}

/** Only these two characters end or change a literal of ClickHouse. */
function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
