/**
 * Python with OpenTelemetry's exporters, for tests that send by them. `node packages/server/testing/python.ts` puts it
 * below node_modules; without it those tests are skipped.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const environment = join(import.meta.dirname, "../../../node_modules/.cache/ratchet-python");
const interpreter = join(environment, "bin/python");
const packages = [
  "opentelemetry-sdk==1.45.2",
  "opentelemetry-exporter-otlp-proto-http==1.45.2",
  "opentelemetry-exporter-otlp-proto-grpc==1.45.2",
];

/** `undefined` where it was not installed. */
export function findPython(): string | undefined {
  return existsSync(interpreter) ? interpreter : undefined;
}

if (import.meta.main) {
  execFileSync("python3", ["-m", "venv", environment], { stdio: "inherit" });
  execFileSync(interpreter, ["-m", "pip", "install", "--quiet", ...packages], { stdio: "inherit" });
}
