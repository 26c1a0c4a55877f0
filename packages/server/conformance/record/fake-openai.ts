/** OpenAI's chat completions, responses and embeddings. Totals include the cache and the reasoning. */
import type { Answer, Ask } from "./fake-provider.ts";

const created = 1_767_225_600;
const answerText = "It is 18 °C and sunny in Paris.";
const object = JSON.stringify({ city: "Paris", celsius: 18 });

export function answerOpenai({ path, body }: Ask): Answer {
  if (path.includes("/embeddings")) return { json: embeddings(body) };
  if (path.includes("/responses")) return responses(body);
  return chat(body);
}

function embeddings(body: { input: string | string[]; model: string }) {
  const inputs = [body.input].flat();
  return {
    object: "list",
    model: body.model,
    data: inputs.map((_, index) => ({ object: "embedding", index, embedding: [0.25, -0.5, 0.125] })),
    usage: { prompt_tokens: 4 * inputs.length, total_tokens: 4 * inputs.length },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the body of OpenAI's API.
function chat(body: any): Answer {
  const isCall = body.tools?.length > 0 && !body.messages.some(({ role }: { role: string }) => role === "tool");
  const content = body.response_format ? object : answerText;
  const usage = toChatUsage(isCall || !body.tools);
  const head = { id: isCall ? "chatcmpl-1" : "chatcmpl-2", created, model: `${body.model}-2026-01-01` };
  const call = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } };
  const finish = isCall ? "tool_calls" : "stop";
  if (!body.stream) {
    const message = { role: "assistant", content: isCall ? null : content, ...(isCall && { tool_calls: [call] }) };
    const choice = { index: 0, message, finish_reason: finish };
    return { json: { ...head, object: "chat.completion", choices: [choice], usage } };
  }
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    data: { ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] },
  });
  const deltas = isCall ? [{ tool_calls: [{ index: 0, ...call }] }] : words(content).map((word) => ({ content: word }));
  return {
    events: [
      chunk({ role: "assistant" }),
      ...deltas.map((delta) => chunk(delta)),
      chunk({}, finish),
      { data: { ...head, object: "chat.completion.chunk", choices: [], usage } },
      { data: "[DONE]" },
    ],
  };
}

function toChatUsage(isFirst: boolean) {
  const [prompt_tokens, completion_tokens] = isFirst ? [100, 50] : [160, 20];
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    prompt_tokens_details: { cached_tokens: isFirst ? 30 : 100 },
    completion_tokens_details: { reasoning_tokens: isFirst ? 15 : 0 },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the body of OpenAI's API.
function responses(body: any): Answer {
  const isCall =
    body.tools?.length > 0 && !body.input.some(({ type }: { type?: string }) => type === "function_call_output");
  const content = body.text?.format?.type === "json_schema" ? object : answerText;
  const { prompt_tokens, completion_tokens, total_tokens, ...details } = toChatUsage(isCall || !body.tools?.length);
  const call = {
    type: "function_call",
    id: "fc_1",
    call_id: "call_1",
    name: "weather",
    arguments: '{"city":"Paris"}',
    status: "completed",
  };
  const part = { type: "output_text", text: content, annotations: [] };
  const message = { type: "message", id: "msg_1", role: "assistant", status: "completed", content: [part] };
  const item = isCall ? call : message;
  const response = {
    id: isCall ? "resp_1" : "resp_2",
    object: "response",
    created_at: created,
    status: "completed",
    model: `${body.model}-2026-01-01`,
    output: [item],
    tools: body.tools ?? [],
    incomplete_details: null,
    error: null,
    usage: {
      input_tokens: prompt_tokens,
      output_tokens: completion_tokens,
      total_tokens,
      input_tokens_details: details.prompt_tokens_details,
      output_tokens_details: details.completion_tokens_details,
    },
  };
  if (!body.stream) return { json: response };
  const at = { output_index: 0, item_id: item.id };
  const pieces = isCall
    ? [{ type: "response.function_call_arguments.delta", ...at, delta: call.arguments }]
    : words(content).map((delta) => ({ type: "response.output_text.delta", ...at, content_index: 0, delta }));
  const begun = { ...response, status: "in_progress", output: [], usage: null };
  const events = [
    { type: "response.created", response: begun },
    { type: "response.output_item.added", output_index: 0, item: isCall ? { ...call, arguments: "" } : message },
    ...pieces,
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response },
  ];
  return { events: events.map((data, index) => ({ event: data.type, data: { ...data, sequence_number: index } })) };
}

function words(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}
