"""Spans leave through one redaction, over real OTLP, and only when asked for."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import Link, SpanContext, Status, StatusCode
from opentelemetry.util.types import AnyValue

from strongroom.kernel import Origin, SettingsInvalid, load_settings
from strongroom.middleware import App, Message, Receive, Scope, Send
from strongroom.redaction import innocent_samples, samples
from strongroom.server.collector import Collector
from strongroom.server.operations import Listener
from strongroom.server.spans import redacted
from strongroom.server.tracing import TelemetrySettings, traced
from strongroom.server.twin_sinks import running
from strongroom.web import ORIGIN, PROBLEM


SAMPLES = samples()


@pytest.fixture
async def collector(tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """Lend the address of a collector, and the file into which it writes."""
    file = tmp_path / "spans.ndjson"
    config = uvicorn.Config(
        Collector(file), "127.0.0.1", 0, lifespan="off", log_config=None
    )
    async with running(Listener(config)) as listener:
        port = listener.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/v1/traces", file


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as a house does that found a route and refused."""
    if scope["type"] == "lifespan":
        await send(await receive())
        return
    scope["path_template"], scope[PROBLEM] = "/things/{id}", "not-found"
    await send({"type": "http.response.start", "status": 404, "headers": []})


async def breaking(scope: Scope, receive: Receive, send: Send) -> None:
    """Break over what was sent."""
    if scope["type"] != "lifespan":
        raise LookupError(scope["path"])
    await send(await receive())


def request_for(path: str, method: str = "GET") -> Scope:
    """Return a request with something secret wherever there is room."""
    origin = Origin("192.0.2.1", SAMPLES[0].text, "5e" * 16)
    query, headers = SAMPLES[0].text.encode(), [(b"authorization", b"Bearer secret")]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": headers,
        ORIGIN: origin,
    }


async def nothing_more() -> Message:
    """Return the end of a lifespan."""
    return {"type": "lifespan.shutdown.complete"}


async def unheard(message: Message) -> None:
    """Take an answer."""


async def spans_of(file: Path, app: App, *requests: Scope) -> list[dict[str, Any]]:
    """Ask *app*, let it end, and return the spans that arrived."""
    for each in requests:
        try:
            await app(each, nothing_more, unheard)
        except LookupError:
            assert each["path"]
    await app({"type": "lifespan"}, nothing_more, unheard)
    assert "Bearer secret" not in await asyncio.to_thread(file.read_text)
    return [
        span
        for line in (await asyncio.to_thread(file.read_text)).splitlines()
        for scope in json.loads(line)["scopeSpans"]
        for span in scope["spans"]
    ]


def attributes_of(span: dict[str, Any]) -> dict[str, str]:
    """Return what a span tells, as text."""
    return {
        each["key"]: next(iter(map(str, each["value"].values())))
        for each in span["attributes"]
    }


async def test_a_span_names_route_and_status(collector: tuple[str, Path]) -> None:
    """Of a request its method, route, path, status, problem and id are told."""
    url, file = collector
    app = traced(answering, TelemetrySettings(url), "Canary Works")
    wanted = (request_for("/things/7"), request_for("/things/7", "STEAL"))
    span, odd = await spans_of(file, app, *wanted)
    assert span["name"] == "GET /things/{id}"
    assert attributes_of(span) == {
        "http.request.method": "GET",
        "http.response.status_code": "404",
        "http.route": "/things/{id}",
        "error.type": "not-found",
        "url.path": "/things/7",
        "request_id": "5e" * 16,
    }
    assert attributes_of(odd)["http.request.method"] == "_OTHER"
    assert "Canary Works" in file.read_text()


async def test_no_secret_leaves_in_a_span(collector: tuple[str, Path]) -> None:
    """Paths are cleaned, innocent ones stay, and an exception says nothing."""
    url, file = collector
    app = traced(breaking, TelemetrySettings(url), "Canary Works")
    innocent = [f"/{each}" for each in innocent_samples().values()]
    paths = [*innocent, *(f"/{each.text}" for each in SAMPLES)]
    spans = await spans_of(file, app, *map(request_for, paths))
    assert [attributes_of(each)["url.path"] for each in spans][: len(innocent)] == (
        innocent
    )
    assert len(spans) == len(paths)
    assert all(each["status"]["code"] == "STATUS_CODE_ERROR" for each in spans)
    text = file.read_text()
    assert [each.name for each in SAMPLES if each.core in text] == []


def test_every_text_of_a_span_is_redacted() -> None:
    """Name, resource, attributes, events, links and status: nothing is missed."""
    secret = SAMPLES[0]
    words: dict[str, AnyValue] = {"a": secret.text, "b": [secret.text, "kept"], "c": 7}
    raised: dict[str, AnyValue] = {
        "exception.type": "ValueError",
        "exception.message": "a canary's words",
    }
    span = redacted(
        ReadableSpan(
            name=secret.text,
            context=SpanContext(1, 2, is_remote=False),
            resource=Resource(words),
            attributes=words,
            events=[Event(secret.text, words), Event("exception", raised)],
            links=[Link(SpanContext(3, 4, is_remote=False), words)],
            status=Status(StatusCode.ERROR, "a canary's words"),
        )
    )
    shown = span.to_json()
    assert secret.core not in shown
    assert "canary" not in shown
    assert shown.count('"kept"') == 4
    assert shown.count('"c": 7') == 4
    assert "ValueError" in shown


async def test_a_collector_refuses_what_it_cannot_read(
    collector: tuple[str, Path],
) -> None:
    """The receiver of these tests decodes: noise is answered 400, and not kept."""
    url, file = collector
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(url, content=b"\xff\xff")
    assert (answer.status_code, file.exists()) == (400, False)


async def test_a_collector_that_is_away_costs_no_answer() -> None:
    """Nobody listens at the port: the request is answered all the same."""
    app = traced(answering, TelemetrySettings("http://127.0.0.1:9/v1/traces"), "x")
    said: list[Message] = []

    async def hear(message: Message) -> None:
        said.append(message)

    await app(request_for("/things/7"), nothing_more, hear)
    assert [each["status"] for each in said] == [404]


def test_nothing_is_loaded_while_traces_are_off() -> None:
    """The public application and the operator's are there without OpenTelemetry."""
    program = (
        "import sys, strongroom.server.application, strongroom.server.operator\n"
        "from strongroom.server.tracing import TelemetrySettings, traced\n"
        "assert traced(print, TelemetrySettings(), 'x') is print\n"
        "print([each for each in sys.modules if 'opentelemetry' in each])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"traces": "http://collector.example/v1/traces"}, "no https address"),
        ({"traces": "collector"}, "no https address"),
        ({"share": 2}, "share is not between"),
    ],
)
def test_an_open_way_is_refused(given: dict[str, Any], told: str) -> None:
    """Spans go over TLS, or stay on this machine."""
    safe = {"traces": "https://collector.example/v1/traces", "share": 0.1}
    found = load_settings(TelemetrySettings, "telemetry", {"telemetry": safe}, {})
    assert (found.traces, found.share) == (safe["traces"], 0.1)
    with pytest.raises(SettingsInvalid, match=told):
        load_settings(TelemetrySettings, "telemetry", {"telemetry": given}, {})
