/** Gemini's generateContent. The prompt includes what was cached; candidates leave out the thoughts. */
import type { Answer, Ask } from "./fake-provider.ts";

export function answerGoogle({ path, body }: Ask): Answer {
  const parts = body.contents.flatMap(({ parts }: { parts: object[] }) => parts);
  const isCall = body.tools && !parts.some((part: object) => "functionResponse" in part);
  const isFirst = isCall || !body.tools;
  const content = isCall
    ? [{ functionCall: { name: "weather", args: { city: "Paris" } } }]
    : [{ text: "It is 18 °C and sunny in Paris." }];
  const thoughtsTokenCount = isFirst ? 15 : 5;
  const promptTokenCount = isFirst ? 100 : 160;
  const candidatesTokenCount = isFirst ? 35 : 15;
  const chunk = {
    candidates: [{ content: { role: "model", parts: content }, finishReason: "STOP", index: 0 }],
    usageMetadata: {
      promptTokenCount,
      cachedContentTokenCount: isFirst ? 30 : 100,
      candidatesTokenCount,
      thoughtsTokenCount,
      totalTokenCount: promptTokenCount + candidatesTokenCount + thoughtsTokenCount,
    },
    modelVersion: "gemini-2.5-flash",
    responseId: isCall ? "gemini-1" : "gemini-2",
  };
  return path.includes("streamGenerateContent") ? { events: [{ data: chunk }] } : { json: chunk };
}
