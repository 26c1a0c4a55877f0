/** Says each problem once: an application's log must not drown because its telemetry has trouble. */
const said = new Set<string>();

/** @param topic Problems of one topic are one problem, however their messages differ. */
export function warnOnce(topic: string, message: string): void {
  if (said.has(topic)) return;
  said.add(topic);
  console.warn(`[ratchet] ${message}`);
}

/** The trouble is over: if it comes again, that is news. */
export function forgetWarning(topic: string): void {
  said.delete(topic);
}
