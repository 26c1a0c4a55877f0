/** Every version of the AI SDK from 4 to 7: one scenario, named by the first argument. */
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import * as ai from "ai";
import { z } from "zod";

const [scenario, telemetryName] = process.argv.slice(2);
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "weather" }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

const identity = { userId: "ada", sessionId: "chat-7", tags: ["weather", "demo"], plan: "free" };
const telemetry = { isEnabled: true, functionId: "forecast", metadata: identity };
const settings = { experimental_telemetry: telemetry, maxRetries: 0 };
if (ai.registerTelemetry) {
  const { LegacyOpenTelemetry, OpenTelemetry } = await import("@ai-sdk/otel");
  const options = { usage: true, providerMetadata: true, runtimeContext: true, headers: true, embedding: true };
  ai.registerTelemetry(
    telemetryName === "legacy"
      ? new LegacyOpenTelemetry()
      : new OpenTelemetry(telemetryName === "all" ? { ...options, reranking: true, toolChoice: true } : {}),
  );
  delete settings.experimental_telemetry;
  settings.telemetry = {
    functionId: "forecast",
    includeRuntimeContext: { userId: true, sessionId: true, tags: true, plan: true },
  };
  settings.runtimeContext = identity;
}

const url = process.env.PROVIDER_URL;
const open = async (name, factory, path) =>
  (await import(`@ai-sdk/${name}`))[factory]({ apiKey: "none", baseURL: `${url}/${name}/${path}` });
const openai = () => open("openai", "createOpenAI", "v1");
const anthropic = () => open("anthropic", "createAnthropic", "v1");
const google = () => open("google", "createGoogleGenerativeAI", "v1beta");

const schema = z.object({ city: z.string() });
const weather = {
  description: "Weather of a city",
  parameters: schema,
  inputSchema: schema,
  execute: async ({ city }) => ({ city, celsius: 18, sky: "sunny" }),
};
const agent = {
  ...settings,
  system: "You know the weather.",
  prompt: "What is the weather in Paris?",
  tools: { weather },
  maxSteps: 2,
  ...(ai.stepCountIs && { stopWhen: ai.stepCountIs(2) }),
};
if (ai.registerTelemetry) {
  agent.instructions = agent.system;
  delete agent.system;
}

const scenarios = {
  async "agent-anthropic"() {
    const model = (await anthropic())("claude-sonnet-4-5");
    const thinking = { type: "enabled", budgetTokens: 1024 };
    await ai.generateText({ ...agent, model, providerOptions: { anthropic: { thinking } } });
  },
  async "agent-google"() {
    await ai.generateText({ ...agent, model: (await google())("gemini-2.5-flash") });
  },
  async "agent-openai"() {
    await ai.generateText({ ...agent, model: (await openai())("gpt-5-mini") });
  },
  async "stream-openai"() {
    const result = ai.streamText({ ...settings, model: (await openai())("gpt-5-mini"), prompt: "Weather in Paris?" });
    for await (const _ of result.textStream);
  },
  async "stream-anthropic"() {
    const result = ai.streamText({ ...agent, model: (await anthropic())("claude-sonnet-4-5") });
    for await (const _ of result.textStream);
  },
  async object() {
    const shape = z.object({ city: z.string(), celsius: z.number() });
    await ai.generateObject({
      ...settings,
      model: (await openai())("gpt-5-mini"),
      schema: shape,
      messages: [
        { role: "system", content: "Answer in JSON." },
        {
          role: "user",
          content: [
            { type: "text", text: "How warm is it here?" },
            { type: "image", image: new URL("https://example.com/paris.png") },
          ],
        },
      ],
      allowSystemInMessages: true,
    });
  },
  async "stream-object-anthropic"() {
    const result = ai.streamObject({
      ...settings,
      model: (await anthropic())("claude-sonnet-4-5"),
      schema,
      prompt: "Where am I?",
    });
    for await (const _ of result.partialObjectStream);
  },
  async embed() {
    const model = (await openai()).embedding("text-embedding-3-small");
    await ai.embedMany({ ...settings, model, values: ["Paris", "Rome"] });
  },
  async rerank() {
    const { MockRerankingModelV3, MockRerankingModelV4 } = await import("ai/test");
    const Mock = MockRerankingModelV4 ?? MockRerankingModelV3;
    const ranking = [
      { index: 1, relevanceScore: 0.9 },
      { index: 0, relevanceScore: 0.2 },
    ];
    const model = new Mock({ provider: "cohere", modelId: "rerank-v3.5", doRerank: async () => ({ ranking }) });
    await ai.rerank({ ...settings, model, query: "sunny", documents: ["rain in Rome", "sun in Paris"], topN: 2 });
  },
  async error() {
    await ai.generateText({ ...settings, model: (await anthropic())("claude-sonnet-4-5"), prompt: "Fail, please." });
  },
};

await scenarios[scenario]().catch((error) => console.error(String(error)));
await provider.forceFlush();
await provider.shutdown();
