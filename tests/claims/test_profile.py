"""Profiles: a folder loads whole, or not at all."""

from pathlib import Path

import pytest

from strongroom.claims import Kind, ProfileInvalid, bundled_profiles, load_profile


def test_a_folder_loads_whole(folder: Path) -> None:
    """Everything that the three files say is in the profile, in page order."""
    profile = load_profile(folder)
    assert profile.name == "small"
    assert profile.policy == {"edge": {"hsts_max_age": 31536000}}
    assert list(profile.claims) == [
        "edge.hsts",
        "posture.soc2",
        "posture.hipaa",
        "trust.disclosure",
        "trust.limits",
    ]
    assert profile.claims["edge.hsts"].kind is Kind.PROVED
    assert profile.claims["edge.hsts"].maps == {"asvs5": ("V3.4.1",)}
    assert [processor.name for processor in profile.subprocessors] == ["Mail service"]
    assert [hop.name for hop in profile.lanes[0].hops] == ["App", "Database"]
    assert [kept.days for kept in profile.retention] == [365]
    assert profile.contact.security == "security@example.org"
    assert profile.contact.privacy is None


def test_a_path_as_text_is_a_folder(folder: Path) -> None:
    """The operator can give the folder as text, as on a command line."""
    assert load_profile(str(folder)) == load_profile(folder)


def test_a_folder_here_has_its_own_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile loaded from the current folder is named after that folder."""
    monkeypatch.chdir(folder)
    assert load_profile(".").name == "small"


def test_a_bundled_name_wins_over_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stray folder named like a bundled profile does not take its place."""
    (tmp_path / "monqez").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_profile("monqez").page.title == "Security at Monqez AI"


@pytest.mark.parametrize("name", ["nobody", "", "../default", "/etc/hostname"])
def test_an_unknown_name_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is neither bundled nor a profile folder is refused in one line."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProfileInvalid) as refusal:
        load_profile(name)
    assert "\n" not in str(refusal.value)


def test_an_unknown_name_is_told_the_known_ones() -> None:
    """Whoever mistypes a name reads the names that there are."""
    with pytest.raises(ProfileInvalid, match=", ".join(bundled_profiles())):
        load_profile("monkez")


@pytest.mark.parametrize("name", ["strongroom.toml", "claims.toml", "security.md"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """A profile without one of its files is refused with the name of that file."""
    (folder / name).unlink()
    with pytest.raises(ProfileInvalid, match=f"^{name}: cannot be read: No such file"):
        load_profile(folder)


@pytest.mark.parametrize("name", ["strongroom.toml", "claims.toml", "security.md"])
def test_a_file_that_is_not_text_is_named(folder: Path, name: str) -> None:
    """A file in another encoding is refused with its name."""
    (folder / name).write_bytes("Größe".encode("utf-16"))
    with pytest.raises(ProfileInvalid, match=f"^{name}: is not UTF-8 text$"):
        load_profile(folder)


@pytest.mark.parametrize("name", ["strongroom.toml", "claims.toml"])
def test_broken_toml_is_named_with_its_line(folder: Path, name: str) -> None:
    """A syntax error is refused with its file and line."""
    (folder / name).write_text("[edge]\n= 1\n", encoding="utf-8")
    with pytest.raises(ProfileInvalid, match=f"^{name}: .*line 2"):
        load_profile(folder)


def test_a_setting_outside_a_section_is_refused(folder: Path) -> None:
    """A policy value that no domain would read is refused."""
    (folder / "strongroom.toml").write_text("lifetime = '7d'\n", encoding="utf-8")
    with pytest.raises(ProfileInvalid, match=r"^strongroom\.toml: lifetime: settings"):
        load_profile(folder)
