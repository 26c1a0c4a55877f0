"""MLflow's tracing, exported by OTLP alone: the decorator, and autolog of the OpenAI client."""

import os
import time

from recorder import Recorder

recorder = Recorder("mlflow")
os.environ |= {
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{os.environ['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1/traces",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    # Its exporter is flushed at exit only.
    "OTEL_BSP_SCHEDULE_DELAY": "20",
}

import mlflow
from openai import APIStatusError, OpenAI

mlflow.openai.autolog()
openai = OpenAI(max_retries=0)
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "The weather.", "parameters": PARAMETERS}}]
SYSTEM = {"role": "system", "content": "Be brief."}


def save(case, title, how):
    time.sleep(0.5)
    recorder.save(f"mlflow/{case}", title, how)


@mlflow.trace(span_type="TOOL")
def weather(city):
    return f"18 °C and sunny in {city}"


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
    messages.append({"role": "tool", "tool_call_id": "call_1", "content": weather("Paris")})
    return openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS).choices[0].message.content


run_agent("How is the weather in Paris?")
save("agent", "reads an agent with documents, a tool, session, user and tags", "@mlflow.trace around autologged chat.completions.create")

openai.chat.completions.create(model="gpt-5-mini", messages=[SYSTEM, {"role": "user", "content": "How is the weather in Paris?"}])
save("openai-chat", "reads OpenAI's chat", "autolog of chat.completions.create")

for _ in openai.chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": "How is the weather in Paris?"}],
    stream=True,
    stream_options={"include_usage": True},
):
    pass
save("openai-stream", "reads a stream of OpenAI's chat", "autolog of chat.completions.create, stream=True")

try:
    openai.chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": "Fail, please."}])
except APIStatusError:
    pass
save("openai-error", "reads a refused call of OpenAI", "autolog of chat.completions.create")

openai.embeddings.create(model="text-embedding-3-small", input="How is the weather in Paris?")
save("openai-embedding", "reads an embedding", "autolog of embeddings.create")
