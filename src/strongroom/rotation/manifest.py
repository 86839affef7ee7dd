"""What the replacing of keys contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, proofs


DOMAIN = Domain(
    "rotation",
    api=(api.versions, api.rotate, api.reseal),
    pages=(pages.keys, pages.replace),
    events=(events.ROTATE, events.RESEAL, events.ROTATE_ROOT, events.REPLACE_ROOT),
    proofs=(proofs.keys_are_replaced_under_load,),
    exercises=(proofs.rotate, proofs.reseal),
)
