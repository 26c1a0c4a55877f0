/**
 * `node packages/server/conformance/record/record.ts <recording> [case]`: installs the packages of a recording outside
 * the repository, runs its program once a case, and writes what it exported into the case. What people wrote into an
 * existing case stays.
 */
import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { casesDirectory } from "../case.ts";
import { layOut } from "../lay-out.ts";
import { openFakeProvider } from "./fake-provider.ts";
import { openOtlpCapture, type TelemetryOfResource } from "./otlp-capture.ts";
import { type RecordedCase, type Recording, recordings } from "./recordings.ts";

const run = promisify(execFile);
const [name = "", only] = process.argv.slice(2);
const recording = recordings[name];
if (!recording) throw new Error(`There is no recording "${name}". There are: ${Object.keys(recordings).join(", ")}.`);

await mkdir(join(tmpdir(), "ratchet-record", name), { recursive: true });
const directory = await realpath(join(tmpdir(), "ratchet-record", name));
await install(recording);
await using provider = await openFakeProvider();
for (const recorded of recording.cases) {
  if (only === undefined || recorded.file.endsWith(only)) await record(recording, recorded);
}

async function install({ packages, program }: Recording): Promise<void> {
  const installed = join(directory, "installed.txt");
  if ((await readFile(installed, "utf8").catch(() => "")) !== packages.join("\n")) {
    await writeFile(join(directory, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await run("npm", ["install", "--no-audit", "--no-fund", "--legacy-peer-deps", ...packages], { cwd: directory });
    await writeFile(installed, packages.join("\n"));
  }
  await copyFile(join(import.meta.dirname, "programs", program), join(directory, program));
}

async function record({ packages, program }: Recording, recorded: RecordedCase): Promise<void> {
  await using capture = await openOtlpCapture();
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: capture.url, PROVIDER_URL: provider.url };
  const { stderr } = await run(process.execPath, [program, ...recorded.run], { cwd: directory, env });
  if (stderr !== "") console.error(`${recorded.file}: ${stderr}`);
  const path = join(casesDirectory, `${recorded.file}.json`);
  const before = JSON.parse(await readFile(path, "utf8").catch(() => "{}"));
  const { title, how } = recorded;
  const source = { kind: "recorded", ...(await readPackage(packages[0] ?? "")), language: "javascript", how };
  const request = { resourceSpans: capture.traces.flatMap(({ resourceSpans }) => resourceSpans.map(withoutMachine)) };
  const logs = { resourceLogs: capture.logs.flatMap(({ resourceLogs }) => resourceLogs.map(withoutMachine)) };
  await mkdir(dirname(path), { recursive: true });
  const { expected = [], trace = {} } = before;
  await writeFile(
    path,
    withoutPlaces(layOut({ title, source, expected, trace, request, ...(logs.resourceLogs.length > 0 && { logs }) })),
  );
  console.log(path);
}

/** @param named As npm installs it: `ai@7.0.173`, `@ratchet/sdk@file:…`. */
async function readPackage(named: string): Promise<{ package: string; version: string }> {
  const name = named.slice(0, named.indexOf("@", 1));
  const text = await readFile(join(directory, "node_modules", name, "package.json"), "utf8");
  return { package: name, version: JSON.parse(text).version };
}

/** A resource may tell the machine, its processes and its system. */
function withoutMachine<Telemetry extends TelemetryOfResource>(telemetry: Telemetry): Telemetry {
  const attributes = telemetry.resource.attributes.filter(({ key }) => !/^(host|os|process)\./.test(key));
  return { ...telemetry, resource: { ...telemetry.resource, attributes } };
}

/** Stack traces name directories, errors the ports of this run. */
function withoutPlaces(text: string): string {
  const repository = join(import.meta.dirname, "../../../..");
  return [directory, repository]
    .reduce((rest, place) => rest.replaceAll(place, "/app"), text)
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, "http://localhost");
}
