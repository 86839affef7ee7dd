"""What changes of address contribute to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs


DOMAIN = Domain(
    "addresses",
    api=(api.ask, api.confirm, api.undo),
    pages=(
        pages.change_form,
        pages.change,
        pages.confirm_form,
        pages.confirm,
        pages.undo_form,
        pages.undo,
    ),
    events=(events.ASK, events.CHANGE, events.UNDO),
    exercises=(proofs.ask, proofs.confirm, proofs.undo),
    personal_data=personal_data.TABLES,
)
