"""The OpenAI Agents SDK, through OpenLLMetry's and through OpenTelemetry's own instrumentation."""

import asyncio
import os
import sys

from recorder import Recorder

PACKAGES = {
    "openllmetry": "opentelemetry-instrumentation-openai-agents",
    "otel": "opentelemetry-instrumentation-genai-openai-agents",
}
through = sys.argv[2]
recorder = Recorder(PACKAGES[through])
os.environ |= {
    "OTEL_SEMCONV_STABILITY_OPT_IN": "gen_ai_latest_experimental",
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "SPAN_ONLY",
}

from agents import Agent, GuardrailFunctionOutput, InputGuardrail, Runner, function_tool, set_trace_processors, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

if through == "openllmetry":
    from opentelemetry.instrumentation.openai_agents import OpenAIAgentsInstrumentor
else:
    from opentelemetry.instrumentation.genai.openai_agents import OpenAIAgentsInstrumentor


@function_tool
def weather(city: str) -> str:
    """The weather in a city."""
    return f"18 °C and sunny in {city}"


async def is_polite(context, agent, text):
    return GuardrailFunctionOutput(output_info={"polite": True}, tripwire_triggered=False)


expert = Agent(
    name="meteorologist",
    instructions="Be brief.",
    tools=[weather],
    model="gpt-5-mini",
    input_guardrails=[InputGuardrail(is_polite, name="polite")],
)


async def ask(text):
    with trace("answer", group_id="thread-7", metadata={"repo": "a/b"}):
        try:
            await Runner.run(expert, text)
        except Exception as error:
            print(f"{type(error).__name__}: {error}")


set_trace_processors([])  # The default one sends to OpenAI.
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)


async def main():
    for case, question, title in (
        ("tool", "How is the weather in Paris?", "reads an agent with a tool and a guardrail"),
        ("error", "Fail, please.", "reads a refused call"),
    ):
        await ask(question)
        provider.force_flush()
        recorder.save(f"openai-agents/python-{through}-{case}", f"{title} through {through}", "Runner.run, responses")


asyncio.run(main())
