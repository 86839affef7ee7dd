"""Magic links: ask by address, sign in by what was mailed, where it was asked.

Guards against learning who has an account, against mail scanners that open links,
against a link that is passed on, and against guessed codes. It opens no session
itself: whoever shows a link comes in through the entrance, second factor and all.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from strongroom.accounts import Account, normalise_email
from strongroom.audit import NOBODY, AuditLog, Entry, Target
from strongroom.db import Database, Tx
from strongroom.entrance import REFUSED, Arrival, Entrance, Parts
from strongroom.kernel import NotFound, Origin, Secret, new_id
from strongroom.limits import Words
from strongroom.one_time import OneTimeValueSpent
from strongroom.sessions import MAGIC_LINK

from . import events, policy
from .errors import OtherBrowser, WrongMailCode
from .models import Asked
from .settings import MagicLinkSettings


@dataclass(frozen=True, slots=True)
class Means:
    """What links are made with."""

    key: bytes
    """Of the MACs that links and codes are."""

    words: Words


class MagicLinks:
    """The way in by mail."""

    def __init__(
        self,
        db: Database,
        audit: AuditLog,
        parts: Parts,
        entrance: Entrance,
        means: Means,
        settings: MagicLinkSettings,
    ) -> None:
        """Compose *parts*; links begin with the configured address."""
        self._db, self._audit, self._entrance = db, audit, entrance
        self._key, self._words, self._settings = means.key, means.words, settings
        self._accounts, self._limits = parts.accounts, parts.limits
        self._one_time, self._outbox = parts.one_time, parts.outbox

    async def ask(self, email: str, origin: Origin, wanted: str | None = None) -> Asked:
        """Write to the address; whether it has an account stays between us and it.

        Whoever *wanted* a page of ours has it kept until they are in.

        Raises:
            NotFound: this house has no sign-in by mail.
            EmailInvalid: it is no address.
            LimitReached: too much was mailed to the address already.

        """
        self._require_on()
        address = normalise_email(email)
        await self._limits.admit_mail(address)
        account = await self._accounts.find(address)
        # The same work for every address, so that time tells nothing.
        subject = account.id if account and not account.disabled else new_id()
        known = account is not None and subject == account.id
        where = await self._entrance.places_of(Account(subject, address))
        target = Target("account", str(subject) if known else None)
        place = where[0] if where else None
        entry = Entry(events.ASK, NOBODY, target, place, origin=origin)
        async with self._db.system(reason="mail a link that signs in") as tx:
            asker = await self._mint(tx, subject)
            await self._outbox.post(tx, address, *self._mail(asker, known=known))
            await self._audit.record(tx, entry)
        lifetime = self._settings.lifetime
        return Asked(asker, policy.asker_cookie(asker, wanted, lifetime))

    def is_at_home(self, asker: Secret, token: Secret) -> bool:
        """Say whether the link of *token* was asked for by this browser; uses nothing.

        Raises:
            NotFound: this house has no sign-in by mail.

        """
        self._require_on()
        return policy.is_link_of(self._key, asker, token)

    async def sign_in(self, asker: Secret, shown: Secret, origin: Origin) -> Arrival:
        """Let in whoever shows the link or the code where it was asked for, once.

        Raises:
            NotFound: this house has no sign-in by mail.
            OtherBrowser: this browser did not ask for it.
            WrongMailCode: it is not the code that was mailed.
            OneTimeValueSpent: it was used, is too old, or was guessed at too often.
            NoOrganization: the account belongs nowhere any more.

        """
        self._require_on()
        account: Account | None = None
        try:
            self._require_asker(asker, shown)
            account_id = await self._one_time.attempt(policy.SIGN_IN, asker)
            account = await self._accounts.find_by_id(account_id)
            account = await self._proved(account, asker, shown)
            arrived = await self._entrance.admit(
                account, MAGIC_LINK, events.SIGN_IN, origin
            )
        except (OtherBrowser, WrongMailCode, OneTimeValueSpent, *REFUSED) as refused:
            await self._entrance.refuse(events.SIGN_IN, account, refused, origin)
            raise
        cookies = [*arrived.cookies, policy.clear_asker_cookie()]
        return replace(arrived, cookies=cookies)

    def _require_on(self) -> None:
        if not self._settings.enabled:
            raise NotFound

    def _require_asker(self, asker: Secret, shown: Secret) -> None:
        """A link is too long to guess, so it is looked at before anything counts."""
        by_code = policy.is_code(shown.reveal())
        fits = by_code or policy.is_link_of(self._key, asker, shown)
        if not (asker.reveal() and fits):
            raise OtherBrowser

    async def _proved(
        self, account: Account | None, asker: Secret, shown: Secret
    ) -> Account:
        by_code = policy.is_code(shown.reveal())
        if by_code and not policy.is_code_of(self._key, asker, shown):
            raise WrongMailCode
        if account is None or account.disabled:
            raise OneTimeValueSpent
        async with self._db.system(reason="use a mailed link up") as tx:
            await self._one_time.consume(tx, policy.SIGN_IN, asker)
        return account

    async def _mint(self, tx: Tx, subject: UUID) -> Secret:
        """Make the one living link of an account."""
        await self._one_time.void(tx, policy.SIGN_IN, subject)
        lifetime = self._settings.lifetime
        return await self._one_time.mint(tx, policy.SIGN_IN, subject, lifetime)

    def _mail(self, asker: Secret, *, known: bool) -> tuple[str, str]:
        name, url = self._words.service_name, self._words.public_url
        if not known:
            return policy.nobody_here(name, f"{url}/sign-up")
        link = f"{url}/sign-in/link?token={policy.link_of(self._key, asker)}"
        code = policy.code_of(self._key, asker)
        return policy.sign_in_mail(name, link, code, self._settings.lifetime)
