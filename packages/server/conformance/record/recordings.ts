/** What is recorded: exact packages, the program that uses them, and the cases that come of it. */

import { join } from "node:path";

export interface Recording {
  /** Of npm, with exact versions. The first is the instrumentation. */
  packages: readonly string[];
  /** Below `programs/`. */
  program: string;
  cases: readonly RecordedCase[];
}

export interface RecordedCase {
  /** Path below `cases/`, without `.json`. */
  file: string;
  title: string;
  how: string;
  /** The arguments of the program. */
  run: readonly string[];
}

const openTelemetry = [
  "@opentelemetry/api@1.9.1",
  "@opentelemetry/sdk-trace-node@2.12.0",
  "@opentelemetry/resources@2.12.0",
  "@opentelemetry/exporter-trace-otlp-http@0.223.1",
];
const local = "against a local server in the provider's wire format";

const aiSdkScenarios: readonly [name: string, title: string, how: string][] = [
  ["agent-anthropic", "counts Anthropic's cache once, over two steps with a tool", "generateText, @ai-sdk/anthropic"],
  [
    "agent-google",
    "counts what Gemini answers and, where it is told, thinks, over two steps with a tool",
    "generateText, @ai-sdk/google",
  ],
  ["agent-openai", "reads two steps with a tool from OpenAI", "generateText, @ai-sdk/openai"],
  ["stream-openai", "streams from OpenAI", "streamText, @ai-sdk/openai"],
  ["stream-anthropic", "streams two steps with a tool from Anthropic", "streamText, @ai-sdk/anthropic"],
  ["object", "makes an object of a text and an image", "generateObject, @ai-sdk/openai"],
  ["stream-object-anthropic", "streams an object from Anthropic", "streamObject, @ai-sdk/anthropic"],
  ["embed", "embeds two texts", "embedMany, @ai-sdk/openai"],
  ["error", "fails where the provider is overloaded", "generateText, @ai-sdk/anthropic"],
];
const rerank: (typeof aiSdkScenarios)[number] = ["rerank", "reranks two documents", "rerank, the SDK's mock model"];

const aiSdk7 = [
  "@ai-sdk/otel@1.0.173",
  "ai@7.0.173",
  "@ai-sdk/openai@4.0.118",
  "@ai-sdk/anthropic@4.0.105",
  "@ai-sdk/google@4.0.121",
  "zod@4.6.7",
];

export const recordings: Readonly<Record<string, Recording>> = {
  ratchet: {
    packages: [`@ratchet/sdk@file:${join(import.meta.dirname, "../../../sdk")}`],
    program: "ratchet.mjs",
    cases: [
      ["agent", "tells an agent, its tool and its call, with session, user, tags and prompt"],
      ["error", "fails where the application throws"],
    ].map(([name = "", title = ""]) => ({
      file: `ratchet/sdk-${name}`,
      title,
      how: "traceable, propagate and definePrompts; no model is called",
      run: [name],
    })),
  },
  "ai-sdk-4": aiSdk(
    ["ai@4.3.19", "@ai-sdk/openai@1.3.24", "@ai-sdk/anthropic@1.2.12", "@ai-sdk/google@1.2.22", "zod@3.25.76"],
    aiSdkScenarios,
  ),
  "ai-sdk-5": aiSdk(
    ["ai@5.0.277", "@ai-sdk/openai@2.0.131", "@ai-sdk/anthropic@2.0.112", "@ai-sdk/google@2.0.108", "zod@3.25.76"],
    aiSdkScenarios,
  ),
  "ai-sdk-6": aiSdk(
    ["ai@6.0.326", "@ai-sdk/openai@3.0.141", "@ai-sdk/anthropic@3.0.140", "@ai-sdk/google@3.0.141", "zod@4.6.7"],
    [...aiSdkScenarios, rerank],
  ),
  "ai-sdk-7": aiSdk(aiSdk7, [...aiSdkScenarios, rerank]),
  "ai-sdk-7-legacy": aiSdk(
    aiSdk7,
    pick("agent-anthropic", "agent-google", "stream-openai", "stream-object-anthropic", "embed", "rerank"),
    "legacy",
  ),
  "ai-sdk-7-all": aiSdk(aiSdk7, pick("agent-anthropic", "stream-openai", "object", "embed", "rerank"), "all"),
  "openai-agents": {
    packages: [
      "@arizeai/openinference-instrumentation-openai-agents@0.2.15",
      "@openai/agents@0.20.0",
      "zod@4.6.7",
      ...openTelemetry,
    ],
    program: "openai-agents.mjs",
    cases: [
      ["responses", "counts two responses once, not the agent around them"],
      ["chat", "counts two chat completions once, not the agent around them"],
      ["error", "fails where the provider does"],
    ].map(([name = "", title = ""]) => ({
      file: `openai-agents/javascript-openinference-${name}`,
      title,
      how: `@openai/agents 0.20.0 with a tool and a guardrail, ${local}`,
      run: [name],
    })),
  },
  mastra: {
    packages: [
      "@mastra/otel-exporter@1.4.0",
      "@mastra/core@1.71.0",
      "@mastra/observability@1.17.9",
      "@opentelemetry/exporter-trace-otlp-http@0.221.0",
      "@ai-sdk/anthropic@3.0.140",
      "zod@4.6.7",
    ],
    program: "mastra.mjs",
    cases: [
      ["generate", "counts Anthropic's cache once, over two steps with a tool"],
      ["stream", "tells the time to the first token of a stream"],
      ["error", "fails where the provider is overloaded"],
    ].map(([name = "", title = ""]) => ({
      file: `mastra/${name}`,
      title,
      how: `An agent of @mastra/core 1.71.0 with a tool, ${local}`,
      run: [name],
    })),
  },
  openinference: {
    packages: [
      "@arizeai/openinference-instrumentation-openai@4.2.7",
      "@arizeai/openinference-instrumentation-anthropic@0.2.8",
      "@arizeai/openinference-instrumentation-langchain@4.1.1",
      "@arizeai/openinference-core@2.7.1",
      "openai@6.49.0",
      "@anthropic-ai/sdk@1.13.0",
      "@langchain/core@1.4.0",
      "@langchain/openai@1.5.8",
      "zod@4.6.7",
      ...openTelemetry,
    ],
    program: "openinference.mjs",
    cases: [
      ["openai-agent", "counts two chat completions once, with session, user, tags and metadata"],
      ["openai-stream", "streams an answer about an image"],
      ["openai-responses", "counts two responses once, with a tool between them"],
      ["openai-embed", "embeds two texts"],
      ["anthropic-error", "fails where the provider is overloaded"],
      ["anthropic-agent", "counts Anthropic's cache once, with thoughts and a tool"],
      ["anthropic-stream", "streams from Anthropic"],
      ["langchain", "reads a chain of LangChain with a retriever and a tool"],
      ["retriever", "reads a retriever of its tracing functions"],
    ].map(([name = "", title = ""]) => ({
      file: `openinference/javascript-${name}`,
      title,
      how: `The client itself, ${local}`,
      run: [name],
    })),
  },
  traceloop: {
    packages: [
      "@traceloop/node-server-sdk@0.27.0",
      "openai@6.49.0",
      "@anthropic-ai/sdk@0.80.0",
      "@opentelemetry/exporter-trace-otlp-http@0.203.0",
    ],
    program: "traceloop.mjs",
    cases: [
      ["openai-agent", "counts two chat completions once, with session, user and metadata"],
      ["openai-stream", "streams an answer about an image"],
      ["anthropic-error", "fails where the provider is overloaded"],
      ["anthropic-agent", "adds Anthropic's cache, which this instrumentation leaves out of the input"],
      ["anthropic-stream", "streams from Anthropic"],
    ].map(([name = "", title = ""]) => ({
      file: `openllmetry/javascript-${name}`,
      title,
      how: `The client itself, ${local}`,
      run: [name],
    })),
  },
  langfuse: {
    packages: [
      "@langfuse/otel@5.11.1",
      "@langfuse/tracing@5.11.1",
      "@langfuse/openai@5.11.1",
      "openai@6.49.0",
      ...openTelemetry,
    ],
    program: "langfuse.mjs",
    cases: [
      ["openai-agent", "counts two chat completions once, with session, user, tags and metadata"],
      ["openai-stream", "streams from OpenAI"],
      ["openai-error", "fails where the provider is overloaded"],
      ["manual", "adds up counts and costs that an application tells by hand"],
    ].map(([name = "", title = ""]) => ({
      file: `langfuse/javascript-${name}`,
      title,
      how: `observeOpenAI and startObservation, ${local}`,
      run: [name],
    })),
  },
  langsmith: {
    packages: [
      "langsmith@0.12.0",
      "openai@6.49.0",
      "@opentelemetry/context-async-hooks@2.12.0",
      "@opentelemetry/exporter-trace-otlp-proto@0.223.1",
      "@opentelemetry/sdk-trace-base@2.12.0",
      ...openTelemetry,
    ],
    program: "langsmith.mjs",
    cases: [
      ["openai-agent", "counts two chat completions once, with thread, user, tags and metadata"],
      ["openai-error", "fails where the provider is overloaded"],
    ].map(([name = "", title = ""]) => ({
      file: `langsmith/javascript-${name}`,
      title,
      how: `traceable and wrapOpenAI in OpenTelemetry mode, ${local}`,
      run: [name],
    })),
  },
  "claude-code": {
    packages: ["@anthropic-ai/claude-code@2.1.331"],
    program: "claude-code.mjs",
    cases: [
      ["prompt", "counts the cache once, and tells the prompt, the shell and the answer"],
      ["error", "fails where the provider is overloaded"],
    ].map(([name = "", title = ""]) => ({
      file: `claude-code/${name}`,
      title,
      how: `claude --print with traces and logs, ${local}`,
      run: [name],
    })),
  },
};

function pick(...names: string[]): typeof aiSdkScenarios {
  return [...aiSdkScenarios, rerank].filter(([name]) => names.includes(name));
}

function aiSdk(packages: string[], scenarios: typeof aiSdkScenarios, telemetry = "default"): Recording {
  const version = /ai@(\d+)/.exec(packages.find((name) => name.startsWith("ai@")) ?? "")?.[1];
  const variant = telemetry === "default" ? "" : `-${telemetry}`;
  const words = { default: "", legacy: "LegacyOpenTelemetry; ", all: "OpenTelemetry with all options on; " }[telemetry];
  return {
    packages: [...packages, ...openTelemetry],
    program: "ai-sdk.mjs",
    cases: scenarios.map(([name, title, how]) => ({
      file: `ai-sdk/${version}${variant}-${name}`,
      title: `${version}${variant && ` (${telemetry})`} ${title}`,
      how: `${words}${how}, ${local}`,
      run: [name, telemetry],
    })),
  };
}
