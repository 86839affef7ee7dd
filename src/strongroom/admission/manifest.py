"""What admission contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs


DOMAIN = Domain(
    "admission",
    api=(
        api.get_policy,
        api.allowed_ways,
        api.preview_policy,
        api.change_policy,
        api.undo_policy,
    ),
    pages=(
        pages.sign_in_policy,
        pages.change_policy,
        pages.undo_policy,
        pages.another_way,
    ),
    events=(events.CHANGE, events.UNDO),
    exercises=(proofs.change, proofs.undo),
    personal_data=personal_data.TABLES,
)
