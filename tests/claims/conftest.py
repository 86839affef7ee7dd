"""A small profile on disk, sound as it stands, for tests to damage."""

from pathlib import Path

import pytest


POLICY = """\
[edge]
hsts_max_age = 31536000
"""

CLAIMS = """\
[[claim]]
id = "edge.hsts"
statement = "Browsers come back over HTTPS only."
kind = "proved"
severity = "high"
cadence = "10m"
expect = { max_age = 31536000 }
maps = { asvs5 = ["V3.4.1"] }

[[claim]]
id = "posture.soc2"
statement = "SOC 2: planned."
kind = "attested"
severity = "medium"
subject = "SOC 2"
stage = "planned"

[[claim]]
id = "posture.hipaa"
statement = "HIPAA: not supported."
kind = "declined"
severity = "medium"
subject = "HIPAA"
reason = "It was not built for it."
review_by = 2027-05-01

[[claim]]
id = "trust.disclosure"
statement = "Reports are answered within 48 hours."
kind = "measured"
severity = "low"
cadence = "1h"

[[claim]]
id = "trust.limits"
statement = "No service is perfect."
kind = "principle"
severity = "low"

[[subprocessor]]
name = "Mail service"
purpose = "Delivers mail"
region = "EU"
when = "Always"
anonymous = true

[[lane]]
name = "Local lane"
carries = "Queries"
hops = [{ name = "App", detail = "Shell" }, { name = "Database", detail = "Yours" }]

[[retention]]
category = "Audit entries"
days = 365

[contact]
security = "security@example.org"
"""

PAGE = """\
---
title: Security
lead: What we promise.
---

## Connections

:::{nonclaim}
About the *wire*.
:::

- [Browsers come back over HTTPS only.]{claim=edge.hsts}

:::{lanes}
:::

:::{faq} Is the wire safe?
edge.hsts
:::

## Standing

:::{posture}
:::

:::{subprocessors}
:::

## Reporting

:::{report}
:::

- [No service is perfect.]{claim=trust.limits}

:::{limits}
Nor is this one.
:::
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a profile that loads."""
    profile = tmp_path / "small"
    profile.mkdir()
    (profile / "strongroom.toml").write_text(POLICY, encoding="utf-8")
    (profile / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    (profile / "security.md").write_text(PAGE, encoding="utf-8")
    return profile


@pytest.fixture
def page_text() -> str:
    """Return the text of that profile's page."""
    return PAGE
