"""What sessions contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs, proofs_operators
from .api import answer_caller


__all__ = ["DOMAIN", "answer_caller"]


DOMAIN = Domain(
    "sessions",
    api=(
        api.current,
        api.sign_out,
        api.devices,
        api.end,
        api.switch,
    ),
    pages=(
        pages.overview,
        pages.devices,
        pages.end,
        pages.organizations,
        pages.switch,
        pages.sign_out,
    ),
    events=(events.END, events.SWITCH),
    proofs=(
        proofs.customer_sessions_end,
        proofs.one_device_goes_the_others_stay,
        proofs.a_session_lives_in_its_cookie,
        proofs_operators.both_names_and_half_an_hour,
    ),
    exercises=(proofs.sign_out, proofs.revoke, proofs.switch),
    personal_data=personal_data.TABLES,
)
