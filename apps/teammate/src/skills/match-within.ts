/** Tries a pattern that nobody has proved harmless on a stranger's text, for a bounded time: a prompt brings the one, an issue the other. */
import { createContext, Script } from "node:vm";

const script = new Script("new RegExp(pattern, 'imu').test(text)");
const sandbox = createContext({ pattern: "", text: "" });

/** Whether `pattern` (flags `imu`) matches; `null` when that was not known after `timeLimitMs`. */
export function matchWithin(pattern: string, text: string, timeLimitMs: number): boolean | null {
  Object.assign(sandbox, { pattern, text });
  try {
    return script.runInContext(sandbox, { timeout: timeLimitMs }) as boolean;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return null;
    throw error;
  } finally {
    Object.assign(sandbox, { pattern: "", text: "" });
  }
}
