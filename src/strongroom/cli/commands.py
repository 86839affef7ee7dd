"""Every command, in the order of the help; a new one adds its line here."""

from .attest import attest
from .db import db
from .outbox import outbox
from .prove import prove
from .up import up


COMMANDS = (up, prove, attest, outbox, db)
