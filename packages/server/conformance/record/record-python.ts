/**
 * `node packages/server/conformance/record/record-python.ts <recording>`: installs the packages of a recording outside
 * the repository, runs its program once, and writes what it exported into cases. What people wrote into an existing case
 * stays.
 */
import { execFile } from "node:child_process";
import { glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { casesDirectory } from "../case.ts";
import { layOut } from "../lay-out.ts";
import { openFakeProvider } from "./fake-provider.ts";

const run = promisify(execFile);
const programs = join(import.meta.dirname, "python");

/** Programs below `python/` with their arguments. Each recording has its own packages in `python/requirements/`. */
const recordings: Readonly<Record<string, readonly string[][]>> = {
  "google-adk-1-14": [["adk_cases.py"]],
  "google-adk-1-39": [["adk_cases.py"], ["adk_cases.py", "events"]],
  "google-adk-2": [["adk_cases.py"], ["adk_cases.py", "content"], ["adk_cases.py", "events"]],
  livekit: [["livekit_cases.py"]],
  mlflow: [["mlflow_cases.py"]],
  "openai-agents": [
    ["openai_agents_cases.py", "openinference"],
    ["openai_agents_cases.py", "logfire"],
  ],
  "openai-agents-openllmetry": [["openai_agents_otel_cases.py", "openllmetry"]],
  "openai-agents-otel": [["openai_agents_otel_cases.py", "otel"]],
  openinference: [["openinference_cases.py"]],
  openllmetry: [["traceloop_cases.py"]],
  "otel-genai": [["otel_genai_cases.py"]],
  "otel-openai-v2": [["otel_openai_v2_cases.py"]],
  "pydantic-ai": [["pydantic_ai_cases.py"]],
  "pydantic-ai-0": [["pydantic_ai_0_cases.py"]],
};

const [name = ""] = process.argv.slice(2);
const runs = recordings[name];
if (!runs) throw new Error(`There is no recording "${name}". There are: ${Object.keys(recordings).join(", ")}.`);

const environment = join(tmpdir(), "ratchet-record", `python-${name}`);
const target = join(environment, "cases");
await install(join(programs, "requirements", `${name}.txt`));
await rm(target, { recursive: true, force: true });
await using provider = await openFakeProvider();
for (const [program = "", ...options] of runs) {
  const env = { ...process.env, PROVIDER_URL: provider.url, PYTHONDONTWRITEBYTECODE: "1" };
  const { stderr } = await run(join(environment, "bin/python"), [join(programs, program), target, ...options], { env });
  if (stderr !== "") console.error(stderr);
}
for await (const file of glob("*/*.json", { cwd: target })) await update(file);

async function install(requirements: string): Promise<void> {
  const wanted = await readFile(requirements, "utf8");
  const installed = join(environment, "installed.txt");
  if ((await readFile(installed, "utf8").catch(() => "")) === wanted) return;
  await mkdir(environment, { recursive: true });
  await run("python3", ["-m", "venv", environment]);
  await run(join(environment, "bin/pip"), ["install", "--quiet", "--requirement", requirements]);
  await writeFile(installed, wanted);
}

async function update(file: string): Promise<void> {
  const path = join(casesDirectory, file);
  const { title, source, request, logs } = JSON.parse(await readFile(join(target, file), "utf8"));
  const { expected = [], trace = {} } = JSON.parse(await readFile(path, "utf8").catch(() => "{}"));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, layOut({ title, source, ...(logs && { logs }), expected, trace, request }));
  console.log(path);
}
