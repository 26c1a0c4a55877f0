"""OpenAI, Anthropic and Gemini as far as the recordings need them: fixed answers, with usage that tells mistakes apart.

What is asked decides the answer: a prompt with the word "weather" asks for the tool first, one with "fail" is refused,
everything else is answered at once. Every kind of token has a count of its own.
"""

import json
from http.server import BaseHTTPRequestHandler

ANSWER = "The sky is blue because of Rayleigh scattering."
TOOL_ANSWER = "It is 18 degrees and sunny in Paris."
ARGUMENTS = {"city": "Paris"}

# prompt (cached included), cached, completion (reasoning included), reasoning
DIRECT = (1200, 1024, 90, 64)
ASK_TOOL = (310, 0, 25, 8)
AFTER_TOOL = (350, 256, 19, 0)


class FakeProvider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
        path = self.path.partition("?")[0]
        if path.endswith("/chat/completions"):
            answer = chat_completion(body)
        elif path.endswith("/responses"):
            answer = response(body)
        elif path.endswith("/embeddings"):
            answer = embeddings(body)
        elif path.endswith("/messages"):
            answer = anthropic_message(body)
        elif "generateContent" in path or "GenerateContent" in path:
            answer = generate_content(body, path)
        else:
            answer = (404, {"error": {"message": f"No such route: {path}"}})
        self.send(*answer)

    def send(self, status, body):
        text = body if isinstance(body, str) else json.dumps(body)
        data = text.encode()
        self.send_response(status)
        self.send_header("content-type", "text/event-stream" if isinstance(body, str) else "application/json")
        self.send_header("content-length", str(len(data)))
        self.send_header("request-id", "req_fake")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def plan(conversation, last_role, has_tools):
    """What is to be done: "fail", "tool", "after-tool" or "answer"."""
    if "fail" in conversation:
        return "fail"
    if last_role == "tool":
        return "after-tool"
    return "tool" if has_tools and "weather" in conversation else "answer"


def count(step):
    return {"tool": ASK_TOOL, "after-tool": AFTER_TOOL}.get(step, DIRECT)


def events(chunks, named=False):
    return "".join(
        (f"event: {chunk['type']}\n" if named else "") + f"data: {json.dumps(chunk)}\n\n" for chunk in chunks
    )


def halves(text):
    middle = len(text) // 2
    return text[:middle], text[middle:]


# OpenAI chat completions


def chat_completion(body):
    messages = body["messages"]
    step = plan(json.dumps(messages).lower(), messages[-1]["role"], bool(body.get("tools")))
    if step == "fail":
        return 400, {"error": {"message": "The request was refused.", "type": "invalid_request_error", "code": "refused"}}
    prompt, cached, completion, reasoning = count(step)
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": reasoning, "audio_tokens": 0},
    }
    base = {"id": f"chatcmpl-{step}", "created": 1790000000, "model": f"{body['model']}-2026-01-01", "service_tier": "default"}
    call = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": json.dumps(ARGUMENTS)}}
    text = TOOL_ANSWER if step == "after-tool" else ANSWER
    finish = "tool_calls" if step == "tool" else "stop"
    if not body.get("stream"):
        message = {"role": "assistant", "content": None if step == "tool" else text, "refusal": None}
        if step == "tool":
            message["tool_calls"] = [call]
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        return 200, {**base, "object": "chat.completion", "choices": [choice], "usage": usage}
    deltas = [{"role": "assistant", "content": ""}]
    deltas += [{"tool_calls": [{"index": 0, **call}]}] if step == "tool" else [{"content": half} for half in halves(text)]
    chunks = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    chunks.append({"index": 0, "delta": {}, "finish_reason": finish})
    chunks = [{**base, "object": "chat.completion.chunk", "choices": [chunk]} for chunk in chunks]
    if (body.get("stream_options") or {}).get("include_usage"):
        chunks.append({**base, "object": "chat.completion.chunk", "choices": [], "usage": usage})
    return 200, events(chunks) + "data: [DONE]\n\n"


def embeddings(body):
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = [{"object": "embedding", "index": index, "embedding": [0.1, 0.2, 0.3]} for index in range(len(texts))]
    return 200, {"object": "list", "model": body["model"], "data": data, "usage": {"prompt_tokens": 7, "total_tokens": 7}}


# OpenAI responses


def response(body):
    given = body["input"] if isinstance(body["input"], list) else [{"role": "user", "content": body["input"]}]
    is_after_tool = given[-1].get("type") == "function_call_output"
    step = plan(json.dumps(given).lower(), "tool" if is_after_tool else "user", bool(body.get("tools")))
    if step == "fail":
        return 400, {"error": {"message": "The request was refused.", "type": "invalid_request_error", "code": "refused"}}
    prompt, cached, completion, reasoning = count(step)
    output = []
    if reasoning:
        summary = [{"type": "summary_text", "text": "Recalling what scatters light."}]
        output.append({"id": "rs_1", "type": "reasoning", "summary": summary})
    if step == "tool":
        call = {"call_id": "call_1", "name": "get_weather", "arguments": json.dumps(ARGUMENTS)}
        output.append({"id": "fc_1", "type": "function_call", "status": "completed", **call})
    else:
        text = {"type": "output_text", "text": TOOL_ANSWER if is_after_tool else ANSWER, "annotations": []}
        output.append({"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [text]})
    whole = {
        "id": f"resp_{step}",
        "object": "response",
        "created_at": 1790000000,
        "status": "completed",
        "model": f"{body['model']}-2026-01-01",
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": body.get("tools") or [],
        "usage": {
            "input_tokens": prompt,
            "input_tokens_details": {"cached_tokens": cached},
            "output_tokens": completion,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": prompt + completion,
        },
    }
    if not body.get("stream"):
        return 200, whole
    chunks = [{"type": "response.created", "response": {**whole, "status": "in_progress", "output": [], "usage": None}}]
    for index, item in enumerate(output):
        chunks.append({"type": "response.output_item.added", "output_index": index, "item": item})
        chunks.append({"type": "response.output_item.done", "output_index": index, "item": item})
    chunks.append({"type": "response.completed", "response": whole})
    return 200, events([{**chunk, "sequence_number": index} for index, chunk in enumerate(chunks)], named=True)


# Anthropic messages: input, cache read and cache write are disjoint


def anthropic_message(body):
    last = body["messages"][-1]
    is_result = isinstance(last["content"], list) and last["content"][0].get("type") == "tool_result"
    step = plan(json.dumps(body["messages"]).lower(), "tool" if is_result else last["role"], bool(body.get("tools")))
    if step == "fail":
        return 400, {"type": "error", "error": {"type": "invalid_request_error", "message": "The request was refused."}}
    prompt, cached, completion, _ = count(step)
    written = 50 if cached else 0
    usage = {
        "input_tokens": prompt - cached - written,
        "cache_read_input_tokens": cached,
        "cache_creation_input_tokens": written,
        "output_tokens": completion,
    }
    if step == "tool":
        block = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": ARGUMENTS}
    else:
        block = {"type": "text", "text": TOOL_ANSWER if step == "after-tool" else ANSWER}
    base = {"id": f"msg_{step}", "type": "message", "role": "assistant", "model": body["model"], "stop_sequence": None}
    reason = "tool_use" if step == "tool" else "end_turn"
    if not body.get("stream"):
        return 200, {**base, "content": [block], "stop_reason": reason, "usage": usage}
    empty = {**block, "input": {}} if step == "tool" else {**block, "text": ""}
    if step == "tool":
        deltas = [{"type": "input_json_delta", "partial_json": json.dumps(ARGUMENTS)}]
    else:
        deltas = [{"type": "text_delta", "text": half} for half in halves(block["text"])]
    start = {**base, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    chunks = [{"type": "message_start", "message": start}]
    chunks.append({"type": "content_block_start", "index": 0, "content_block": empty})
    chunks += [{"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas]
    chunks.append({"type": "content_block_stop", "index": 0})
    delta = {"stop_reason": reason, "stop_sequence": None}
    chunks.append({"type": "message_delta", "delta": delta, "usage": {"output_tokens": completion}})
    chunks.append({"type": "message_stop"})
    return 200, events(chunks, named=True)


# Gemini: the cache is part of the prompt, thoughts are not part of the candidates


def generate_content(body, path):
    contents = body["contents"]
    is_result = any("functionResponse" in part for part in contents[-1]["parts"])
    step = plan(json.dumps(contents).lower(), "tool" if is_result else "user", bool(body.get("tools")))
    if step == "fail":
        return 400, {"error": {"code": 400, "message": "The request was refused.", "status": "INVALID_ARGUMENT"}}
    prompt, cached, completion, reasoning = count(step)
    if step == "tool":
        part = {"functionCall": {"name": "get_weather", "args": ARGUMENTS}}
    else:
        part = {"text": TOOL_ANSWER if step == "after-tool" else ANSWER}
    usage = {
        "promptTokenCount": prompt,
        "cachedContentTokenCount": cached,
        "candidatesTokenCount": completion - reasoning,
        "thoughtsTokenCount": reasoning,
        "totalTokenCount": prompt + completion,
    }
    model = path.rpartition("/")[2].partition(":")[0]
    whole = {
        "candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {key: value for key, value in usage.items() if value},
        "modelVersion": f"{model}-001",
        "responseId": f"gemini-{step}",
    }
    if "stream" not in path:
        return 200, whole
    if step == "tool":
        return 200, events([whole])
    chunks = []
    for index, half in enumerate(halves(part["text"])):
        content = {"role": "model", "parts": [{"text": half}]}
        candidate = {"content": content, "index": 0, **({"finishReason": "STOP"} if index else {})}
        chunks.append({**whole, "candidates": [candidate], "usageMetadata": whole["usageMetadata"] if index else {}})
    return 200, events(chunks)
