"""Reads OTLP's JSON into the protocol's own messages; an unknown or wrongly typed field fails.

    otlp.py PATH BODY
"""

import json
import sys

from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

path, body = sys.argv[1:]
kinds = {"/v1/traces": ExportTraceServiceRequest, "/v1/metrics": ExportMetricsServiceRequest}
body = json.loads(body)
for spans in body.get("resourceSpans", []):
    for scope in spans["scopeSpans"]:
        for span in scope["spans"]:
            # OTLP writes ids in hexadecimal where protobuf's own JSON has base64.
            assert len(bytes.fromhex(span.pop("traceId"))) == 16
            assert len(bytes.fromhex(span.pop("spanId"))) == 8
ParseDict(body, kinds[path](), ignore_unknown_fields=False)
