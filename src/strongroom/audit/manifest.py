"""What audit contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, proofs


DOMAIN = Domain(
    "audit",
    api=(api.audit_logs, api.export),
    pages=(pages.entries,),
    events=(events.EXPORT,),
    proofs=(proofs.each_operation_is_on_record,),
)
