"""pydantic-ai, through its own OpenTelemetry instrumentation and through Logfire."""

import asyncio

from recorder import Recorder

recorder = Recorder()

import logfire
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from pydantic_ai import Agent
from pydantic_ai.capabilities import Instrumentation
from pydantic_ai.models.instrumented import InstrumentationSettings
from pydantic_ai.exceptions import ModelHTTPError

logfire.configure(
    send_to_logfire=False,
    console=False,
    service_name="recording",
    additional_span_processors=[SimpleSpanProcessor(OTLPSpanExporter())],
)


def make_agent(version=None, **settings):
    instrument = InstrumentationSettings(version=version, **settings) if version else InstrumentationSettings(**settings)
    agent = Agent("openai-chat:gpt-5-mini", name="sky", instructions="Be brief.", capabilities=[Instrumentation(instrument)])

    @agent.tool_plain
    def get_weather(city: str) -> str:
        """The weather in a city."""
        return f"18 degrees and sunny in {city}"

    return agent


def save(name):
    logfire.force_flush()
    recorder.save(name)


make_agent().run_sync("Why is the sky blue?")
save("pydantic-ai-chat")

make_agent().run_sync("How is the weather in Paris?")
save("pydantic-ai-tool")

make_agent(version=2, use_aggregated_usage_attribute_names=False).run_sync("How is the weather in Paris?")
save("pydantic-ai-version-2")

async def stream():
    async with make_agent().run_stream("Why is the sky blue?") as result:
        async for _ in result.stream_text():
            pass


asyncio.run(stream())
save("pydantic-ai-stream")

try:
    make_agent().run_sync("Please fail.")
except ModelHTTPError:
    pass
save("pydantic-ai-error")

with logfire.span("Answering {user}", user="ada", _tags=["beta", "sky"]) as span:
    span.set_attribute("session.id", "thread-7")
    logfire.info("Asked by {user}", user="ada")
    make_agent().run_sync("Why is the sky blue?")
    logfire.warn("Slow answer")
save("logfire-manual")
