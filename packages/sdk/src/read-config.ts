/** The server's answer about releases and rollouts, checked by hand: zod would be nine tenths of the SDK. */
import type { SdkConfig } from "@ratchet/protocol";

/** @throws When it is no such answer: a proxy's page, or a server of another version. */
export function readConfig(json: string): SdkConfig {
  const config: unknown = JSON.parse(json);
  if (!isConfig(config)) throw new Error("the answer is no configuration that this version knows");
  return config;
}

function isConfig(value: unknown): value is SdkConfig {
  if (!isRecord(value)) return false;
  const { release, rollout, contents } = value;
  return (
    (release === null || isRelease(release)) &&
    (rollout === null || isRollout(rollout)) &&
    isRecord(contents) &&
    Object.values(contents).every((one) => isRecord(one) && typeof one.content === "string")
  );
}

function isRollout(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { id, salt, weight, candidate } = value;
  return typeof id === "string" && typeof salt === "string" && Number.isFinite(weight) && isRelease(candidate);
}

function isRelease(value: unknown): boolean {
  return isRecord(value) && typeof value.id === "string" && isRecord(value.prompts);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
