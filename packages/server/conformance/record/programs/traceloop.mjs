/** Traceloop's SDK with the instrumentations that it brings: one scenario, named by the first argument. */
import * as anthropicModule from "@anthropic-ai/sdk";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import * as traceloop from "@traceloop/node-server-sdk";
import OpenAI from "openai";

traceloop.initialize({
  appName: "weather",
  exporter: new OTLPTraceExporter(),
  silenceInitializationMessage: true,
  traceloopSyncEnabled: false,
  instrumentModules: { openAI: OpenAI, anthropic: anthropicModule },
});

const url = process.env.PROVIDER_URL;
const openai = new OpenAI({ apiKey: "none", baseURL: `${url}/openai/v1`, maxRetries: 0 });
const anthropic = new anthropicModule.Anthropic({ apiKey: "none", baseURL: `${url}/anthropic`, maxRetries: 0 });
const model = "gpt-5-mini";
const claude = { model: "claude-sonnet-4-5", max_tokens: 500 };
const question = "What is the weather in Paris?";
const system = "You know the weather.";
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather = (input) =>
  traceloop.withTool({ name: "weather" }, async ({ city }) => ({ city, celsius: 18, sky: "sunny" }), input);

const scenarios = {
  "openai-agent": (content) =>
    traceloop.withWorkflow(
      { name: "forecast" },
      async (asked) => {
        const tools = [
          { type: "function", function: { name: "weather", description: "Weather of a city", parameters } },
        ];
        const messages = [
          { role: "system", content: system },
          { role: "user", content: asked },
        ];
        const first = await openai.chat.completions.create({ model, messages, tools });
        const [{ message }] = first.choices;
        const [call] = message.tool_calls;
        const result = await weather(JSON.parse(call.function.arguments));
        const answered = [
          ...messages,
          message,
          { role: "tool", tool_call_id: call.id, content: JSON.stringify(result) },
        ];
        return (await openai.chat.completions.create({ model, messages: answered, tools })).choices[0].message.content;
      },
      content,
    ),
  async "openai-stream"() {
    const content = [
      { type: "text", text: "How warm is it here?" },
      { type: "image_url", image_url: { url: "https://example.com/paris.png" } },
    ];
    const stream = await openai.chat.completions.create({
      model,
      messages: [{ role: "user", content }],
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const _ of stream);
  },
  async "anthropic-error"() {
    await anthropic.messages.create({ ...claude, messages: [{ role: "user", content: "Fail, please." }] });
  },
  "anthropic-agent": (content) =>
    traceloop.withAgent(
      { name: "forecast" },
      async (asked) => {
        const tools = [{ name: "weather", description: "Weather of a city", input_schema: parameters }];
        const thinking = { type: "enabled", budget_tokens: 1024 };
        const messages = [{ role: "user", content: asked }];
        const first = await anthropic.messages.create({ ...claude, system, messages, tools, thinking });
        const call = first.content.find(({ type }) => type === "tool_use");
        const result = {
          type: "tool_result",
          tool_use_id: call.id,
          content: JSON.stringify(await weather(call.input)),
        };
        const answered = [
          ...messages,
          { role: "assistant", content: first.content },
          { role: "user", content: [result] },
        ];
        return (await anthropic.messages.create({ ...claude, system, messages: answered, tools, thinking })).content[0]
          .text;
      },
      content,
    ),
  async "anthropic-stream"() {
    const messages = [{ role: "user", content: question }];
    const stream = await anthropic.messages.create({ ...claude, messages, stream: true });
    for await (const _ of stream);
  },
};

const associations = { session_id: "chat-7", user_id: "ada", plan: "free" };
await traceloop
  .withAssociationProperties(associations, () => scenarios[process.argv[2]](question))
  .catch((error) => console.error(String(error)));
// Spans of streams and failures end some turns after the answer.
await new Promise((resolve) => setTimeout(resolve, 50));
await traceloop.forceFlush();
