"""Plain ASGI passes that guard any application: the edge, and who speaks."""

from .edge import App, Edge, Receive, Scope, Send
from .session import SessionPass
from .settings import EdgeSettings


__all__ = ["App", "Edge", "EdgeSettings", "Receive", "Scope", "Send", "SessionPass"]
