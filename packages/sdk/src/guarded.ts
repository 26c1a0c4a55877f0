import { warnOnce } from "./warn-once.ts";

/** Runs the SDK's own work beside the application's: what fails in it is said once, gives `undefined`, and harms nobody. */
export function guarded<Result>(what: string, work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    warnOnce(what, `${what}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
