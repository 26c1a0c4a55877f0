/** Langfuse's SDK: one scenario, named by the first argument. */

import { observeOpenAI } from "@langfuse/openai";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { propagateAttributes, startActiveObservation, startObservation } from "@langfuse/tracing";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "weather" }),
  spanProcessors: [
    new LangfuseSpanProcessor({ exporter: new OTLPTraceExporter(), environment: "staging", release: "1.2.3" }),
  ],
});
provider.register();

const client = new OpenAI({ apiKey: "none", baseURL: `${process.env.PROVIDER_URL}/openai/v1`, maxRetries: 0 });
const openai = observeOpenAI(client);
const model = "gpt-5-mini";
const question = "What is the weather in Paris?";
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

const scenarios = {
  "openai-agent": () =>
    startActiveObservation(
      "forecast",
      async (agent) => {
        const tools = [
          { type: "function", function: { name: "weather", description: "Weather of a city", parameters } },
        ];
        const messages = [
          { role: "system", content: "You know the weather." },
          { role: "user", content: question },
        ];
        agent.update({ input: question, metadata: { attempt: 1 } });
        const first = await openai.chat.completions.create({ model, messages, tools });
        const [{ message }] = first.choices;
        const [call] = message.tool_calls;
        const input = JSON.parse(call.function.arguments);
        const result = { city: "Paris", celsius: 18, sky: "sunny" };
        startObservation("weather", { input, output: result }, { asType: "tool" }).end();
        const answered = [
          ...messages,
          message,
          { role: "tool", tool_call_id: call.id, content: JSON.stringify(result) },
        ];
        const last = await openai.chat.completions.create({ model, messages: answered, tools });
        agent.update({ output: last.choices[0].message.content });
      },
      { asType: "agent" },
    ),
  async "openai-stream"() {
    const messages = [{ role: "user", content: question }];
    const stream = await openai.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const _ of stream);
  },
  async "openai-error"() {
    await openai.chat.completions.create({ model, messages: [{ role: "user", content: "Fail, please." }] });
  },
  /** What an application tells by hand of a provider that Langfuse does not wrap. */
  async manual() {
    await startActiveObservation("forecast", async (span) => {
      span.update({ input: { question } });
      const found = [{ id: "paris", content: "Paris is in France." }];
      startObservation("cities", { input: question, output: found }, { asType: "retriever" }).end();
      const generation = startObservation(
        "answer",
        {
          model: "claude-sonnet-4-5",
          modelParameters: { temperature: 0.2 },
          input: [{ role: "user", content: question }],
          prompt: { name: "forecast", version: 3, isFallback: false },
        },
        { asType: "generation" },
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
      const completionStartTime = new Date();
      await new Promise((resolve) => setTimeout(resolve, 20));
      generation.update({
        completionStartTime,
        output: { role: "assistant", content: "It is 18 °C and sunny in Paris." },
        usageDetails: { input: 10, input_cache_read: 60, input_cache_creation: 30, output: 35, output_reasoning: 15 },
        costDetails: { input: 0.0005, output: 0.00075 },
      });
      generation.end();
      startObservation("check", { level: "ERROR", statusMessage: "Too sunny." }, { asType: "guardrail" }).end();
      span.update({ output: "It is 18 °C and sunny in Paris." });
    });
  },
};

const described = { userId: "ada", sessionId: "chat-7", tags: ["weather", "demo"], metadata: { plan: "free" } };
await propagateAttributes({ ...described, traceName: "weather question" }, () => scenarios[process.argv[2]]()).catch(
  (error) => console.error(String(error)),
);
// Spans of streams and failures end some turns after the answer.
await new Promise((resolve) => setTimeout(resolve, 50));
await provider.forceFlush();
await provider.shutdown();
