"""What the outbox contributes to the house."""

from strongroom.kernel import Domain

from . import personal_data


DOMAIN = Domain("outbox", personal_data=personal_data.TABLES)
