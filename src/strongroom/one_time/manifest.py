"""What one-time values contribute to the house."""

from strongroom.kernel import Domain

from . import personal_data


DOMAIN = Domain("one_time", personal_data=personal_data.TABLES)
