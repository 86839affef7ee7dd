"""Mutants of what is kept: personal data, secrets, backups, credentials, limits."""

from collections.abc import Iterator

from .mutant import Mutant


def _of_privacy() -> Iterator[Mutant]:
    yield Mutant(
        "one store is not copied",
        "privacy/models.py",
        "        return [each for each in self.tables if each.subject is not None]\n",
        "        return [t for t in self.tables if t.subject][1:]\n",
        # What is not copied is not erased either.
        frozenset({"privacy.export", "privacy.erasure"}),
    )
    yield Mutant(
        "entries keep who acted",
        "privacy/store.py",
        '    if entry.on_erasure == "retain" or not people:\n',
        '    if entry.on_erasure != "delete" or not people:\n',
        frozenset({"privacy.erasure"}),
    )
    yield Mutant(
        "one column is not registered",
        "signin/personal_data.py",
        '            "organization_name": "what your organization will be called",\n',
        "",
        frozenset({"privacy.minimal"}),
    )
    yield Mutant(
        "rows are kept for twice their period",
        "privacy/service.py",
        "            length = period.under(self._registry.policy)\n",
        "            length = 2 * period.under(self._registry.policy)\n",
        frozenset({"privacy.minimal"}),
    )


def _of_the_vault() -> Iterator[Mutant]:
    yield Mutant(
        "a sealed value is not bound to its column",
        "crypto/envelope.py",
        "self._owner, str(version), table, column)",
        "self._owner, str(version), table)",
        frozenset({"vault.at-rest"}),
    )
    yield Mutant(
        "the root key is a constant",
        "crypto/keyring.py",
        "        self._root = root\n",
        f'        self._root = bytes.fromhex("{"a5" * 32}")\n',
        frozenset({"vault.root-key"}),
    )
    yield Mutant(
        "an old key is never destroyed",
        "rotation/store.py",
        "              from spare where spare.over and k.version",
        "              from spare where not spare.over and k.version",
        frozenset({"vault.rotation"}),
    )
    yield Mutant(
        "the database's share is left out",
        "crypto/wrapping.py",
        "    return _derive(configured + stored, ",
        "    return _derive(configured, ",
        frozenset({"vault.split-key"}),
    )


def _of_backups() -> Iterator[Mutant]:
    yield Mutant(
        "a person's cells are not sealed in archives",
        "archive/dump.py",
        "        if owner not in keys:\n",
        "        if owner or not keys:\n",
        frozenset({"backups.encrypted"}),
    )
    yield Mutant(
        "every backup is kept",
        "backups/policy.py",
        "    return [each for each in names if each not in kept]\n",
        "    return [each for each in names if each in ()]\n",
        frozenset({"backups.rotation"}),
    )
    yield Mutant(
        "a drill that failed is called done",
        "backups/store.py",
        '        "failed" if reason else "done",\n',
        '        "done",\n',
        frozenset({"backups.restore"}),
    )


def _of_integrations() -> Iterator[Mutant]:
    yield Mutant(
        "a credential is not bound to its hosts",
        "integrations/service.py",
        "    if content.bound != policy.bound(kind, where):\n",
        "    if False:\n",
        frozenset({"tenancy.integrations"}),
    )
    yield Mutant(
        "what a host answers is not searched for the secret",
        "connectors/speak.py",
        "    body, masked = without(answer.body, secrets)\n",
        "    body, masked = answer.body, 0\n",
        frozenset({"vault.use-without-reveal"}),
    )
    yield Mutant(
        "AI keys can be read back",
        "connectors/kinds.py",
        "        write_only=True,\n",
        "",
        frozenset({"vault.ai-keys"}),
    )


def _of_limits() -> Iterator[Mutant]:
    yield Mutant(
        "the budget of guesses is never asked",
        "signin/service.py",
        "self._limits.admit_guess(credentials.email, credentials.device),\n",
        "self._limits.admit_guess(str(id(credentials)), None),\n",
        frozenset({"edge.rate-limits"}),
    )
    yield Mutant(
        "an attack is never told of",
        "limits/service.py",
        "        if seen < budget.quota:\n",
        "        if seen < 10 * budget.quota:\n",
        frozenset({"abuse.detection"}),
    )


OF_STORES = (
    *_of_privacy(),
    *_of_the_vault(),
    *_of_backups(),
    *_of_integrations(),
    *_of_limits(),
)
