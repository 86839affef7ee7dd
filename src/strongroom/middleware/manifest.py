"""What the edge contributes to the house."""

from strongroom.kernel import Domain

from . import (
    personal_data,
    proofs,
    proofs_browser,
    proofs_cors,
    proofs_csp,
    proofs_csrf,
    proofs_gateway,
    proofs_windows,
    reports,
)


DOMAIN = Domain(
    "middleware",
    # Browsers find it by the policy, so it stands at the root and in no description.
    pages=(reports.collect,),
    proofs=(
        proofs.only_new_tls_is_spoken,
        proofs.hsts_on_every_answer,
        proofs_csp.injected_script_does_nothing,
        proofs_windows.no_page_shows_in_a_frame,
        proofs_windows.no_window_holds_another,
        proofs_browser.nothing_is_taken_for_a_script,
        proofs_browser.other_sites_learn_no_path,
        proofs_browser.unused_features_are_off,
        proofs_cors.only_listed_sites_read,
        proofs_csrf.other_sites_write_nothing,
        proofs_gateway.a_call_names_its_organization,
    ),
    personal_data=personal_data.TABLES,
)
