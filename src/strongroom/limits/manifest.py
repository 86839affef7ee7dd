"""What limits contribute to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data


DOMAIN = Domain(
    "limits",
    api=(api.alarms,),
    pages=(pages.alarms,),
    events=(events.ALARM,),
    personal_data=personal_data.TABLES,
)
