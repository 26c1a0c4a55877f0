/** Aligns long texts away from the page's thread. */
import { diffText } from "./diff-rows.ts";

self.onmessage = ({ data }: MessageEvent<{ before: string; after: string; ignoreWhitespace: boolean }>) => {
  // Nobody waits for this thread: it may take longer than the page could.
  const timeoutMs = 15_000;
  self.postMessage(diffText(data.before, data.after, { ignoreWhitespace: data.ignoreWhitespace, timeoutMs }));
};
