"""pydantic-ai before its first major version: messages as a list of events."""

from recorder import Recorder

recorder = Recorder("pydantic-ai-slim")

import logfire
from pydantic_ai import Agent
from pydantic_ai.models.instrumented import InstrumentationSettings

logfire.configure(send_to_logfire=False, console=False)
agent = Agent(
    "openai:gpt-5-mini",
    name="meteorologist",
    system_prompt="Be brief.",
    instrument=InstrumentationSettings(event_mode="attributes", version=1),
)


@agent.tool_plain
def weather(city: str) -> str:
    """The weather in a city."""
    return f"18 °C and sunny in {city}"


agent.run_sync("How is the weather in Paris?")
logfire.force_flush()
recorder.save("logfire/pydantic-ai-version-1", "reads pydantic-ai's format 1, whose messages are events", "Agent.run_sync, OpenAI")
