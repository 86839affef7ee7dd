"""What audit contributes to the house."""

from strongroom.kernel import Domain

from . import api, pages, personal_data, proofs


DOMAIN = Domain(
    "audit",
    api=(api.audit_logs,),
    pages=(pages.entries,),
    proofs=(proofs.each_operation_is_on_record,),
    personal_data=personal_data.TABLES,
)
