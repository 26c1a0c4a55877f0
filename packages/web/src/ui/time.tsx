/** The only component that prints a date: local time, the exact instant in UTC on hover. */
import { useSyncExternalStore } from "react";

const sameDay = formatter({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const otherDay = formatter({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const withYear = formatter({ year: "numeric", month: "short", day: "numeric" });
const exact = formatter({ dateStyle: "medium", timeStyle: "long" });

/** Made at its first use: on a slow processor each costs 20 ms, and most pages need one or two. */
function formatter(options: Intl.DateTimeFormatOptions): (date: Date) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (date) => {
    format ??= new Intl.DateTimeFormat("en", options);
    return format.format(date);
  };
}

export interface TimeProps {
  /** ISO 8601. */
  at: string;
  /** `12 min ago` instead of the clock's time. */
  relative?: boolean;
}

export function Time({ at, relative = false }: TimeProps) {
  const now = useNow();
  const date = new Date(at);
  return (
    <time
      dateTime={at}
      onPointerEnter={({ currentTarget }) => {
        currentTarget.title = `${exact(date)} · ${at}`;
      }}
    >
      {relative ? formatAge(now - date.getTime()) : formatClock(date, new Date(now))}
    </time>
  );
}

/** `just now`, `12 s ago`, `3 d ago`; times ahead of the clock count as now. */
export function formatAge(ageMs: number): string {
  const age = formatSpanOfTime(ageMs);
  return age === "now" ? "just now" : `${age} ago`;
}

/** `now`, `12 s`, `4 min`, `5 h`, `3 d`: the largest unit only. */
function formatSpanOfTime(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1000);
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** Time of day for today, day and time within the year, the date beyond. */
export function formatClock(date: Date, now: Date): string {
  if (date.toDateString() === now.toDateString()) return sameDay(date);
  return date.getFullYear() === now.getFullYear() ? otherDay(date) : withYear(date);
}

// One clock for all times on the page, so that a thousand rows cost one timer.
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const notify of listeners) notify();
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
