"""What the entrance contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, proofs


DOMAIN = Domain(
    "entrance",
    api=(api.finish, api.finish_by_passkey, api.enter),
    pages=(pages.code_form, pages.finish, pages.finish_by_passkey, pages.enter),
    events=(
        events.AWAIT_FACTOR,
        events.DISABLE,
        events.ENABLE,
        events.ENTER,
        events.FINISH,
        events.RESET,
    ),
    exercises=(proofs.finish, proofs.finish_by_passkey, proofs.enter),
)
