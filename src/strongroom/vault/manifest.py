"""What the vault contributes to the house."""

from strongroom.kernel import Domain

from . import personal_data


DOMAIN = Domain("vault", personal_data=personal_data.TABLES)
