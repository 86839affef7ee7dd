"""What signing in by a provider contributes to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, personal_data, proofs


DOMAIN = Domain(
    "oauth",
    api=(api.canary_metadata, api.canary_keys, api.canary_token),
    pages=(
        pages.begin,
        pages.come_back,
        pages.name_form,
        pages.sign_up,
        pages.methods,
        pages.link,
        pages.unlink,
    ),
    events=(events.SIGN_IN, events.SIGN_UP, events.LINK, events.UNLINK),
    proofs=(proofs.whoever_comes_is_who_the_provider_says,),
    personal_data=personal_data.TABLES,
)
