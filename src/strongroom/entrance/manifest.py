"""What the entrance contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, proofs


DOMAIN = Domain(
    "entrance",
    api=(api.finish,),
    pages=(pages.code_form, pages.finish),
    events=(
        events.AWAIT_FACTOR,
        events.FINISH,
        events.DISABLE,
        events.ENABLE,
    ),
    exercises=(proofs.finish,),
)
