"""Recovery: a forgotten password is replaced, by whoever reads the account's mail."""

from .models import NewPassword
from .service import Given, Recovery


__all__ = ["Given", "NewPassword", "Recovery"]
