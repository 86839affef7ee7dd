"""What invitations contribute to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs


DOMAIN = Domain(
    "invitations",
    api=(
        api.list_invitations,
        api.invite,
        api.resend,
        api.revoke,
        api.accept,
    ),
    pages=(
        pages.invitations,
        pages.invite,
        pages.resend,
        pages.revoke,
        pages.invitation,
        pages.accept,
    ),
    events=(events.CREATE, events.RESEND, events.REVOKE, events.ACCEPT),
    exercises=(proofs.create, proofs.resend, proofs.revoke, proofs.accept),
    personal_data=personal_data.TABLES,
)
