"""Log streams: an organization's audit log, sent on as it grows."""

from .models import Form, LogStream, NewStream, State as StreamState
from .service import Deliveries, LogStreams


__all__ = [
    "Deliveries",
    "Form",
    "LogStream",
    "LogStreams",
    "NewStream",
    "StreamState",
]
