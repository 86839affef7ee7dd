"""What services keep: nothing about people."""

from strongroom.kernel import PersonalTable


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.services",
        "The operator's programs",
        because="a program's name and the public half of its key",
        impersonal=("name", "public_key"),
        backed_up="no, because a revoked program must not come back to life",
    ),
    PersonalTable.about_nobody(
        "strongroom.service_nonces",
        "Signed calls that came already",
        because="random text that a program chose for one call",
        impersonal=("nonce",),
        kept="for about two minutes",
        backed_up="no, because it lives for minutes",
        example={"nonce": "0123456789abcdef"},
    ),
)
