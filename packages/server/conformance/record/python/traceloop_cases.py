"""OpenLLMetry: Traceloop's SDK, its decorators and its instrumentations of the OpenAI and Anthropic clients."""

import os

from recorder import Recorder

recorder = Recorder("opentelemetry-instrumentation-openai")
os.environ |= {"TRACELOOP_TELEMETRY": "false", "TRACELOOP_METRICS_ENABLED": "false"}

from anthropic import Anthropic
from openai import APIStatusError, OpenAI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import agent, task, tool, workflow

Traceloop.init(app_name="recording", exporter=OTLPSpanExporter())


def save(case, title, how, **options):
    trace.get_tracer_provider().force_flush()
    recorder.save(f"openllmetry/python-{case}", title, how, **options)


CLAUDE = {"package": "opentelemetry-instrumentation-anthropic"}


openai = OpenAI(max_retries=0)
anthropic = Anthropic()
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "The weather.", "parameters": PARAMETERS}}]
SYSTEM = {"role": "system", "content": "Be brief."}


@tool(name="weather")
def weather(city):
    return f"18 °C and sunny in {city}"


@task(name="ask")
def ask(messages):
    return openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS).choices[0].message


@agent(name="weather_agent")
def run_agent(question):
    messages = [SYSTEM, {"role": "user", "content": question}]
    answer = ask(messages)
    messages.append(answer.model_dump(exclude_none=True))
    messages.append({"role": "tool", "tool_call_id": "call_1", "content": weather(city="Paris")})
    return ask(messages).content


@workflow(name="answer", version=2)
def answer(question, tone="kind"):
    Traceloop.set_association_properties({"session_id": "thread-7", "user_id": "ada", "repo": "a/b"})
    return run_agent(question)


answer("How is the weather in Paris?", tone="kind")
save("workflow", "reads the decorators of a workflow, with session and user", "decorated functions around chat.completions.create", package="traceloop-sdk")

openai.chat.completions.create(model="gpt-5-mini", messages=[SYSTEM, {"role": "user", "content": "How is the weather in Paris?"}])
save("openai-chat", "reads OpenAI's chat", "chat.completions.create")

for _ in openai.chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": "How is the weather in Paris?"}],
    stream=True,
    stream_options={"include_usage": True},
):
    pass
save("openai-stream", "reads a stream of OpenAI's chat", "chat.completions.create, stream=True")

try:
    openai.chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": "Fail, please."}])
except APIStatusError:
    pass
save("openai-error", "reads a refused call of OpenAI", "chat.completions.create")

openai.responses.create(model="gpt-5-mini", instructions="Be brief.", input="How is the weather in Paris?")
save("openai-responses", "reads OpenAI's responses", "responses.create")

ask_claude = {"model": "claude-sonnet-4-5", "max_tokens": 500, "system": "Be brief."}
anthropic.messages.create(**ask_claude, messages=[{"role": "user", "content": "How is the weather in Paris?"}])
save("anthropic-chat", "counts Anthropic's cache once", "messages.create", **CLAUDE)

claude_tool = {"name": "weather", "description": "The weather.", "input_schema": PARAMETERS}
question = {"role": "user", "content": "How is the weather in Paris?"}
with trace.get_tracer("recording").start_as_current_span("answer"):
    answer = anthropic.messages.create(**ask_claude, tools=[claude_tool], messages=[question])
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "18 °C and sunny"}
    turns = [question, {"role": "assistant", "content": answer.content}, {"role": "user", "content": [result]}]
    anthropic.messages.create(**ask_claude, tools=[claude_tool], messages=turns)
save("anthropic-tool", "reads Anthropic's messages with a tool", "messages.create", **CLAUDE)
