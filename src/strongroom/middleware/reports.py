"""Where browsers report what our Content-Security-Policy stopped.

Anybody may send anything here without signing in, so only counts are kept, per day
and within fixed limits, and nothing about the visitor.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import islice

import msgspec
from litestar.exceptions import ClientException, HTTPException
from litestar.status_codes import (
    HTTP_204_NO_CONTENT,
    HTTP_415_UNSUPPORTED_MEDIA_TYPE,
)

from strongroom.db import Database
from strongroom.web import AnyRequest, Given, create

from . import store
from .policy import CSP_REPORTS
from .violations import READERS, Violation


LARGEST = 65_536
"""Measured: Chromium sends all that a page caused at once, a kilobyte each."""

MOST_AT_ONCE = 50


class ViolationReports:
    """Counts of what was stopped."""

    def __init__(self, db: Database) -> None:
        """Count in *db*."""
        self._db = db

    async def add(self, violations: Iterable[Violation]) -> None:
        """Count *violations* among today's."""
        counted = Counter(violations)
        if counted:
            door = self._db.system(reason="count what browsers report")
            await store.add_violations(door, counted)


@create(
    CSP_REPORTS,
    action="csp-report.create",
    status_code=HTTP_204_NO_CONTENT,
    include_in_schema=False,
    request_max_body_size=LARGEST,
)
async def collect(request: AnyRequest, reports: Given[ViolationReports]) -> None:
    """Take what a browser sends by itself; it changes nothing that anybody owns."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in READERS:
        raise HTTPException(status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE)
    content, host = await request.body(), request.headers.get("host", "")
    try:
        found = [*islice(READERS[kind](content, host), MOST_AT_ONCE)]
    except (msgspec.DecodeError, RecursionError):
        raise ClientException from None
    await reports.add(filter(None, found))
