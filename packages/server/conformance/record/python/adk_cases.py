"""Google ADK: an agent with a tool, run twice in one session, on Gemini's client."""

import asyncio
import os
import sys
from importlib.metadata import version

from recorder import Recorder

recorder = Recorder("google-adk")

from google.adk.agents import Agent
from google.adk.runners import InMemoryRunner
from google.genai import types
from opentelemetry import _logs, trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# Without an option, messages are sent by version 1 only; "content" puts them on spans, "events" into log records.
option = sys.argv[2] if len(sys.argv) > 2 else ""
if option == "content":
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
    os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "SPAN_ONLY"
if option == "events":
    os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true"
spans = TracerProvider()
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(spans)
logs = LoggerProvider()
if option == "events":
    logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    _logs.set_logger_provider(logs)
variant = version("google-adk") + (f"-{option}" if option else "")


def weather(city: str) -> dict:
    """The weather in a city."""
    return {"celsius": 18, "sky": "sunny"}


def save(case, title, how):
    spans.force_flush()
    logs.force_flush()
    recorder.save(f"google-adk/{variant}-{case}", f"{variant} {title}", how)


async def ask(text, tools=()):
    agent = Agent(name="meteorologist", model="gemini-2.5-flash", instruction="Be brief.", tools=list(tools))
    runner = InMemoryRunner(agent=agent, app_name="recording")
    session = await runner.session_service.create_session(app_name="recording", user_id="ada", session_id="thread-7")
    message = types.Content(role="user", parts=[types.Part(text=text)])
    try:
        async for _ in runner.run_async(user_id="ada", session_id=session.id, new_message=message):
            pass
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(ask("How is the weather in Paris?", [weather]))
save("tool", "reads an agent with a tool, its model calls counted once", "Runner.run_async, Gemini")

asyncio.run(ask("Fail, please."))
save("error", "reads a refused call", "Runner.run_async, Gemini")
