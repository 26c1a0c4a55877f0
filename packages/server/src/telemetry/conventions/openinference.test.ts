import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

const call = { "openinference.span.kind": "LLM", "llm.model_name": "gpt-5" };

describe("a span by OpenInference", () => {
  it.each([
    ["llm", "llm"],
    ["PROMPT", "chain"],
    ["RERANKER", "reranker"],
    ["GUARDRAIL", "guardrail"],
    ["EVALUATOR", "evaluator"],
  ])("of its kind %s is of kind %s", (sent, kind) => {
    expect(readSpan({ "openinference.span.kind": sent }).kind).toBe(kind);
  });

  it("has its messages from the flat lists, with parts and calls", () => {
    const span = readSpan({
      ...call,
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.contents.1.message_content.type": "image",
      "llm.input_messages.0.message.contents.1.message_content.image.image.url": "https://a.b/c.png",
      "llm.input_messages.0.message.contents.0.message_content.type": "text",
      "llm.input_messages.0.message.contents.0.message_content.text": "What is this?",
      "llm.input_messages.1.message.role": "tool",
      "llm.input_messages.1.message.tool_call_id": "c1",
      "llm.input_messages.1.message.content": "found",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c2",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "search",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"q":1}',
      "llm.finish_reason": "tool_calls",
      "input.value": "{}",
    });
    expect(span.input).toEqual([
      {
        role: "user",
        content: JSON.stringify([
          { type: "text", content: "What is this?" },
          { type: "uri", modality: "image", uri: "https://a.b/c.png" },
        ]),
      },
      { role: "tool", content: JSON.stringify([{ type: "tool_call_response", id: "c1", response: "found" }]) },
    ]);
    expect(span.output).toEqual([
      {
        role: "assistant",
        content: JSON.stringify([{ type: "tool_call", id: "c2", name: "search", arguments: { q: 1 } }]),
      },
    ]);
    expect(Object.keys(span.attributes).filter((key) => key.includes("messages"))).toEqual([]);
    expect(span.attributes["ratchet.finish_reason"]).toBe("tool_call");
  });

  it("has the messages that its SDK left out for their number from the request itself", () => {
    const messages = Array.from({ length: 100 }, (_, index) => ({ role: "user", content: `message ${index}` }));
    const flat = messages.slice(0, 64).flatMap(({ role, content }, index) => [
      [`llm.input_messages.${index}.message.role`, role],
      [`llm.input_messages.${index}.message.content`, content],
    ]);
    const request = { model: "gpt-5", messages };
    const attributes = { ...call, "input.value": JSON.stringify(request), ...Object.fromEntries(flat) };
    expect(readSpan(attributes).input.slice(-1)).toEqual([{ role: "user", content: "message 99" }]);
  });

  it("has the value of a tool or a chain", () => {
    const span = readSpan({
      "openinference.span.kind": "TOOL",
      "input.value": '{"q":1}',
      "output.value": "found",
      "llm.input_messages.0.message.content": "of its surroundings",
    });
    expect(span.input).toEqual([{ role: "input", content: '{"q":1}' }]);
    expect(span.output).toEqual([{ role: "output", content: "found" }]);
  });

  it("has documents, with their metadata as what it says", () => {
    const span = readSpan({
      "openinference.span.kind": "RETRIEVER",
      "input.value": "tokens",
      "retrieval.documents.0.document.id": "d1",
      "retrieval.documents.0.document.content": "Tokens are …",
      "retrieval.documents.0.document.score": 0.9,
      "retrieval.documents.0.document.metadata": '{"page":3}',
      "output.value": "ignored",
    });
    expect(span.output).toEqual([
      {
        role: "output",
        content: JSON.stringify([{ id: "d1", content: "Tokens are …", score: 0.9, metadata: { page: 3 } }]),
      },
    ]);
  });

  it("has what was embedded and reranked", () => {
    const embedding = readSpan({
      "openinference.span.kind": "EMBEDDING",
      "embedding.model_name": "e",
      "embedding.embeddings.0.embedding.text": "one",
      "embedding.embeddings.0.embedding.vector": [0.1, 0.2],
      "embedding.embeddings.1.embedding.text": "two",
    });
    expect(embedding).toMatchObject({ kind: "embedding", model: "e", input: [{ content: '["one","two"]' }] });
    expect(embedding.attributes["embedding.embeddings.0.embedding.vector"]).toBe("[0.1,0.2]");
    const reranker = readSpan({
      "openinference.span.kind": "RERANKER",
      "reranker.model_name": "r",
      "reranker.query": "tokens",
      "reranker.input_documents.0.document.content": "a",
      "reranker.output_documents.0.document.content": "a",
      "reranker.output_documents.0.document.score": 1,
    });
    expect(reranker.input).toEqual([{ role: "input", content: '{"query":"tokens","documents":[{"content":"a"}]}' }]);
    expect(reranker.output).toEqual([{ role: "output", content: '[{"content":"a","score":1}]' }]);
  });

  it("counts the cache on top only where the Claude Agent SDK is instrumented", () => {
    const counts = {
      ...call,
      "llm.token_count.prompt": 100,
      "llm.token_count.completion": 50,
      "llm.token_count.prompt_details.cache_read": 30,
    };
    expect(readSpan(counts).usage?.inputTokens).toBe(100);
    for (const scopeName of [
      "@arizeai/openinference-instrumentation-claude-agent-sdk",
      "openinference.instrumentation.claude_agent_sdk",
    ]) {
      expect(readSpan(counts, { scopeName }).usage?.inputTokens).toBe(130);
    }
  });

  it("tells cost, tags, metadata, prompt, and the id of the answer", () => {
    const span = readSpan({
      ...call,
      "llm.cost.prompt": 0.25,
      "llm.cost.completion": 0.5,
      "tag.tags": ["a"],
      metadata: '{"customer":"acme","seats":3}',
      "prompt.id": "triage",
      "llm.prompt_template.version": "v2",
      "output.value": '{"id":"chatcmpl-1","choices":[]}',
    });
    expect(span).toMatchObject({
      costUsd: 0.75,
      costSource: "client",
      tags: ["a"],
      prompt: { name: "triage", version: "v2" },
      responseId: "chatcmpl-1",
    });
    expect(span.attributes).toMatchObject({ "ratchet.metadata.customer": "acme", "ratchet.metadata.seats": "3" });
  });
});
