"""The arithmetic of codes: as the standards have it, and as another program has it."""

import shutil
import subprocess

import pytest

from strongroom.kernel import Secret
from strongroom.totp import policy
from strongroom.totp.proofs import RFC_4226, RFC_6238, RFC_SEED


SEED = Secret(RFC_SEED)
NOW = 1_764_338_415.0


@pytest.mark.parametrize(("counter", "code"), RFC_4226.items())
def test_codes_are_those_of_rfc_4226(counter: int, code: str) -> None:
    """The vectors of its appendix D."""
    assert policy.code_at(SEED, counter) == code


@pytest.mark.parametrize(("moment", "code"), RFC_6238.items())
def test_codes_are_those_of_rfc_6238(moment: int, code: str) -> None:
    """The last six digits of its appendix B."""
    assert policy.find_counter(SEED, code, moment) == moment // 30


def test_another_program_makes_the_same_codes() -> None:
    """Debian's oathtool reads a new seed and agrees about every step of an hour."""
    oathtool = shutil.which("oathtool")
    if oathtool is None:
        pytest.skip("no oathtool here: apt-get install oathtool")
    seed = policy.new_seed()
    words = ("--totp", "--base32", "--now", f"@{int(NOW)}", "--window", "119", "-")
    told = subprocess.run(
        [oathtool, *words],
        input=seed.reveal(),
        capture_output=True,
        text=True,
        check=True,
    )
    first = int(NOW // 30)
    ours = [policy.code_at(seed, first + step) for step in range(120)]
    assert told.stdout.split() == ours


def test_a_code_is_good_for_a_step_before_and_after() -> None:
    """A slow clock is forgiven one step, and no more."""
    present = int(NOW // 30)
    codes = {away: policy.code_at(SEED, present + away) for away in range(-2, 3)}
    found = {away: policy.find_counter(SEED, code, NOW) for away, code in codes.items()}
    near = {away: present + away for away in (-1, 0, 1)}
    assert found == {-2: None, 2: None} | near


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456"])
def test_people_group_digits(typed: str) -> None:
    """However it is grouped, it is one code."""
    assert policy.tidy(Secret(typed)) == "123456"
    assert policy.is_app_code(policy.tidy(Secret(typed)))


@pytest.mark.parametrize(
    "typed",
    [
        "12345",
        "1234567",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "\u0661" * 6,
        "123456\n",
        "",
    ],
)
def test_only_six_digits_of_ascii_are_a_code(typed: str) -> None:
    """Digits of other scripts would be another way to replay one."""
    assert not policy.is_app_code(policy.tidy(Secret(typed)))


def test_recovery_codes_cannot_be_guessed() -> None:
    """Ten different ones of 80 bits, kept as digests in whatever way they are typed."""
    codes = policy.new_recovery_codes()
    assert len(set(codes)) == 10
    for code in codes:
        tidy = policy.tidy(Secret(code.upper()))
        assert len(tidy) * 5 == 80
        assert policy.digest_of(tidy) == policy.digest_of(code.replace("-", ""))
    assert policy.digest_of("123456") is None


def test_a_seed_is_as_long_as_the_standard_wants_it() -> None:
    """160 bits, another one each time, in an address that apps understand."""
    seed = policy.new_seed()
    assert len(seed.reveal()) * 5 == 160
    assert policy.new_seed().reveal() != seed.reveal()
    address = policy.address_of(seed, "canary@example.invalid", "Strong room").reveal()
    assert address.startswith("otpauth://totp/Strong%20room:canary%40example.invalid?")
    assert f"secret={seed.reveal()}" in address
