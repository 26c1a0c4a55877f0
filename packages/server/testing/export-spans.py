"""Exports one trace and one log record by OpenTelemetry's own exporters, and prints what happened as JSON.

Arguments: `http` or `grpc`, the endpoint, `gzip` or `none`.
"""

import json
import logging
import sys

from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry._logs import LogRecord, SeverityNumber

protocol, endpoint, compression = sys.argv[1:]
if protocol == "http":
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    options = {"compression": Compression.Gzip if compression == "gzip" else Compression.NoCompression}
    trace_exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", **options)
    log_exporter = OTLPLogExporter(endpoint=f"{endpoint}/v1/logs", **options)
else:
    from grpc import Compression
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    options = {"insecure": True, "compression": Compression.Gzip if compression == "gzip" else Compression.NoCompression}
    trace_exporter = OTLPSpanExporter(endpoint=endpoint, **options)
    log_exporter = OTLPLogExporter(endpoint=endpoint, **options)

# The exporters tell of failures in the log only.
complaints = []
handler = logging.Handler()
handler.emit = lambda record: complaints.append(record.getMessage())
logging.getLogger().addHandler(handler)

spans = TracerProvider()
spans.add_span_processor(BatchSpanProcessor(trace_exporter))
logs = LoggerProvider()
logs.add_log_record_processor(SimpleLogRecordProcessor(log_exporter))
tracer = spans.get_tracer("exporter-test")
with tracer.start_as_current_span("answer", attributes={"session.id": "thread-7", "shards": [1, 2]}) as root:
    with tracer.start_as_current_span("chat gpt-5-mini") as call:
        call.set_attribute("gen_ai.operation.name", "chat")
        call.set_attribute("gen_ai.request.model", "gpt-5-mini")
        call.set_attribute("gen_ai.usage.input_tokens", 100)
        call.set_attribute("gen_ai.usage.output_tokens", 50)
        message = {"role": "user", "parts": [{"type": "text", "content": "Why is the sky blue? 🌍"}]}
        details = {"gen_ai.operation.name": "chat", "gen_ai.input.messages": [message]}
        record = LogRecord(
            event_name="gen_ai.client.inference.operation.details",
            severity_number=SeverityNumber.DEBUG,
            attributes=details,
        )
        logs.get_logger("exporter-test").emit(record)
    try:
        with tracer.start_as_current_span("execute_tool weather", attributes={"gen_ai.tool.name": "weather"}):
            raise RuntimeError("The station is away.")
    except RuntimeError:
        pass
spans.shutdown()
logs.shutdown()
ids = {"traceId": root.get_span_context().trace_id, "callId": call.get_span_context().span_id}
print(json.dumps({"traceId": f"{ids['traceId']:032x}", "callId": f"{ids['callId']:016x}", "complaints": complaints}))
