/** Ratchet's own SDK, as it is in this repository. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentSpan, init, propagate, shutdown, traceable } from "@ratchet/sdk";
import { definePrompts } from "@ratchet/sdk/prompts";

const [scenario] = process.argv.slice(2);
init({ url: process.env.OTEL_EXPORTER_OTLP_ENDPOINT, project: "default" });

const directory = mkdtempSync(join(tmpdir(), "prompts-"));
const prompt = "---\nmodel: openai/gpt-5-mini\n---\nWhat is the weather in {{city}}?\n";
writeFileSync(join(directory, "forecast.prompt"), prompt);
const prompts = await definePrompts({ directory });

const weather = traceable(async (city) => ({ city, celsius: 18, sky: "sunny" }), { name: "weather", kind: "tool" });
const answer = traceable(
  async (city, _seen) => {
    const { messages } = await prompts.get("forecast").render({ city });
    currentSpan().setModel("openai", "gpt-5-mini");
    if (scenario === "error") throw new Error(`The model is overloaded with ${messages.length} message.`);
    currentSpan().setUsage({ inputTokens: 160, outputTokens: 20, cacheReadTokens: 100 });
    return "It is 18 °C and sunny in Paris.";
  },
  { name: "answer", kind: "llm" },
);
const forecast = traceable(async (city) => answer(city, await weather(city)), {
  name: "forecast",
  kind: "agent",
  tags: ["weather", "demo"],
  metadata: { plan: "free" },
});

await propagate({ sessionId: "chat-7", userId: "ada" }, () => forecast("Paris")).catch((error) => {
  console.error(String(error));
});
await shutdown();
await prompts.close?.();
rmSync(directory, { recursive: true });
