"""LiveKit Agents: a session that is written to instead of spoken to, its language model OpenAI's."""

import asyncio
import contextvars
import logging

from recorder import Recorder

recorder = Recorder("livekit-agents")

from livekit.agents import Agent, AgentSession, function_tool
from livekit.agents.telemetry import set_tracer_provider
from livekit.plugins import openai
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

logging.disable(logging.CRITICAL)
spans = TracerProvider()
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
set_tracer_provider(spans, metadata={"session.id": "thread-7", "user.id": "ada"})


@function_tool
async def weather(city: str) -> str:
    """The weather in a city."""
    return f"18 °C and sunny in {city}"


@function_tool(name="weather")
async def broken_weather(city: str) -> str:
    """The weather in a city."""
    raise RuntimeError("The station is away.")


async def ask(tool):
    async with AgentSession(llm=openai.LLM(model="gpt-5-mini", max_retries=0)) as session:
        await session.start(Agent(instructions="Be brief.", tools=[tool] if tool else []))
        await session.run(user_input="How is the weather in Paris?")


async def main():
    for case, tool, title in (
        ("tool", weather, "reads a session with a tool"),
        ("tool-error", broken_weather, "reads a tool that fails"),
        ("chat", None, "reads a session of one question"),
    ):
        await asyncio.create_task(ask(tool), context=contextvars.Context())
        spans.force_flush()
        recorder.save(f"livekit/{case}", title, "AgentSession.run, OpenAI")


asyncio.run(main())
