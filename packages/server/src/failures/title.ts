/** What a failure is called until somebody gives it a better name. */
import type { FailureKey } from "./store.ts";

const phrases: Record<string, string> = {
  error: "Error",
  slow: "Slow answer",
  "thumbs-down": "Thumbs down",
  "negative-sentiment": "Negative reply",
  "oversized-input": "Oversized input",
  "off-topic": "Off-topic reply",
  correction: "Corrected result",
};
const maxNameLength = 200;

export function titleOf({ detector, traceName }: FailureKey): string {
  return `${phrases[detector] ?? detector} in ${traceName.slice(0, maxNameLength)}`;
}
