"""Plain ASGI passes that guard any application: the edge, and who speaks."""

from .asgi import App, Message, Receive, Scope, Send
from .bearers import Bearers
from .edge import Edge
from .policy import Networks, is_cross_site_write
from .reports import ViolationReports
from .service_pass import ServicePass
from .session import SessionPass
from .settings import EdgeSettings


__all__ = [
    "App",
    "Bearers",
    "Edge",
    "EdgeSettings",
    "Message",
    "Networks",
    "Receive",
    "Scope",
    "Send",
    "ServicePass",
    "SessionPass",
    "ViolationReports",
    "is_cross_site_write",
]
