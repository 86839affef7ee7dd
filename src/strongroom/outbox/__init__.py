"""The outbox: mail that the house itself sends."""

from .models import Mail
from .service import Outbox
from .settings import OutboxSettings


__all__ = ["Mail", "Outbox", "OutboxSettings"]
