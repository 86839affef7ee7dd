"""What backups keep about people: nothing; a run says when and how many."""

from datetime import timedelta

from strongroom.kernel import Period, PersonalTable


TABLES = (
    PersonalTable.about_nobody(
        "strongroom.backup_runs",
        "Backups and drills",
        because="when runs were, how they ended, and how many rows each table had",
        impersonal=("kind", "result", "archive", "reason", "report"),
        kept=Period(timedelta(days=365), "asked_at"),
        backed_up="no, because it tells of this database and of no restored one",
        example={
            "kind": "backup",
            "result": "done",
            "finished_at": "now",
            "started_at": "now",
        },
    ),
)
