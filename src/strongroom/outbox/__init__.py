"""The outbox: mail that the house itself sends."""

from .models import Mail
from .policy import leaves_the_house
from .service import Outbox
from .settings import OutboxSettings


__all__ = ["Mail", "Outbox", "OutboxSettings", "leaves_the_house"]
