"""OpenInference's instrumentations of the OpenAI and Anthropic clients and of LangChain."""

from recorder import Recorder

recorder = Recorder("openinference-instrumentation-openai")

from anthropic import Anthropic
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from openai import APIStatusError, OpenAI
from openinference.instrumentation import using_attributes, using_prompt_template
from openinference.instrumentation.anthropic import AnthropicInstrumentor
from openinference.instrumentation.langchain import LangChainInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
for instrumentor in (OpenAIInstrumentor(), AnthropicInstrumentor()):
    instrumentor.instrument(tracer_provider=provider)


def save(case, title, how, **options):
    provider.force_flush()
    recorder.save(f"openinference/python-{case}", title, how, **options)


CLAUDE = {"package": "openinference-instrumentation-anthropic"}


openai = OpenAI(max_retries=0)
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "The weather.", "parameters": PARAMETERS}}]
SYSTEM = {"role": "system", "content": "Be brief."}

with (
    using_attributes(session_id="thread-7", user_id="ada", metadata={"repo": "a/b"}, tags=["beta", "sky"]),
    using_prompt_template(template="How is the weather in {city}?", version="v3", variables={"city": "Paris"}),
):
    openai.chat.completions.create(model="gpt-5-mini", messages=[SYSTEM, {"role": "user", "content": "How is the weather in Paris?"}])
save("openai-chat", "reads session, user, tags, metadata and prompt template", "chat.completions.create, using_attributes")

with provider.get_tracer("recording").start_as_current_span("answer", attributes={"openinference.span.kind": "CHAIN"}):
    messages = [SYSTEM, {"role": "user", "content": "How is the weather in Paris?"}]
    answer = openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS).choices[0].message
    messages.append(answer.model_dump(exclude_none=True))
    messages.append({"role": "tool", "tool_call_id": "call_1", "content": "18 °C and sunny"})
    openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS)
save("openai-tool", "reads OpenAI's chat with a tool", "chat.completions.create")

for _ in openai.chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": "How is the weather in Paris?"}],
    stream=True,
    stream_options={"include_usage": True},
):
    pass
save("openai-stream", "reads a stream of OpenAI's chat", "chat.completions.create, stream=True")

picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
openai.chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": [{"type": "text", "text": "What is in the picture?"}, picture]}],
)
save("openai-image", "reads a message with an image", "chat.completions.create")

try:
    openai.chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": "Fail, please."}])
except APIStatusError:
    pass
save("openai-error", "reads a refused call of OpenAI", "chat.completions.create")

openai.responses.create(model="gpt-5-mini", instructions="Be brief.", input="How is the weather in Paris?")
save("openai-responses", "reads OpenAI's responses", "responses.create")

openai.embeddings.create(model="text-embedding-3-small", input="How is the weather in Paris?")
save("openai-embedding", "reads an embedding", "embeddings.create")

anthropic = Anthropic()
ask = {"model": "claude-sonnet-4-5", "max_tokens": 500, "system": "Be brief."}
anthropic.messages.create(**ask, messages=[{"role": "user", "content": "How is the weather in Paris?"}])
save("anthropic-chat", "counts Anthropic's cache once", "messages.create", **CLAUDE)

tool = {"name": "weather", "description": "The weather.", "input_schema": PARAMETERS}
question = {"role": "user", "content": "How is the weather in Paris?"}
with provider.get_tracer("recording").start_as_current_span("answer", attributes={"openinference.span.kind": "CHAIN"}):
    answer = anthropic.messages.create(**ask, tools=[tool], messages=[question])
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "18 °C and sunny"}
    called = {"role": "assistant", "content": answer.content}
    anthropic.messages.create(**ask, tools=[tool], messages=[question, called, {"role": "user", "content": [result]}])
save("anthropic-tool", "reads Anthropic's messages with a tool", "messages.create", **CLAUDE)

with anthropic.messages.stream(**ask, messages=[{"role": "user", "content": "How is the weather in Paris?"}]) as stream:
    stream.until_done()
save("anthropic-stream", "reads a stream of Anthropic's messages", "messages.stream", **CLAUDE)


def weather(city: str) -> str:
    """The weather in a city."""
    return f"18 °C and sunny in {city}"


OpenAIInstrumentor().uninstrument()
LangChainInstrumentor().instrument(tracer_provider=provider)
agent = create_agent(ChatOpenAI(model="gpt-5-mini"), [weather], system_prompt="Be brief.")
agent.invoke(
    {"messages": [{"role": "user", "content": "How is the weather in Paris?"}]},
    config={"metadata": {"session_id": "thread-7"}},
)
save(
    "langchain-agent",
    "reads a LangChain agent with a tool",
    "create_agent with ChatOpenAI",
    package="openinference-instrumentation-langchain",
)
