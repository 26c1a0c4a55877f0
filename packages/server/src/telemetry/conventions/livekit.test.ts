import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

const read = (name: string, attributes: Parameters<typeof readSpan>[0]) =>
  readSpan(attributes, { name, scopeName: "livekit-agents" });

describe("a span by LiveKit", () => {
  it.each(["lk.", "lk.pii."])("is read by names that begin with %s", (prefix) => {
    const items = [
      {
        id: "item_1",
        type: "message",
        role: "user",
        content: ["Hello", { type: "cache_breakpoint" }],
        interrupted: false,
      },
      { id: "item_2", type: "function_call", call_id: "call_1", name: "weather", arguments: '{"city":"Paris"}' },
      { id: "item_3", type: "function_call_output", call_id: "call_1", output: "Gone", is_error: true },
      { id: "item_4", type: "agent_handoff", new_agent_id: "expert" },
    ];
    const node = read("llm_node", {
      "gen_ai.request.model": "gpt-5-mini",
      [`${prefix}chat_ctx`]: JSON.stringify({ items }),
      [`${prefix}response.text`]: "Sorry.",
    });
    expect(node.kind).toBe("chain");
    expect(node.input.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "agent_handoff"]);
    expect(node.input[0]).toEqual({ role: "user", content: "Hello" });
    expect(node.input[2]?.content).toContain('"is_error":true');
    expect(node.output).toEqual([{ role: "assistant", content: "Sorry." }]);
    const tool = read("function_tool", {
      [`${prefix}function_tool.arguments`]: '{"city":"Paris"}',
      [`${prefix}function_tool.output`]: "Gone",
      "lk.function_tool.is_error": true,
    });
    expect(tool).toMatchObject({ kind: "tool", status: "error", statusMessage: "Gone" });
    expect(read("user_turn", { [`${prefix}user_transcript`]: "Hello" }).output).toEqual([
      { role: "user", content: "Hello" },
    ]);
  });

  it("takes the job for the session and the participant for the user, unless the application names them", () => {
    const attributes = { "lk.job_id": "AJ_1", "lk.pii.participant_identity": "ada" };
    expect(read("agent_session", attributes)).toMatchObject({ sessionId: "AJ_1", userId: "ada" });
    expect(read("agent_session", { ...attributes, "session.id": "thread-7", "user.id": "grace" })).toMatchObject({
      sessionId: "thread-7",
      userId: "grace",
    });
  });
});
