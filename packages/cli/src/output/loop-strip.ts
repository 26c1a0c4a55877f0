/** Where a failure is on its way to verified, in text. */
import type { LoopStep, LoopStrip } from "@ratchet/protocol";
import { toOneLine } from "./plain-text.ts";
import { formatAge } from "./quantities.ts";
import type { Style } from "./style.ts";
import { formatTable } from "./table.ts";

/** Two or three lines: the title, the strip, the next step. */
export function formatStrip({ failure, title, steps, next }: LoopStrip, style: Style): string[] {
  const strip = steps.map((step) => paint(`${symbol(step, style)} ${step.name}`, step, style));
  return [
    `${style.strong(failure)} ${toOneLine(title)}`,
    ` ${strip.join(` ${style.symbols.line} `)}`,
    ...(next ? [` next  ${toOneLine(next.command ?? next.label)}`] : []),
  ];
}

/** A line for each step, with what is known about it. */
export function formatSteps(
  { failure, title, steps, next }: LoopStrip,
  style: Style,
  width: number,
  now: number,
): string[] {
  const [, ...lines] = formatTable<LoopStep>(
    [
      { title: "", text: (step) => ` ${symbol(step, style)}`, paint: (cell, step) => paint(` ${cell}`, step, style) },
      { title: "", text: ({ name }) => name },
      { title: "", text: ({ at }) => (at === null ? "" : formatAge(at, now)), align: "right" },
      { title: "", text: ({ note, state }) => (note === "" ? state : note) },
    ],
    steps,
    width,
  );
  return [
    `${style.strong(failure)} ${toOneLine(title)}`,
    ...lines,
    ...(next ? [` next  ${toOneLine(next.label)}${next.command === null ? "" : `: ${toOneLine(next.command)}`}`] : []),
  ];
}

function symbol({ state }: LoopStep, { symbols }: Style): string {
  const { done, current, waiting, blocked, wentBack } = symbols;
  return { done, current, waiting, blocked, "went back": wentBack }[state];
}

function paint(text: string, { state }: LoopStep, style: Style): string {
  const painter = {
    done: style.good,
    current: style.active,
    waiting: style.faint,
    blocked: style.bad,
    "went back": style.bad,
  }[state];
  return painter(text);
}
