"""OpenTelemetry's own instrumentations of the OpenAI and Google GenAI clients: messages as log events or on the span."""

import os

from recorder import Recorder

recorder = Recorder()
is_latest = os.environ.get("OTEL_SEMCONV_STABILITY_OPT_IN") == "gen_ai_latest_experimental"
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "SPAN_AND_EVENT" if is_latest else "true"
suffix = "latest" if is_latest else "events"

from google import genai
from openai import BadRequestError, OpenAI
from opentelemetry import _logs, trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

spans = TracerProvider()
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(spans)
logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
_logs.set_logger_provider(logs)
OpenAIInstrumentor().instrument()
GoogleGenAiSdkInstrumentor().instrument()
tracer = trace.get_tracer("recording")


def save(name):
    spans.force_flush()
    logs.force_flush()
    recorder.save(f"{name}-{suffix}")


openai = OpenAI()
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}]
SYSTEM = {"role": "system", "content": "Be brief."}

openai.chat.completions.create(
    model="gpt-5-mini", messages=[SYSTEM, {"role": "user", "content": "Why is the sky blue?"}], temperature=0.5
)
save("otel-openai-chat")

with tracer.start_as_current_span("answer"):
    messages = [SYSTEM, {"role": "user", "content": "How is the weather in Paris?"}]
    answer = openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS).choices[0].message
    messages.append(answer.model_dump(exclude_none=True))
    messages.append({"role": "tool", "tool_call_id": "call_1", "content": "18 degrees and sunny"})
    openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS)
save("otel-openai-tool")

for _ in openai.chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": "Why is the sky blue?"}],
    stream=True,
    stream_options={"include_usage": True},
):
    pass
save("otel-openai-stream")

try:
    openai.chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": "Please fail."}])
except BadRequestError:
    pass
save("otel-openai-error")

openai.embeddings.create(model="text-embedding-3-small", input="Why is the sky blue?", encoding_format="float")
save("otel-openai-embedding")


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"18 degrees and sunny in {city}"


gemini = genai.Client()
gemini.models.generate_content(
    model="gemini-2.5-flash",
    contents="How is the weather in Paris?",
    config=genai.types.GenerateContentConfig(system_instruction="Be brief.", tools=[get_weather]),
)
save("otel-google-genai-tool")
