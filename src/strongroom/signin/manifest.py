"""What signing in contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs


DOMAIN = Domain(
    "signin",
    api=(
        api.sign_up,
        api.verify,
        api.sign_in,
        api.change_password,
    ),
    pages=(
        pages.welcome,
        pages.sign_up_form,
        pages.sign_up,
        pages.check_mail,
        pages.verify_form,
        pages.verify,
        pages.sign_in_form,
        pages.sign_in,
        pages.change_password_form,
        pages.change_password,
    ),
    events=(
        events.SIGN_UP,
        events.VERIFY,
        events.SIGN_IN,
        events.CHANGE_PASSWORD,
    ),
    exercises=(
        proofs.sign_up,
        proofs.verify,
        proofs.sign_in,
        proofs.change_password,
    ),
    personal_data=personal_data.TABLES,
)
