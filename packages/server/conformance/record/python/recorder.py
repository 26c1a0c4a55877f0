"""A fake provider and an OTLP receiver in one process: what the real exporters send, as OTLP/JSON files.

Set the environment by `Recorder()` before the instrumented packages are imported, run one case, flush, and `save` it.
"""

import base64
import gzip
import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from fake_provider import FakeProvider

REQUESTS = {
    "/v1/traces": ("resourceSpans", ExportTraceServiceRequest),
    "/v1/logs": ("resourceLogs", ExportLogsServiceRequest),
    "/v1/metrics": ("resourceMetrics", ExportMetricsServiceRequest),
}
ID_KEYS = {"traceId", "spanId", "parentSpanId"}
# What tells of the machine and not of the instrumentation.
MACHINE_KEYS = re.compile(r"^(host|process|os|container)\.|^service\.instance\.id$")


class Recorder:
    def __init__(self, target=None):
        """`target`: the directory that gets the files, by default the first argument of the script."""
        self.target = Path(target or sys.argv[1])
        self.received = {}
        provider = serve(FakeProvider)
        receiver = serve(type("Receiver", (Receiver,), {"received": self.received}))
        os.environ |= {
            "OPENAI_BASE_URL": f"{provider}/v1",
            "OPENAI_API_KEY": "fake",
            "ANTHROPIC_BASE_URL": provider,
            "ANTHROPIC_API_KEY": "fake",
            "GOOGLE_GEMINI_BASE_URL": provider,
            "GEMINI_API_KEY": "fake",
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_SERVICE_NAME": "recording",
        }
        self.provider = provider
        self.receiver = receiver

    def save(self, name, **about):
        """Writes what came since the last call, traces and logs. Metrics are left out."""
        for key in ("resourceSpans", "resourceLogs"):
            items = self.received.pop(key, None)
            if items:
                suffix = "traces" if key == "resourceSpans" else "logs"
                path = self.target / f"{name}.{suffix}.json"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps({key: items}, indent=1, ensure_ascii=False) + "\n")
                print(f"{path.name}: {len(items)} resources")
        self.received.clear()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    received = {}

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        key, request = REQUESTS[self.path]
        if "json" in self.headers["content-type"]:
            items = json.loads(body)[key]
        else:
            items = to_json(MessageToDict(request.FromString(body), use_integers_for_enums=True))[key]
        self.received.setdefault(key, []).extend(items)
        self.send_response(200)
        self.send_header("content-type", self.headers["content-type"])
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def serve(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def to_json(value, key=None):
    """Protobuf's JSON → OTLP's: ids are hex; nothing of this machine stays."""
    if isinstance(value, dict):
        return {name: to_json(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [
            to_json(item, key) for item in value if not (isinstance(item, dict) and MACHINE_KEYS.match(str(item.get("key"))))
        ]
    if key in ID_KEYS:
        return base64.b64decode(value).hex()
    if isinstance(value, str):
        for place in (sys.prefix, sys.base_prefix, str(Path(__file__).parent)):
            value = value.replace(place, "/app")
    return value
