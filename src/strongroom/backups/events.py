"""What backups put on record."""

MADE = "backup.made"
DRILLED = "backup.drilled"
FAILED = "backup.failed"
