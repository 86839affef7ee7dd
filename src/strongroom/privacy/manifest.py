"""What privacy contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data


DOMAIN = Domain(
    "privacy",
    api=(
        api.stores,
        api.requests,
        api.ask,
        api.export,
        api.download,
        api.erase,
        api.cancel,
    ),
    pages=(
        pages.privacy_page,
        pages.export,
        pages.erase,
        pages.ask,
        pages.cancel,
        pages.fetch,
        pages.download,
    ),
    events=(
        events.REQUEST,
        events.EXPORT,
        events.DOWNLOAD,
        events.ERASE,
        events.CANCEL,
        events.ANSWER,
        events.HOLD,
        events.RELEASE,
        events.ERASED,
    ),
    personal_data=personal_data.TABLES,
)
