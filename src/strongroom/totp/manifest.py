"""What second factors contribute to the house."""

from strongroom.kernel import Domain
from strongroom.vault import SealedColumn

from . import api, events, pages, personal_data, proofs, proofs_exercises
from .service import COLUMN, TABLE


DOMAIN = Domain(
    "totp",
    api=(
        api.standing,
        api.enrol,
        api.enable,
        api.renew_codes,
        api.disable,
        api.step_up,
    ),
    pages=(
        pages.security,
        pages.enrol,
        pages.enable,
        pages.renew_codes,
        pages.disable,
        pages.confirm_form,
        pages.confirm,
    ),
    events=(
        events.ENROL,
        events.ENABLE,
        events.RENEW_CODES,
        events.DISABLE,
        events.STEP_UP,
        events.LOCK,
    ),
    proofs=(proofs.a_second_factor_is_asked_once_each,),
    exercises=(
        proofs_exercises.enrol,
        proofs_exercises.enable,
        proofs_exercises.renew_codes,
        proofs_exercises.disable,
        proofs_exercises.step_up,
    ),
    personal_data=personal_data.TABLES,
    sealed=(
        SealedColumn(
            TABLE, COLUMN, row="account_id", owner="account_id", kind="person"
        ),
    ),
)
