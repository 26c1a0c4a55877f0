"""OpenInference's instrumentations of the OpenAI and Anthropic clients and of LangChain."""

from recorder import Recorder

recorder = Recorder()

from anthropic import Anthropic
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from openai import BadRequestError, OpenAI
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


def save(name):
    provider.force_flush()
    recorder.save(f"openinference-{name}")


openai = OpenAI()
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "description": "The weather.", "parameters": PARAMETERS}}]
SYSTEM = {"role": "system", "content": "Be brief."}

with (
    using_attributes(session_id="thread-7", user_id="ada", metadata={"repo": "a/b"}, tags=["beta", "sky"]),
    using_prompt_template(template="Why is {thing} blue?", version="v3", variables={"thing": "the sky"}),
):
    openai.chat.completions.create(model="gpt-5-mini", messages=[SYSTEM, {"role": "user", "content": "Why is the sky blue?"}])
save("openai-chat")

with provider.get_tracer("recording").start_as_current_span("answer", attributes={"openinference.span.kind": "CHAIN"}):
    messages = [SYSTEM, {"role": "user", "content": "How is the weather in Paris?"}]
    answer = openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS).choices[0].message
    messages.append(answer.model_dump(exclude_none=True))
    messages.append({"role": "tool", "tool_call_id": "call_1", "content": "18 degrees and sunny"})
    openai.chat.completions.create(model="gpt-5-mini", messages=messages, tools=TOOLS)
save("openai-tool")

for _ in openai.chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": "Why is the sky blue?"}],
    stream=True,
    stream_options={"include_usage": True},
):
    pass
save("openai-stream")

picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
openai.chat.completions.create(
    model="gpt-5-mini",
    messages=[{"role": "user", "content": [{"type": "text", "text": "What is in the picture?"}, picture]}],
)
save("openai-image")

try:
    openai.chat.completions.create(model="gpt-5-mini", messages=[{"role": "user", "content": "Please fail."}])
except BadRequestError:
    pass
save("openai-error")

openai.responses.create(model="gpt-5-mini", instructions="Be brief.", input="Why is the sky blue?")
save("openai-responses")

openai.embeddings.create(model="text-embedding-3-small", input="Why is the sky blue?")
save("openai-embedding")

anthropic = Anthropic()
ask = {"model": "claude-sonnet-4-5", "max_tokens": 500, "system": "Be brief."}
anthropic.messages.create(**ask, messages=[{"role": "user", "content": "Why is the sky blue?"}])
save("anthropic-chat")

tool = {"name": "get_weather", "description": "The weather.", "input_schema": PARAMETERS}
question = {"role": "user", "content": "How is the weather in Paris?"}
answer = anthropic.messages.create(**ask, tools=[tool], messages=[question])
result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "18 degrees and sunny"}
anthropic.messages.create(
    **ask,
    tools=[tool],
    messages=[question, {"role": "assistant", "content": answer.content}, {"role": "user", "content": [result]}],
)
save("anthropic-tool")

with anthropic.messages.stream(**ask, messages=[{"role": "user", "content": "Why is the sky blue?"}]) as stream:
    stream.until_done()
save("anthropic-stream")


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"18 degrees and sunny in {city}"


OpenAIInstrumentor().uninstrument()
LangChainInstrumentor().instrument(tracer_provider=provider)
agent = create_agent(ChatOpenAI(model="gpt-5-mini"), [get_weather], system_prompt="Be brief.")
agent.invoke(
    {"messages": [{"role": "user", "content": "How is the weather in Paris?"}]},
    config={"metadata": {"session_id": "thread-7"}},
)
save("langchain-agent")
