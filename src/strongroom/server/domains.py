"""The composition root's list: adding a domain adds one line here."""

from strongroom.access.manifest import DOMAIN as ACCESS
from strongroom.accounts.manifest import DOMAIN as ACCOUNTS
from strongroom.addresses.manifest import DOMAIN as ADDRESSES
from strongroom.admission.manifest import DOMAIN as ADMISSION
from strongroom.audit.manifest import DOMAIN as AUDIT
from strongroom.backups.manifest import DOMAIN as BACKUPS
from strongroom.break_glass.manifest import DOMAIN as BREAK_GLASS
from strongroom.entrance.manifest import DOMAIN as ENTRANCE
from strongroom.impersonation.manifest import DOMAIN as IMPERSONATION
from strongroom.integrations.manifest import DOMAIN as INTEGRATIONS
from strongroom.invitations.manifest import DOMAIN as INVITATIONS
from strongroom.limits.manifest import DOMAIN as LIMITS
from strongroom.magic_links.manifest import DOMAIN as MAGIC_LINKS
from strongroom.middleware.manifest import DOMAIN as MIDDLEWARE
from strongroom.notices.manifest import DOMAIN as NOTICES
from strongroom.oauth.manifest import DOMAIN as OAUTH
from strongroom.one_time.manifest import DOMAIN as ONE_TIME
from strongroom.operators.manifest import DOMAIN as OPERATORS
from strongroom.organizations.manifest import DOMAIN as ORGANIZATIONS
from strongroom.outbox.manifest import DOMAIN as OUTBOX
from strongroom.ownership.manifest import DOMAIN as OWNERSHIP
from strongroom.passkeys.manifest import DOMAIN as PASSKEYS
from strongroom.passwords.manifest import DOMAIN as PASSWORDS
from strongroom.privacy.manifest import DOMAIN as PRIVACY
from strongroom.recovery.manifest import DOMAIN as RECOVERY
from strongroom.roles.manifest import DOMAIN as ROLES
from strongroom.rotation.manifest import DOMAIN as ROTATION
from strongroom.services.manifest import DOMAIN as SERVICES
from strongroom.sessions.manifest import DOMAIN as SESSIONS
from strongroom.signin.manifest import DOMAIN as SIGNIN
from strongroom.streams.manifest import DOMAIN as STREAMS
from strongroom.token_pairs.manifest import DOMAIN as TOKEN_PAIRS
from strongroom.tokens.manifest import DOMAIN as TOKENS
from strongroom.totp.manifest import DOMAIN as TOTP
from strongroom.trust.manifest import DOMAIN as TRUST
from strongroom.vault.manifest import DOMAIN as VAULT
from strongroom.witnesses.manifest import DOMAIN as WITNESSES

from .problem_pages import DOMAIN as PROBLEMS
from .proofs import DOMAIN as LOGS


DOMAINS = (
    AUDIT,
    STREAMS,
    ORGANIZATIONS,
    ACCESS,
    OWNERSHIP,
    SESSIONS,
    ADMISSION,
    ROLES,
    TOKENS,
    TOKEN_PAIRS,
    SERVICES,
    PASSWORDS,
    NOTICES,
    TOTP,
    PASSKEYS,
    OPERATORS,
    BREAK_GLASS,
    IMPERSONATION,
    ENTRANCE,
    SIGNIN,
    INVITATIONS,
    MAGIC_LINKS,
    OAUTH,
    RECOVERY,
    ADDRESSES,
    TRUST,
    VAULT,
    WITNESSES,
    ROTATION,
    INTEGRATIONS,
    MIDDLEWARE,
    PROBLEMS,
    ACCOUNTS,
    ONE_TIME,
    OUTBOX,
    LIMITS,
    PRIVACY,
    BACKUPS,
    LOGS,
)
