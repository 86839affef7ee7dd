"""The lab: proofs, what they may use, and how to break what they check."""

from .administrators import (
    CanaryOperator,
    acting_as,
    admin_client,
    ask_to_act,
    operator_of,
    sign_in as operator_sign_in,
)
from .answering import UNTRUSTED, find_silence, is_untrusted
from .archives import Archive, open_archive
from .authenticator import Authenticator, begin_with_app, turn_on_app
from .browser import Browser, find_chromium
from .build import build_digest
from .canaries import CanaryOrganization, CanaryPerson
from .candidates import keys_in_code, keys_in_database, keys_in_history
from .errors import Contradicted, Unprovable, require, require_provable
from .exercise import Exercise, exercise
from .guests import Guest, guest
from .handshake import VERSIONS, addresses_of, find_chosen_version
from .inside import Inside, Operator
from .lab import Lab
from .operations import Operation
from .passer import (
    Passer,
    forget,
    mailed_texts,
    mailed_token,
    new_passer,
    sign_up,
)
from .passkey import (
    Forgery,
    PasskeyDevice,
    asked_for_passkey,
    make_passkey,
    sign_in_by_passkey,
)
from .proof import Evidence, Proof, Sabotage, Twin, Vantage, proof, sabotage
from .prover import Bite, Outcome, TwinServer, bite, run_proof
from .sentences import Sentence, read_sentences
from .statement import attestation_of, statement_of
from .stores import (
    about_people,
    aged_rows,
    places_of,
    remove_rows,
    require_copied,
    require_ended,
    require_gone,
    require_nothing_overdue,
    require_same_rows,
    restore,
    rows_everywhere,
)
from .sweep import forms_of, mint, sweep
from .tenants import (
    as_tenant,
    count_rows,
    identifiers_in,
    owned_rows,
    push_rows,
    set_context,
)
from .waiting import until


__all__ = [
    "UNTRUSTED",
    "VERSIONS",
    "Archive",
    "Authenticator",
    "Bite",
    "Browser",
    "CanaryOperator",
    "CanaryOrganization",
    "CanaryPerson",
    "Contradicted",
    "Evidence",
    "Exercise",
    "Forgery",
    "Guest",
    "Inside",
    "Lab",
    "Operation",
    "Operator",
    "Outcome",
    "Passer",
    "PasskeyDevice",
    "Proof",
    "Sabotage",
    "Sentence",
    "Twin",
    "TwinServer",
    "Unprovable",
    "Vantage",
    "about_people",
    "acting_as",
    "addresses_of",
    "admin_client",
    "aged_rows",
    "as_tenant",
    "ask_to_act",
    "asked_for_passkey",
    "attestation_of",
    "begin_with_app",
    "bite",
    "build_digest",
    "count_rows",
    "exercise",
    "find_chosen_version",
    "find_chromium",
    "find_silence",
    "forget",
    "forms_of",
    "guest",
    "identifiers_in",
    "is_untrusted",
    "keys_in_code",
    "keys_in_database",
    "keys_in_history",
    "mailed_texts",
    "mailed_token",
    "make_passkey",
    "mint",
    "new_passer",
    "open_archive",
    "operator_of",
    "operator_sign_in",
    "owned_rows",
    "places_of",
    "proof",
    "push_rows",
    "read_sentences",
    "remove_rows",
    "require",
    "require_copied",
    "require_ended",
    "require_gone",
    "require_nothing_overdue",
    "require_provable",
    "require_same_rows",
    "restore",
    "rows_everywhere",
    "run_proof",
    "sabotage",
    "set_context",
    "sign_in_by_passkey",
    "sign_up",
    "statement_of",
    "sweep",
    "turn_on_app",
    "until",
]
