"""The password rules can be made stricter than the standards, never weaker."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from strongroom.crypto import ARGON2ID_OWASP, BCRYPT_12, Argon2id, Bcrypt
from strongroom.kernel import SettingsInvalid, load_settings
from strongroom.passwords.settings import PasswordSettings


def load(**policy: object) -> PasswordSettings:
    """Return the settings that a policy file with these values gives."""
    return load_settings(PasswordSettings, "passwords", {"passwords": policy}, {})


def test_the_defaults_are_owasps_argon2id_and_nists_lengths() -> None:
    """Without a word in the policy file, the rules are those of the standards."""
    settings = load()
    assert settings.scheme == ARGON2ID_OWASP
    assert (settings.minimum_length, settings.maximum_length) == (15, 1024)
    with pytest.raises(FrozenInstanceError):
        settings.cost = 4  # type: ignore[misc]


@pytest.mark.parametrize(
    ("policy", "scheme"),
    [
        ({"algorithm": "bcrypt"}, BCRYPT_12),
        ({"algorithm": "bcrypt", "cost": 14}, Bcrypt(14)),
        ({"algorithm": "bcrypt", "cost": 10}, Bcrypt(10)),
        ({"iterations": 1, "memory_kib": 47104}, Argon2id(47104, 1, 1)),
        ({"iterations": 3, "memory_kib": 12288}, Argon2id(12288, 3, 1)),
        ({"iterations": 3, "memory_kib": 65536, "parallelism": 4}, None),
    ],
)
def test_a_policy_chooses_the_scheme(
    policy: dict[str, Any], scheme: Argon2id | Bcrypt | None
) -> None:
    """Algorithm and work come from the policy, down to the floors of ASVS 5.0."""
    assert load(**policy).scheme == (scheme or Argon2id(65536, 3, 4))


@pytest.mark.parametrize(
    "policy",
    [
        {"algorithm": "argon2i"},
        {"algorithm": "md5"},
        {"algorithm": "bcrypt", "cost": 9},
        {"algorithm": "bcrypt", "cost": 4},
        {"cost": 4},
        {"cost": 17},
        {"memory_kib": 19455},
        {"iterations": 1},
        {"iterations": 1, "memory_kib": 47103},
        {"iterations": 3, "memory_kib": 12287},
        {"iterations": 30, "memory_kib": 4096},
        {"iterations": 0},
        {"iterations": -1},
        {"parallelism": 0},
        {"memory_kib": 2**31},
        {"minimum_length": 14},
        {"minimum_length": 0},
        {"minimum_length": 65},
        {"maximum_length": 63},
        {"maximum_length": 1025},
        {"maximum_lenght": 64},
    ],
)
def test_weaker_than_the_standards_is_refused_at_the_start(
    policy: dict[str, Any],
) -> None:
    """The house does not open with a weak rule, or with a misspelt one."""
    with pytest.raises(SettingsInvalid, match=r"^\[passwords\] "):
        load(**policy)
