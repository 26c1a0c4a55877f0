/** How a price reads: rates are US dollars per million tokens. */
import { noValue } from "../../ui/numbers.ts";
import { Time } from "../../ui/time.tsx";

/** `$0.075`, as exact as it was given: a price is no measurement. `null` is the input's rate. */
export function formatRate(usdPerMillion: number | null): string {
  return usdPerMillion === null ? noValue : `$${usdPerMillion.toLocaleString("en", { maximumFractionDigits: 6 })}`;
}

export function ValidFrom({ at }: { at: string }) {
  return Date.parse(at) === 0 ? "always" : <Time at={at} />;
}

/** A day of the calendar here, as the date inputs have it; empty for the beginning of time. */
export function toDay(at: string): string {
  const date = new Date(at);
  if (date.getTime() === 0) return "";
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** The moment at which that day begins here. */
export function fromDay(day: string): string {
  return (day === "" ? new Date(0) : new Date(`${day}T00:00`)).toISOString();
}
