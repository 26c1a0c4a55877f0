"""pydantic-ai, by its own instrumentation, and Logfire's spans and logs around it."""

import asyncio

from recorder import Recorder

recorder = Recorder("pydantic-ai-slim")

import logfire
from openai import OpenAI
from pydantic_ai import Agent
from pydantic_ai.capabilities import Instrumentation
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.instrumented import InstrumentationSettings

# With the endpoint in OTEL_EXPORTER_OTLP_ENDPOINT, Logfire exports there by itself.
logfire.configure(send_to_logfire=False, console=False)


def make_agent(model="openai-chat:gpt-5-mini", tools=(), **settings):
    instrumentation = Instrumentation(InstrumentationSettings(**settings))
    return Agent(model, name="meteorologist", instructions="Be brief.", tools=tools, capabilities=[instrumentation])


def weather(city: str) -> str:
    """The weather in a city."""
    return f"18 °C and sunny in {city}"


def save(case, title, how, **options):
    logfire.force_flush()
    recorder.save(f"logfire/{case}", title, how, **options)


QUESTION = "How is the weather in Paris?"

make_agent(tools=[weather]).run_sync(QUESTION)
save("pydantic-ai-tool", "reads an agent of pydantic-ai with a tool, and counts its aggregate once", "Agent.run_sync, OpenAI")

make_agent(tools=[weather], version=2, use_aggregated_usage_attribute_names=False).run_sync(QUESTION)
save(
    "pydantic-ai-version-2",
    "reads pydantic-ai's format 2, whose agent repeats the usage",
    "Agent.run_sync, InstrumentationSettings(version=2, use_aggregated_usage_attribute_names=False), OpenAI",
)


async def stream():
    async with make_agent().run_stream(QUESTION) as result:
        async for _ in result.stream_text():
            pass


asyncio.run(stream())
save("pydantic-ai-stream", "streams from pydantic-ai", "Agent.run_stream, OpenAI")

make_agent("anthropic:claude-sonnet-4-5").run_sync(QUESTION)
save("pydantic-ai-anthropic", "counts Anthropic's cache of pydantic-ai once", "Agent.run_sync, Anthropic")

try:
    make_agent().run_sync("Fail, please.")
except ModelHTTPError:
    pass
save("pydantic-ai-error", "reads a refused call of pydantic-ai", "Agent.run_sync, OpenAI")

with logfire.span("Answering {user}", user="ada", _tags=["beta", "sky"]) as span:
    logfire.info("Asked by {user}", user="ada")
    make_agent().run_sync(QUESTION)
    logfire.warn("Answered late")
save("manual", "reads Logfire's own spans, logs and placeholders", "logfire.span and logfire.info around Agent.run_sync", package="logfire")

logfire.instrument_openai()
openai = OpenAI(max_retries=0)
MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]
openai.chat.completions.create(model="gpt-5-mini", messages=MESSAGES)
save("openai-chat", "reads Logfire's own instrumentation of OpenAI", "chat.completions.create, logfire.instrument_openai", package="logfire")

with logfire.span("Streaming"):
    for _ in openai.chat.completions.create(
        model="gpt-5-mini", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    ):
        pass
save("openai-stream", "reads the answer of a stream, which Logfire logs after the call", "chat.completions.create, stream=True", package="logfire")
