"""What accounts contribute to the house."""

from strongroom.kernel import Domain

from . import personal_data


DOMAIN = Domain("accounts", personal_data=personal_data.TABLES)
