"""What invitations keep about people."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


TABLES = (
    PersonalTable(
        table="strongroom.invitations",
        title="Invitations",
        subject=Subject("email", by="email"),
        also=(Subject("invited_by", by="account", others=("email",)),),
        personal={"email": "where the invitation was sent"},
        impersonal=("role",),
        ground="contract",
        kept=Period(timedelta(days=30), "expires_at"),
        backed_up="no, because a link that was revoked must not come back to life",
        example={"role": "viewer"},
    ),
)
