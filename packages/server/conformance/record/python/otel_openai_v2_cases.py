"""OpenTelemetry's openai-v2 as most run it: messages are log events, by the conventions before 1.37."""

import os

from recorder import Recorder

recorder = Recorder("opentelemetry-instrumentation-openai-v2")
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true"

from openai import OpenAI
from opentelemetry import _logs, trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
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


def save(case, title, how):
    spans.force_flush()
    logs.force_flush()
    recorder.save(f"otel-genai/python-{case}", title, how)


openai = OpenAI(max_retries=0)
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "The weather.", "parameters": PARAMETERS}}]
SYSTEM = {"role": "system", "content": "Be brief."}
QUESTION = {"role": "user", "content": "How is the weather in Paris?"}

with trace.get_tracer("recording").start_as_current_span("answer"):
    messages = [SYSTEM, QUESTION]
    answer = openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS).choices[0].message
    messages.append(answer.model_dump(exclude_none=True))
    messages.append({"role": "tool", "tool_call_id": "call_1", "content": "18 °C and sunny"})
    openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS)
save("openai-events-tool", "joins messages that come as log events to their calls", "chat.completions.create")

for _ in openai.chat.completions.create(
    model="gpt-5-mini", messages=[SYSTEM, QUESTION], stream=True, stream_options={"include_usage": True}
):
    pass
save("openai-events-stream", "joins log events of a stream", "chat.completions.create, stream=True")
