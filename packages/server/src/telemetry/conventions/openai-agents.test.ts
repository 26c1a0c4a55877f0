/** What the recordings do not show: they hold the rest. */
import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

const usage = { "gen_ai.request.model": "gpt-5", "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 50 };

describe("a span of the OpenAI Agents SDK", () => {
  it.each(["turn", "task"])("is no model call as a %s, although it sums up usage", (name) => {
    for (const scopeName of ["openinference.instrumentation.openai_agents", "logfire.openai_agents"]) {
      expect(readSpan(usage, { name, scopeName }).kind).toBe("chain");
    }
    expect(readSpan(usage, { name, scopeName: "shop" }).kind).toBe("llm");
  });
});
