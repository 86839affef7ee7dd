"""Claims, the pages that state them, and the profiles that hold both.

Pure: reads a profile's folder and nothing else. It refuses, in one line, whatever
would let a page promise something that its registry does not carry.
"""

from .claim import Claim, Kind, Severity, Stage, fold
from .coverage import Coverage, coverage
from .errors import ProfileInvalid
from .page import (
    FAQ,
    Block,
    ClaimRef,
    Lanes,
    Limits,
    Page,
    Posture,
    Prose,
    Report,
    Section,
    Subprocessors,
    SystemUses,
)
from .parser import parse_page
from .profile import Profile, bundled_profiles, load_profile
from .registry import Contact, Hop, Lane, Retention, Subprocessor


__all__ = [
    "FAQ",
    "Block",
    "Claim",
    "ClaimRef",
    "Contact",
    "Coverage",
    "Hop",
    "Kind",
    "Lane",
    "Lanes",
    "Limits",
    "Page",
    "Posture",
    "Profile",
    "ProfileInvalid",
    "Prose",
    "Report",
    "Retention",
    "Section",
    "Severity",
    "Stage",
    "Subprocessor",
    "Subprocessors",
    "SystemUses",
    "bundled_profiles",
    "coverage",
    "fold",
    "load_profile",
    "parse_page",
]
