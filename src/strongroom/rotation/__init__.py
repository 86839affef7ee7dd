"""Keys are replaced while the service runs, and old ones destroyed."""

from .errors import RotationUnderWay
from .models import ColumnCount, KeyVersion, Resealed, VaultStatus
from .service import Rotation
from .settings import RotationSettings
from .tasks import replace_keys, reseal


__all__ = [
    "ColumnCount",
    "KeyVersion",
    "Resealed",
    "Rotation",
    "RotationSettings",
    "RotationUnderWay",
    "VaultStatus",
    "replace_keys",
    "reseal",
]
