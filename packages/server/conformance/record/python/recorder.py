"""Receives what the instrumentations' own exporters send, and writes it as cases: OTLP/JSON of one trace each.

Construct a `Recorder` before the instrumented packages are imported: it points them and their exporters at this machine.
"""

import base64
import gzip
import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

REQUESTS = {
    "/v1/traces": ("resourceSpans", ExportTraceServiceRequest),
    "/v1/logs": ("resourceLogs", ExportLogsServiceRequest),
    "/v1/metrics": ("resourceMetrics", ExportMetricsServiceRequest),
}
ID_KEYS = {"traceId", "spanId", "parentSpanId"}
# What tells of the machine and not of the instrumentation.
MACHINE_KEYS = re.compile(r"^(host|process|os|container)\.|^service\.instance\.id$")
LOCAL = "against a local server in the provider's wire format"


class Recorder:
    """`package`: the one that writes the spans. Cases go to the directory named by the script's first argument."""

    def __init__(self, package):
        self.package = package
        self.received = {}
        receiver = ThreadingHTTPServer(("127.0.0.1", 0), type("Receiver", (Receiver,), {"received": self.received}))
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        provider = os.environ["PROVIDER_URL"]
        os.environ |= {
            "OPENAI_BASE_URL": f"{provider}/openai/v1",
            "OPENAI_API_KEY": "none",
            "ANTHROPIC_BASE_URL": f"{provider}/anthropic",
            "ANTHROPIC_API_KEY": "none",
            "GOOGLE_GEMINI_BASE_URL": f"{provider}/google",
            "GOOGLE_API_KEY": "none",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{receiver.server_port}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_SERVICE_NAME": "recording",
        }

    def save(self, case, title, how, package=None):
        """Writes the trace that came since the last call, and its logs, as `<case>.json`. Metrics are left out.

        `case`: path below `cases/`; `title` goes on after the convention's name; `how`: what ran.
        """
        package = package or self.package
        source = {"kind": "recorded", "package": package, "version": version(package), "language": "python"}
        recorded = {"title": title, "source": {**source, "how": f"{how}, {LOCAL}"}}
        recorded["request"] = {"resourceSpans": self.received["resourceSpans"]}
        if "resourceLogs" in self.received:
            recorded["logs"] = {"resourceLogs": self.received["resourceLogs"]}
        path = Path(sys.argv[1]) / f"{case}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(recorded, ensure_ascii=False))
        self.received.clear()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    received = {}

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        key, request = REQUESTS[self.path]
        sent = MessageToDict(request.FromString(body), use_integers_for_enums=True)
        self.received.setdefault(key, []).extend(to_json(sent).get(key, []))
        self.send_response(200)
        self.send_header("content-type", self.headers["content-type"])
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def to_json(value, key=None):
    """Protobuf's JSON → OTLP's, where ids are hex; nothing of this machine stays."""
    if isinstance(value, dict):
        return {name: to_json(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [to_json(item, key) for item in value if not is_of_machine(item)]
    if key in ID_KEYS:
        return base64.b64decode(value).hex()
    if isinstance(value, str):
        for place in (sys.prefix, sys.base_prefix, str(Path(__file__).parent)):
            value = value.replace(place, "/app")
        value = re.sub(r"127\.0\.0\.1:\d+", "localhost", value)
    return value


def is_of_machine(item):
    return isinstance(item, dict) and MACHINE_KEYS.match(str(item.get("key"))) is not None
