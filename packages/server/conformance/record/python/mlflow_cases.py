"""MLflow's tracing, exported by OTLP alone: the decorator, and autolog of the OpenAI client."""

import os

from recorder import Recorder

recorder = Recorder()
os.environ |= {
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{recorder.receiver}/v1/traces",
    "MLFLOW_ENABLE_ASYNC_TRACE_LOGGING": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}

import mlflow
from openai import BadRequestError, OpenAI

mlflow.openai.autolog()
openai = OpenAI()
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "description": "The weather.", "parameters": PARAMETERS}}]
SYSTEM = {"role": "system", "content": "Be brief."}


def save(name):
    mlflow.flush_trace_async_logging()
    from mlflow.tracing import provider

    recorder.save(f"mlflow-{name}")


@mlflow.trace(span_type="TOOL")
def get_weather(city):
    return f"18 degrees and sunny in {city}"


@mlflow.trace(span_type="RETRIEVER")
def find_documents(query):
    return [mlflow.entities.Document(page_content="Blue light scatters.", metadata={"doc_uri": "sky.md"}, id="d1")]


@mlflow.trace(name="weather_agent", span_type="AGENT", attributes={"team": "sky"})
def run_agent(question):
    mlflow.update_current_trace(
        tags={"release": "beta"}, metadata={"mlflow.trace.session": "thread-7", "mlflow.trace.user": "ada"}
    )
    find_documents(question)
    messages = [SYSTEM, {"role": "user", "content": question}]
    answer = openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS).choices[0].message
    messages.append(answer.model_dump(exclude_none=True))
    messages.append({"role": "tool", "tool_call_id": "call_1", "content": get_weather("Paris")})
    return openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS).choices[0].message.content


run_agent("How is the weather in Paris?")
save("agent")

openai.chat.completions.create(model="gpt-5-mini", messages=[SYSTEM, {"role": "user", "content": "Why is the sky blue?"}])
save("openai-chat")

for _ in openai.chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": "Why is the sky blue?"}],
    stream=True,
    stream_options={"include_usage": True},
):
    pass
save("openai-stream")

try:
    openai.chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": "Please fail."}])
except BadRequestError:
    pass
save("openai-error")

openai.embeddings.create(model="text-embedding-3-small", input="Why is the sky blue?")
save("openai-embedding")
