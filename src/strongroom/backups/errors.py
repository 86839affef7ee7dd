"""How backups say no."""


class NoRecipient(Exception):
    """Nobody could open an archive: no recipient was named."""


class BackupUnderWay(Exception):
    """Another process writes or restores archives just now."""


class DrillFailed(Exception):
    """The archive was restored, and what came back is not what went in."""


class TargetInUse(Exception):
    """A restore would have overwritten what is there."""
