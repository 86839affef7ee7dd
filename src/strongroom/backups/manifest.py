"""What backups contribute to the house."""

from strongroom.kernel import Domain

from . import events, personal_data


DOMAIN = Domain(
    "backups",
    events=(events.MADE, events.DRILLED, events.FAILED),
    personal_data=personal_data.TABLES,
)
