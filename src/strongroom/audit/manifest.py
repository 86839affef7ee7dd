"""What audit contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs, proofs_retention, proofs_tree


DOMAIN = Domain(
    "audit",
    api=(
        api.audit_logs,
        api.checkpoint,
        api.export,
        api.audit_entry,
        api.place,
        api.proof,
    ),
    pages=(pages.entries, pages.entry),
    events=(events.EXPORT,),
    proofs=(
        proofs.each_operation_is_on_record,
        proofs_tree.no_change_goes_unseen,
        proofs_retention.old_entries_are_dropped,
    ),
    personal_data=personal_data.TABLES,
)
