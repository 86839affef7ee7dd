"""What limits contribute to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs, proofs_abuse


DOMAIN = Domain(
    "limits",
    api=(api.alarms,),
    pages=(pages.alarms,),
    events=(events.ALARM,),
    proofs=(proofs.guessing_ends_before_a_hash, proofs_abuse.attacks_are_noticed),
    personal_data=personal_data.TABLES,
)
