"""What the vault keeps about people: that somebody has a key of their own."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable, Subject


APART = "no, because keys of archives are archived apart"

TABLES = (
    PersonalTable(
        table="strongroom.vault_keys",
        title="Keys of the vault",
        subject=Subject("owner_id", by="account", only={"owner_kind": "person"}),
        purpose="seals what is yours, so that backups can be made unreadable",
        impersonal=("owner_kind", "wrapped"),
        withheld={"wrapped": "a key"},
        ground="legitimate interest",
        kept=Period(timedelta(days=3 * 365), "destroyed_at"),
        on_erasure="retain",
        because="the key is destroyed; the mark that is left keeps it from coming back",
        example={"owner_kind": "person", "destroyed_at": "now"},
    ),
    PersonalTable.about_nobody(
        "strongroom.vault_generations",
        "Shares of the vault",
        because="the database's share of the key that wraps the others",
        impersonal=("share", "fingerprint", "handed"),
    ),
    PersonalTable(
        table="strongroom.vault_archive_keys",
        title="Keys of archives",
        subject=Subject("owner_id", by="account", only={"owner_kind": "person"}),
        purpose="seals what is yours in backups, so that they can be made unreadable",
        impersonal=("owner_kind", "wrapped"),
        withheld={"wrapped": "a key"},
        ground="legitimate interest",
        kept=Period(timedelta(days=3 * 365), "destroyed_at"),
        on_erasure="retain",
        because="the key is destroyed; the mark that is left keeps it from coming back",
        backed_up=APART,
        example={"owner_kind": "person", "destroyed_at": "now"},
    ),
    PersonalTable.about_nobody(
        "strongroom.vault_checks",
        "Checks of the vault",
        because="what an organization seals to see that its key works",
        impersonal=("label", "phrase"),
        kept="until it is deleted, or the organization is",
    ),
)
