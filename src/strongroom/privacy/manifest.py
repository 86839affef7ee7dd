"""What privacy contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs


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
    proofs=(
        proofs.everything_comes_out,
        proofs.the_erased_are_nowhere,
        proofs.each_column_is_said_and_each_row_ends,
    ),
    exercises=(
        proofs.ask,
        proofs.export,
        proofs.download,
        proofs.erase,
        proofs.cancel,
    ),
    personal_data=personal_data.TABLES,
)
