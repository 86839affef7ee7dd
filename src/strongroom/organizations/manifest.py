"""What organizations contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs


DOMAIN = Domain(
    "organizations",
    api=(
        api.mine,
        api.get,
        api.rename,
        api.members,
        api.change_role,
        api.remove_member,
        api.leave,
    ),
    pages=(
        pages.members,
        pages.change_role,
        pages.remove_member,
        pages.leave_form,
        pages.leave,
    ),
    events=(events.RENAME, events.CHANGE_ROLE, events.LEAVE, events.REMOVE_MEMBER),
    proofs=(proofs.nothing_crosses, proofs.no_forged_context_opens),
    exercises=(proofs.rename, proofs.change_role, proofs.remove, proofs.leave),
    personal_data=personal_data.TABLES,
)
