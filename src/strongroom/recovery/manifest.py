"""What recovery contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, proofs


DOMAIN = Domain(
    "recovery",
    api=(api.freeze, api.ask, api.complete),
    pages=(
        pages.ask_form,
        pages.ask,
        pages.choose_form,
        pages.choose,
        pages.freeze_form,
        pages.freeze,
    ),
    events=(events.FREEZE, events.ASK, events.RESET),
    proofs=(proofs.a_reset_is_by_mail_and_once,),
    exercises=(proofs.freeze, proofs.ask, proofs.complete),
)
