"""Archives: a database's rows, encrypted for others, and their way back."""

from .age import HEADER, Identity, read_identity, require_recipient, seal
from .depot import BucketDepot, Depot, FolderDepot, depot_at
from .draft import Draft
from .dump import Progress, Source, dump
from .errors import (
    ArchiveBroken,
    ArchiveUnfit,
    DepotFailed,
    IdentityInvalid,
    NotForThisKey,
)
from .load import Loaded, Reading, load
from .manifest import MANIFEST, Contents, Kind, Manifest, Part, Table, name_of
from .plan import Keys, Owner, Plan, TablePlan
from .rows import RowDigest
from .shelf import Archive, Look, Shelf


__all__ = [
    "HEADER",
    "MANIFEST",
    "Archive",
    "ArchiveBroken",
    "ArchiveUnfit",
    "BucketDepot",
    "Contents",
    "Depot",
    "DepotFailed",
    "Draft",
    "FolderDepot",
    "Identity",
    "IdentityInvalid",
    "Keys",
    "Kind",
    "Loaded",
    "Look",
    "Manifest",
    "NotForThisKey",
    "Owner",
    "Part",
    "Plan",
    "Progress",
    "Reading",
    "RowDigest",
    "Shelf",
    "Source",
    "Table",
    "TablePlan",
    "depot_at",
    "dump",
    "load",
    "name_of",
    "read_identity",
    "require_recipient",
    "seal",
]
