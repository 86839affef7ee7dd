"""What passkeys contribute to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs, proofs_exercises


DOMAIN = Domain(
    "passkeys",
    api=(
        api.passkeys_of,
        api.ask,
        api.enrol,
        api.register,
        api.rename,
        api.forget,
        api.step_up,
    ),
    pages=(
        pages.passkeys_of,
        pages.register,
        pages.rename,
        pages.remove,
        pages.confirm,
    ),
    events=(
        events.ENROL,
        events.REGISTER,
        events.RENAME,
        events.REMOVE,
        events.COPIED,
        events.STEP_UP,
    ),
    proofs=(proofs.a_passkey_signs_its_owner_in,),
    exercises=(
        proofs_exercises.enrol,
        proofs_exercises.register,
        proofs_exercises.rename,
        proofs_exercises.remove,
        proofs_exercises.step_up,
    ),
    personal_data=personal_data.TABLES,
)
