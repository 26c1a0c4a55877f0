/** A language model behind an OpenAI-compatible API, held to what Teammate may do. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { PromptMessage } from "@ratchet/sdk/prompts";
import { generateText, type ModelMessage, Output } from "ai";
import { z } from "zod";
import type { ModelSettings } from "../config.ts";
import { Action } from "./outcome.ts";

/** What a model must answer. Labels are checked against the repository's own by the caller. */
export const ModelReply = z.object({
  action: Action,
  labels: z.array(z.string().max(200)).max(50),
  comment: z.string().max(60_000).nullish(),
  reason: z.string().max(2000),
});
export type ModelReply = z.infer<typeof ModelReply>;

interface ModelAnswer {
  reply: ModelReply;
  usage: { inputTokens: number | undefined; outputTokens: number | undefined };
}

export interface Model {
  name: string;
  /** @throws when the API fails, takes too long, or its answer is none that {@link ModelReply} allows. */
  ask(messages: PromptMessage[], temperature: number | undefined): Promise<ModelAnswer>;
}

export function createModel({ name, baseUrl, apiKey, timeoutMs }: ModelSettings): Model {
  const provider = createOpenAICompatible({
    name: "teammate",
    baseURL: baseUrl,
    ...(apiKey === undefined ? {} : { apiKey }),
    supportsStructuredOutputs: true,
  });
  return {
    name,
    async ask(messages, temperature) {
      const { output, usage } = await generateText({
        model: provider.chatModel(name),
        messages: messages as ModelMessage[],
        allowSystemInMessages: true,
        output: Output.object({ schema: ModelReply }),
        maxRetries: 1,
        abortSignal: AbortSignal.timeout(timeoutMs),
        ...(temperature === undefined ? {} : { temperature }),
      });
      return { reply: output, usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens } };
    },
  };
}
