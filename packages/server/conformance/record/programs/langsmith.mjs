/** LangSmith's client in its OpenTelemetry mode: one scenario, named by the first argument. */
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { Client } from "langsmith";
import { initializeOTEL } from "langsmith/experimental/otel/setup";
import { traceable } from "langsmith/traceable";
import { wrapOpenAI } from "langsmith/wrappers";
import OpenAI from "openai";

process.env.LANGSMITH_TRACING = "true";
process.env.LANGSMITH_OTEL_ENABLED = "true";
process.env.LANGSMITH_API_KEY = "none";
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "weather" }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
initializeOTEL({ globalTracerProvider: provider, skipGlobalContextManagerSetup: true });

const lsClient = new Client({ apiKey: "none", apiUrl: "http://localhost:9" });
const config = { client: lsClient, tags: ["weather", "demo"], metadata: { thread_id: "chat-7", user_id: "ada" } };
const raw = new OpenAI({ apiKey: "none", baseURL: `${process.env.PROVIDER_URL}/openai/v1`, maxRetries: 0 });
const openai = wrapOpenAI(raw, config);
const model = "gpt-5-mini";
const question = "What is the weather in Paris?";
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather = traceable(({ city }) => ({ city, celsius: 18, sky: "sunny" }), {
  name: "weather",
  run_type: "tool",
  client: lsClient,
});
const cities = traceable(() => [{ page_content: "Paris is in France.", metadata: { source: "atlas" } }], {
  name: "cities",
  run_type: "retriever",
  client: lsClient,
});

const scenarios = {
  "openai-agent": traceable(
    async (content) => {
      const [document] = await cities(content);
      const tools = [{ type: "function", function: { name: "weather", description: "Weather of a city", parameters } }];
      const messages = [
        { role: "system", content: document.page_content },
        { role: "user", content },
      ];
      const first = await openai.chat.completions.create({ model, messages, tools });
      const [{ message }] = first.choices;
      const [call] = message.tool_calls;
      const result = await weather(JSON.parse(call.function.arguments));
      const answered = [...messages, message, { role: "tool", tool_call_id: call.id, content: JSON.stringify(result) }];
      return (await openai.chat.completions.create({ model, messages: answered, tools })).choices[0].message.content;
    },
    { name: "forecast", ...config },
  ),
  async "openai-error"() {
    await openai.chat.completions.create({ model, messages: [{ role: "user", content: "Fail, please." }] });
  },
};

await scenarios[process.argv[2]](question).catch((error) => console.error(String(error)));
// Spans of streams and failures end some turns after the answer.
await new Promise((resolve) => setTimeout(resolve, 50));
await lsClient.flush();
await lsClient.awaitPendingTraceBatches();
await provider.forceFlush();
await provider.shutdown();
