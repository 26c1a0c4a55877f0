/** OpenInference's JavaScript instrumentations: one scenario, named by the first argument. */
import Anthropic from "@anthropic-ai/sdk";
import {
  setMetadata,
  setSession,
  setTags,
  setUser,
  traceAgent,
  traceRetriever,
  traceTool,
} from "@arizeai/openinference-core";
import { AnthropicInstrumentation } from "@arizeai/openinference-instrumentation-anthropic";
import { LangChainInstrumentation } from "@arizeai/openinference-instrumentation-langchain";
import { OpenAIInstrumentation } from "@arizeai/openinference-instrumentation-openai";
import * as CallbackManager from "@langchain/core/callbacks/manager";
import { BaseRetriever } from "@langchain/core/retrievers";
import { RunnableLambda } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { context } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";
import { z } from "zod";

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "weather" }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const [scenario = ""] = process.argv.slice(2);
if (scenario === "langchain") {
  new LangChainInstrumentation({ tracerProvider: provider }).manuallyInstrument(CallbackManager);
} else {
  new OpenAIInstrumentation({ tracerProvider: provider }).manuallyInstrument(OpenAI);
  new AnthropicInstrumentation({ tracerProvider: provider }).manuallyInstrument(Anthropic);
}

const url = process.env.PROVIDER_URL;
const openai = new OpenAI({ apiKey: "none", baseURL: `${url}/openai/v1`, maxRetries: 0 });
const anthropic = new Anthropic({ apiKey: "none", baseURL: `${url}/anthropic`, maxRetries: 0 });
const model = "gpt-5-mini";
const claude = { model: "claude-sonnet-4-5", max_tokens: 500 };
const question = "What is the weather in Paris?";
const system = "You know the weather.";
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather = traceTool(({ city }) => ({ city, celsius: 18, sky: "sunny" }), { name: "weather" });

const scenarios = {
  "openai-agent": traceAgent(
    async (content) => {
      const tools = [{ type: "function", function: { name: "weather", description: "Weather of a city", parameters } }];
      const messages = [
        { role: "system", content: system },
        { role: "user", content },
      ];
      const first = await openai.chat.completions.create({ model, messages, tools });
      const [{ message }] = first.choices;
      const [call] = message.tool_calls;
      const result = weather(JSON.parse(call.function.arguments));
      const answered = [...messages, message, { role: "tool", tool_call_id: call.id, content: JSON.stringify(result) }];
      const last = await openai.chat.completions.create({ model, messages: answered, tools });
      return last.choices[0].message.content;
    },
    { name: "forecast" },
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
  "openai-responses": traceAgent(
    async (content) => {
      const tools = [
        { type: "function", name: "weather", description: "Weather of a city", parameters, strict: false },
      ];
      const input = [{ role: "user", content }];
      const first = await openai.responses.create({ model, instructions: system, input, tools });
      const [call] = first.output;
      const output = JSON.stringify(weather(JSON.parse(call.arguments)));
      const answered = [...input, call, { type: "function_call_output", call_id: call.call_id, output }];
      return (await openai.responses.create({ model, instructions: system, input: answered, tools })).output_text;
    },
    { name: "forecast" },
  ),
  async "openai-embed"() {
    await openai.embeddings.create({
      model: "text-embedding-3-small",
      input: ["Paris", "Rome"],
      encoding_format: "float",
    });
  },
  async "anthropic-error"() {
    await anthropic.messages.create({ ...claude, messages: [{ role: "user", content: "Fail, please." }] });
  },
  "anthropic-agent": traceAgent(
    async (content) => {
      const tools = [{ name: "weather", description: "Weather of a city", input_schema: parameters }];
      const thinking = { type: "enabled", budget_tokens: 1024 };
      const messages = [{ role: "user", content }];
      const first = await anthropic.messages.create({ ...claude, system, messages, tools, thinking });
      const call = first.content.find(({ type }) => type === "tool_use");
      const result = { type: "tool_result", tool_use_id: call.id, content: JSON.stringify(weather(call.input)) };
      const answered = [
        ...messages,
        { role: "assistant", content: first.content },
        { role: "user", content: [result] },
      ];
      return (await anthropic.messages.create({ ...claude, system, messages: answered, tools, thinking })).content[0]
        .text;
    },
    { name: "forecast" },
  ),
  async "anthropic-stream"() {
    const stream = await anthropic.messages.create({
      ...claude,
      messages: [{ role: "user", content: question }],
      stream: true,
    });
    for await (const _ of stream);
  },
  /** A retriever, a call with a tool, and a second call, of LangChain's own classes. */
  async langchain() {
    const chat = new ChatOpenAI({
      model,
      apiKey: "none",
      configuration: { baseURL: `${url}/openai/v1` },
      maxRetries: 0,
    });
    const forecast = tool(async ({ city }) => JSON.stringify({ city, celsius: 18 }), {
      name: "weather",
      description: "Weather of a city",
      schema: z.object({ city: z.string() }),
    });
    const cities = new Cities();
    const chain = RunnableLambda.from(async (content, config) => {
      const [document] = await cities.invoke(content, config);
      const agent = chat.bindTools([forecast]);
      const messages = [
        { role: "system", content: document.pageContent },
        { role: "user", content },
      ];
      const first = await agent.invoke(messages, config);
      const result = await forecast.invoke(first.tool_calls[0], config);
      return (await agent.invoke([...messages, first, result], config)).content;
    });
    await chain.withConfig({ runName: "forecast" }).invoke(question, { tags: ["weather"], metadata: { plan: "free" } });
  },
  /** By the tracing functions alone. */
  async retriever() {
    const find = traceRetriever(async () => ["Paris is in France."], { name: "cities" });
    await find(question);
  },
};

class Cities extends BaseRetriever {
  lc_namespace = ["weather"];
  async _getRelevantDocuments() {
    return [{ pageContent: "Paris is in France.", metadata: { source: "atlas" } }];
  }
}

const set = [
  [setSession, { sessionId: "chat-7" }],
  [setUser, { userId: "ada" }],
  [setMetadata, { plan: "free" }],
  [setTags, ["weather", "demo"]],
];
const described = set.reduce((current, [apply, value]) => apply(current, value), context.active());
await context.with(described, () => scenarios[scenario](question)).catch((error) => console.error(String(error)));
// Spans of streams and failures end some turns after the answer.
await new Promise((resolve) => setTimeout(resolve, 50));
await provider.forceFlush();
await provider.shutdown();
