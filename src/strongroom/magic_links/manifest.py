"""What magic links contribute to the house."""

from strongroom.kernel import Domain

from . import api, events, pages, proofs


DOMAIN = Domain(
    "magic_links",
    api=(api.ask, api.sign_in),
    pages=(pages.ask, pages.link_form, pages.sign_in),
    events=(events.ASK, events.SIGN_IN),
    proofs=(proofs.a_link_is_for_one_browser_once,),
    exercises=(proofs.ask, proofs.sign_in),
)
