/** Anthropic's messages. `input_tokens` leaves out what was read from and written to the cache. */
import type { Answer, Ask } from "./fake-provider.ts";

export function answerAnthropic({ body }: Ask): Answer {
  const blocks = body.messages.flatMap(({ content }: { content: unknown }) => content);
  const isCall = body.tools?.length > 0 && !blocks.some(({ type }: { type?: string }) => type === "tool_result");
  const isFirst = isCall || !body.tools?.length;
  const thinking = { type: "thinking", thinking: "The weather tool knows.", signature: "c2lnbmF0dXJl" };
  const call = { type: "tool_use", id: "toolu_1", ...chooseTool(body.tools ?? []) };
  const isObject = body.output_format !== undefined || body.output_config?.format !== undefined;
  const text = { type: "text", text: isObject ? '{"city":"Paris"}' : "It is 18 °C and sunny in Paris." };
  const content = isCall ? [...(body.thinking?.type === "enabled" ? [thinking] : []), call] : [text];
  const usage = {
    input_tokens: isFirst ? 10 : 20,
    cache_read_input_tokens: isFirst ? 60 : 90,
    cache_creation_input_tokens: isFirst ? 30 : 50,
    cache_creation: { ephemeral_5m_input_tokens: isFirst ? 30 : 50, ephemeral_1h_input_tokens: 0 },
    output_tokens: isFirst ? 50 : 20,
    service_tier: "standard",
  };
  const stop_reason = isCall ? "tool_use" : "end_turn";
  const message = { id: isCall ? "msg_01" : "msg_02", type: "message", role: "assistant", model: body.model };
  if (!body.stream) return { json: { ...message, content, stop_reason, stop_sequence: null, usage } };
  return {
    events: [
      begin({ ...message, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } }),
      ...content.flatMap(toBlockEvents),
      named({
        type: "message_delta",
        delta: { stop_reason, stop_sequence: null },
        usage: { output_tokens: usage.output_tokens },
      }),
      named({ type: "message_stop" }),
    ],
  };
}

/** The one of the recorded programs; of Claude Code's own, its shell. */
function chooseTool(tools: { name: string }[]): { name: string; input: object } {
  const shell = tools.find(({ name }) => name === "Bash");
  if (shell) return { name: "Bash", input: { command: "echo 18 °C and sunny", description: "Ask for the weather" } };
  return { name: tools[0]?.name ?? "", input: { city: "Paris" } };
}

function begin(message: object) {
  return named({ type: "message_start", message });
}

// biome-ignore lint/suspicious/noExplicitAny: a content block of Anthropic's API.
function toBlockEvents(block: any, index: number) {
  const empty = { text: { text: "" }, tool_use: { input: {} }, thinking: { thinking: "", signature: "" } };
  const deltas =
    block.type === "text"
      ? block.text.match(/\S+\s*/g).map((text: string) => ({ type: "text_delta", text }))
      : block.type === "tool_use"
        ? [{ type: "input_json_delta", partial_json: JSON.stringify(block.input) }]
        : [
            { type: "thinking_delta", thinking: block.thinking },
            { type: "signature_delta", signature: block.signature },
          ];
  return [
    named({
      type: "content_block_start",
      index,
      content_block: { ...block, ...empty[block.type as keyof typeof empty] },
    }),
    ...deltas.map((delta: object) => named({ type: "content_block_delta", index, delta })),
    named({ type: "content_block_stop", index }),
  ];
}

function named(data: { type: string; [key: string]: unknown }) {
  return { event: data.type, data };
}
