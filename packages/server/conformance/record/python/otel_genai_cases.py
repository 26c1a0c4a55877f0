"""OpenTelemetry's GenAI instrumentations of the OpenAI and Google GenAI clients, messages on the spans."""

import os

from recorder import Recorder

recorder = Recorder("opentelemetry-instrumentation-genai-openai")
os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "SPAN_ONLY"

from google import genai
from openai import APIStatusError, OpenAI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from opentelemetry.instrumentation.google_genai import GoogleGenAiSdkInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

spans = TracerProvider()
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(spans)
OpenAIInstrumentor().instrument()
GoogleGenAiSdkInstrumentor().instrument()


def save(case, title, how, **options):
    spans.force_flush()
    recorder.save(f"otel-genai/python-{case}", title, how, **options)


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
save("openai-tool", "reads OpenAI's chat with a tool", "chat.completions.create")

for _ in openai.chat.completions.create(
    model="gpt-5-mini", messages=[SYSTEM, QUESTION], stream=True, stream_options={"include_usage": True}
):
    pass
save("openai-stream", "reads a stream of OpenAI's chat", "chat.completions.create, stream=True")

openai.responses.create(model="gpt-5-mini", instructions="Be brief.", input=QUESTION["content"])
save("openai-responses", "reads OpenAI's responses", "responses.create")

try:
    openai.chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": "Fail, please."}])
except APIStatusError:
    pass
save("openai-error", "reads a refused call of OpenAI", "chat.completions.create")

openai.embeddings.create(model="text-embedding-3-small", input=["sky", "sea"], encoding_format="float")
save("openai-embedding", "reads an embedding of two texts", "embeddings.create")


def weather(city: str) -> str:
    """The weather in a city."""
    return f"18 °C and sunny in {city}"


gemini = genai.Client()
with trace.get_tracer("recording").start_as_current_span("answer"):
    gemini.models.generate_content(
        model="gemini-2.5-flash",
        contents=QUESTION["content"],
        config=genai.types.GenerateContentConfig(system_instruction="Be brief.", tools=[weather]),
    )
save(
    "gemini-tool",
    "counts Gemini's thoughts once",
    "generate_content with automatic function calling",
    package="opentelemetry-instrumentation-google-genai",
)
