/** The OpenAI Agents SDK; its native tracing is no OTLP, so OpenInference's processor carries it. */
import { OpenAIAgentsInstrumentation } from "@arizeai/openinference-instrumentation-openai-agents";
import * as agents from "@openai/agents";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";
import { z } from "zod";

const [scenario] = process.argv.slice(2);
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "weather" }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
new OpenAIAgentsInstrumentation({ tracerProvider: provider }).manuallyInstrument(agents);

const url = `${process.env.PROVIDER_URL}/openai/v1`;
agents.setDefaultOpenAIClient(new OpenAI({ apiKey: "none", baseURL: url, maxRetries: 0 }));
agents.setOpenAIAPI(scenario === "chat" ? "chat_completions" : "responses");

const weather = agents.tool({
  name: "weather",
  description: "Weather of a city",
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, celsius: 18, sky: "sunny" }),
});
const forecaster = new agents.Agent({
  name: "forecaster",
  instructions: "You know the weather.",
  model: "gpt-5-mini",
  tools: [weather],
  inputGuardrails: [
    { name: "polite", execute: async () => ({ tripwireTriggered: false, outputInfo: { polite: true } }) },
  ],
});
const question = scenario === "error" ? "Fail, please." : "What is the weather in Paris?";

await agents
  .withTrace("weather report", () => agents.run(forecaster, question), {
    groupId: "chat-7",
    metadata: { user_id: "ada", plan: "free" },
  })
  .catch((error) => console.error(String(error)));
await agents.getGlobalTraceProvider().forceFlush();
await provider.forceFlush();
await provider.shutdown();
