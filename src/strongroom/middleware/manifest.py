"""What the edge contributes to the house."""

from strongroom.kernel import Domain

from . import proofs, proofs_browser, proofs_windows


DOMAIN = Domain(
    "middleware",
    proofs=(
        proofs.only_new_tls_is_spoken,
        proofs.hsts_on_every_answer,
        proofs_windows.no_page_shows_in_a_frame,
        proofs_windows.no_window_holds_another,
        proofs_browser.nothing_is_taken_for_a_script,
        proofs_browser.other_sites_learn_no_path,
        proofs_browser.unused_features_are_off,
    ),
)
