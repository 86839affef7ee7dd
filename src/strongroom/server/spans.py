"""Spans on their way to a collector; loaded only while traces are on.

Guards the one way out: `RedactingExporter` stands before the exporter and makes every
span anew, so that no text in it, whoever wrote it, is sent as it came. Of an exception
its kind is told, never its words. What a collector does not take is lost, and logged.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

# lint: way-out, because traces go to the operator's own collector.
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import Link, SpanKind, Status, StatusCode, use_span

from . import endings
from .endings import AtEnd


BATCH_MILLISECONDS = 500
TIMEOUT_SECONDS = 5
"""A collector that takes longer does not get the batch."""

NEVER_TOLD = frozenset({"exception.message", "exception.stacktrace"})
"""Words that may be what a visitor sent."""


class RedactingExporter(SpanExporter):
    """Wraps an exporter."""

    def __init__(self, inner: SpanExporter) -> None:
        """Hand on to *inner* what may be told."""
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export each span as it may be told."""
        return self._inner.export([redacted(each) for each in spans])

    def shutdown(self) -> None:
        """Close the exporter."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Let the exporter send what it holds."""
        return self._inner.force_flush(timeout_millis)


def redacted(span: ReadableSpan) -> ReadableSpan:
    """Return a copy of *span* without anything that must not be told."""
    return ReadableSpan(
        name=endings.told(span.name),
        context=span.context,
        parent=span.parent,
        resource=Resource(_cleaned(span.resource.attributes)),
        attributes=_cleaned(span.attributes),
        events=[
            Event(endings.told(each.name), _cleaned(each.attributes), each.timestamp)
            for each in span.events
        ],
        links=[Link(each.context, _cleaned(each.attributes)) for each in span.links],
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        # A description of a status is the words of an exception.
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
    )


def _cleaned(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        endings.told(name): _value(value)
        for name, value in (attributes or {}).items()
        if name not in NEVER_TOLD
    }


def _value(value: Any) -> Any:
    """Return numbers as they are, and the text of anything else cleaned."""
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_value(each) for each in value]
    return endings.told(str(value))


class Spans:
    """Makes one span for each answer, and sends them in batches."""

    def __init__(self, endpoint: str, share: float, service: str) -> None:
        """Send to *endpoint* a *share* of the answers of *service*."""
        self._provider = TracerProvider(
            sampler=TraceIdRatioBased(share),
            resource=Resource.create({SERVICE_NAME: service}),
        )
        exporter = OTLPSpanExporter(endpoint, timeout=TIMEOUT_SECONDS)
        processor = BatchSpanProcessor(
            RedactingExporter(exporter), schedule_delay_millis=BATCH_MILLISECONDS
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("strongroom")

    @contextmanager
    def around(self, at_end: AtEnd) -> Iterator[None]:
        """Open a span for what happens inside; *at_end* says what it tells."""
        span = self._tracer.start_span("request", kind=SpanKind.SERVER)
        try:
            # What is raised is told by its problem, never by its words.
            with use_span(span, record_exception=False, set_status_on_exception=False):
                yield
        finally:
            ending = at_end()
            span.update_name(ending.name)
            span.set_attributes(ending.attributes)
            if ending.is_error:
                span.set_status(StatusCode.ERROR)
            span.end()

    async def close(self) -> None:
        """Send what waits; the loop goes on meanwhile."""
        await asyncio.to_thread(self._provider.shutdown)
