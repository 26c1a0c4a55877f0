"""The OpenAI Agents SDK, through OpenInference's and through Logfire's instrumentation."""

import asyncio
import sys

from recorder import Recorder

recorder = Recorder("openinference-instrumentation-openai-agents")

from agents import Agent, Runner, function_tool, set_trace_processors, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


@function_tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"18 °C and sunny in {city}"


expert = Agent(name="meteorologist", instructions="Be brief.", tools=[weather], model="gpt-5-mini")


async def ask(text):
    with trace("answer", group_id="thread-7", metadata={"repo": "a/b"}):
        try:
            await Runner.run(expert, text)
        except Exception as error:
            print(f"{type(error).__name__}: {error}")


set_trace_processors([])  # The default one sends to OpenAI.
if sys.argv[2] == "openinference":
    from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)
    flush, package = provider.force_flush, "openinference-instrumentation-openai-agents"
else:
    import logfire

    logfire.configure(send_to_logfire=False, console=False)  # Exports by itself to OTEL_EXPORTER_OTLP_ENDPOINT.
    logfire.instrument_openai_agents()
    flush, package = logfire.force_flush, "logfire"


async def main():
    for case, question, title in (
        ("tool", "How is the weather in Paris?", "reads an agent with a tool"),
        ("error", "Fail, please.", "reads a refused call"),
    ):
        await ask(question)
        flush()
        folder = "openai-agents/python-openinference" if sys.argv[2] == "openinference" else "logfire/openai-agents"
        case = f"{folder}-{case}"
        recorder.save(case, f"{title} through {sys.argv[2]}", "Runner.run, responses", package=package)


asyncio.run(main())
