/** Mastra, exported by its own OpenTelemetry exporter. */
import { createAnthropic } from "@ai-sdk/anthropic";
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { createTool } from "@mastra/core/tools";
import { Observability } from "@mastra/observability";
import { OtelExporter } from "@mastra/otel-exporter";
import { z } from "zod";

const [scenario] = process.argv.slice(2);
const anthropic = createAnthropic({ apiKey: "none", baseURL: `${process.env.PROVIDER_URL}/anthropic/v1` });

const weather = createTool({
  id: "weather",
  description: "Weather of a city",
  inputSchema: z.object({ city: z.string() }),
  outputSchema: z.object({ city: z.string(), celsius: z.number(), sky: z.string() }),
  execute: async () => ({ city: "Paris", celsius: 18, sky: "sunny" }),
});
const forecaster = new Agent({
  id: "forecaster",
  name: "forecaster",
  instructions: "You know the weather.",
  model: anthropic("claude-sonnet-4-5"),
  tools: { weather },
  maxRetries: 0,
});
const exporter = new OtelExporter({
  provider: {
    custom: { endpoint: `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, protocol: "http/json" },
  },
});
const mastra = new Mastra({
  agents: { forecaster },
  logger: false,
  observability: new Observability({ configs: { otel: { serviceName: "weather", exporters: [exporter] } } }),
});

const question = scenario === "error" ? "Fail, please." : "What is the weather in Paris?";
const options = {
  maxSteps: 2,
  tracingOptions: { metadata: { userId: "ada", sessionId: "chat-7", plan: "free" }, tags: ["weather", "demo"] },
};
const agent = mastra.getAgent("forecaster");
try {
  if (scenario === "stream") {
    const stream = await agent.stream(question, options);
    for await (const _ of stream.textStream);
  } else await agent.generate(question, options);
} catch (error) {
  console.error(String(error));
}
await mastra.shutdown();
