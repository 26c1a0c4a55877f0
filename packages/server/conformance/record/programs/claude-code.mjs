/** Claude Code without a terminal: one prompt, answered by the local server, with a home of its own. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [scenario] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), "claude-home-"));
const prompt = scenario === "error" ? "Fail, please." : "What is the weather in Paris?";
const { stderr, stdout, status } = spawnSync(
  join(import.meta.dirname, "node_modules/.bin/claude"),
  ["--print", prompt, "--model", "claude-sonnet-4-5", "--allowedTools", "Bash(echo:*)"],
  {
    cwd: home,
    encoding: "utf8",
    timeout: 60_000,
    input: "",
    // Nothing of who records it: neither keys nor settings.
    env: {
      PATH: process.env.PATH,
      HOME: home,
      ANTHROPIC_API_KEY: "none",
      ANTHROPIC_BASE_URL: `${process.env.PROVIDER_URL}/anthropic`,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      CLAUDE_CODE_MAX_RETRIES: "0",
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1",
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_METRICS_EXPORTER: "none",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_LOG_USER_PROMPTS: "1",
      OTEL_LOG_TOOL_DETAILS: "1",
      OTEL_LOG_TOOL_CONTENT: "1",
      OTEL_LOG_ASSISTANT_RESPONSES: "1",
      ...(scenario === "detailed" && {
        ENABLE_BETA_TRACING_DETAILED: "1",
        BETA_TRACING_ENDPOINT: process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
      }),
    },
  },
);
rmSync(home, { recursive: true, force: true });
if (status !== 0) console.error(`claude ended with ${status}: ${stdout} ${stderr}`);
