"""A collector of traces, as far as a twin and a test need one: OTLP over HTTP.

It decodes the real protobuf and writes each span as a line of JSON, so that whatever
left the server lies where a sweep looks. It is not for production: it keeps all.
"""

from pathlib import Path
from typing import Any

import msgspec
from google.protobuf import json_format
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from strongroom.middleware import Receive, Scope, Send


# The protobuf library has no types of its own.
_Wanted: Any = ExportTraceServiceRequest
_Done: Any = ExportTraceServiceResponse
_as_dict: Any = json_format.MessageToDict


class Collector:
    """An ASGI application that takes batches of spans."""

    def __init__(self, file: Path) -> None:
        """Append to *file*."""
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one batch: 200 for one that can be read, else 400 (OTLP 1.0)."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        try:
            self._keep(_Wanted.FromString(body).resource_spans, scope)
        except DecodeError:
            await _answer(send, 400, b"")
        else:
            await _answer(send, 200, _Done().SerializeToString())

    def _keep(self, batches: Any, scope: Scope) -> None:
        head = [f"{name!r}: {value!r}" for name, value in scope["headers"]]
        lines = [
            msgspec.json.encode({"head": head, **_as_dict(each)}) + b"\n"
            for each in batches
        ]
        with self._file.open("ab") as file:
            file.write(b"".join(lines))


async def _answer(send: Send, status: int, body: bytes) -> None:
    kind = (b"content-type", b"application/x-protobuf")
    await send({"type": "http.response.start", "status": status, "headers": [kind]})
    await send({"type": "http.response.body", "body": body})
