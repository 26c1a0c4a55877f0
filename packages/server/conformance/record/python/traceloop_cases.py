"""OpenLLMetry: Traceloop's SDK, its decorators and its instrumentations of the OpenAI and Anthropic clients."""

import os

from recorder import Recorder

recorder = Recorder()
os.environ |= {"TRACELOOP_TELEMETRY": "false", "TRACELOOP_METRICS_ENABLED": "false"}

from anthropic import Anthropic
from openai import BadRequestError, OpenAI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import agent, task, tool, workflow

Traceloop.init(app_name="recording", exporter=OTLPSpanExporter(), disable_batch=True)


def save(name):
    trace.get_tracer_provider().force_flush()
    recorder.save(f"openllmetry-{name}")


openai = OpenAI()
anthropic = Anthropic()
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "description": "The weather.", "parameters": PARAMETERS}}]
SYSTEM = {"role": "system", "content": "Be brief."}


@tool(name="get_weather")
def get_weather(city):
    return f"18 degrees and sunny in {city}"


@task(name="ask")
def ask(messages):
    return openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS).choices[0].message


@agent(name="weather_agent")
def run_agent(question):
    messages = [SYSTEM, {"role": "user", "content": question}]
    answer = ask(messages)
    messages.append(answer.model_dump(exclude_none=True))
    messages.append({"role": "tool", "tool_call_id": "call_1", "content": get_weather(city="Paris")})
    return ask(messages).content


@workflow(name="answer", version=2)
def answer(question, tone="kind"):
    Traceloop.set_association_properties({"session_id": "thread-7", "user_id": "ada", "repo": "a/b"})
    return run_agent(question)


answer("How is the weather in Paris?", tone="kind")
save("workflow")

openai.chat.completions.create(model="gpt-5-mini", messages=[SYSTEM, {"role": "user", "content": "Why is the sky blue?"}])
save("openai-chat")

for _ in openai.chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": "Why is the sky blue?"}],
    stream=True,
    stream_options={"include_usage": True},
):
    pass
save("openai-stream")

try:
    openai.chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": "Please fail."}])
except BadRequestError:
    pass
save("openai-error")

openai.responses.create(model="gpt-5-mini", instructions="Be brief.", input="Why is the sky blue?")
save("openai-responses")

ask_claude = {"model": "claude-sonnet-4-5", "max_tokens": 500, "system": "Be brief."}
anthropic.messages.create(**ask_claude, messages=[{"role": "user", "content": "Why is the sky blue?"}])
save("anthropic-chat")

claude_tool = {"name": "get_weather", "description": "The weather.", "input_schema": PARAMETERS}
question = {"role": "user", "content": "How is the weather in Paris?"}
answer = anthropic.messages.create(**ask_claude, tools=[claude_tool], messages=[question])
result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "18 degrees and sunny"}
anthropic.messages.create(
    **ask_claude,
    tools=[claude_tool],
    messages=[question, {"role": "assistant", "content": answer.content}, {"role": "user", "content": [result]}],
)
save("anthropic-tool")
