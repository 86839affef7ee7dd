"""What audit contributes to the house."""

from strongroom.kernel import Domain

from . import (
    api,
    events,
    pages,
    personal_data,
    proofs,
    proofs_retention,
    proofs_tree,
    proofs_views,
)


DOMAIN = Domain(
    "audit",
    api=(
        api.audit_logs,
        api.checkpoint,
        api.export,
        api.tile,
        api.audit_entry,
        api.place,
        api.proof,
        api.views,
        api.create_view,
        api.delete_view,
    ),
    pages=(pages.entries, pages.entry, pages.keep_view, pages.delete_view),
    events=(events.EXPORT, events.CREATE_VIEW, events.DELETE_VIEW),
    proofs=(
        proofs.each_operation_is_on_record,
        proofs_tree.no_change_goes_unseen,
        proofs_retention.old_entries_are_dropped,
    ),
    exercises=(proofs_views.keep, proofs_views.delete),
    personal_data=personal_data.TABLES,
)
