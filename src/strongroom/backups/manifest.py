"""What backups contribute to the house."""

from strongroom.kernel import Domain

from . import events, pages, personal_data, proofs, proofs_restore


DOMAIN = Domain(
    "backups",
    pages=(pages.backups_page,),
    events=(events.MADE, events.DRILLED, events.FAILED),
    proofs=(
        proofs.archives_are_ciphertext,
        proofs.the_newest_are_kept,
        proofs_restore.a_backup_comes_back,
    ),
    personal_data=personal_data.TABLES,
)
