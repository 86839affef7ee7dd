"""Verify an exported audit log.

    python -m strongroom.tlog --key KEY EXPORT [--checkpoint EARLIER]…

Exit codes: 0 it holds, 1 it does not, 2 it could not be read.
"""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import UTC, datetime
from pathlib import Path

from .checkpoint import NoteInvalid, VerifierKey
from .verifier import Verdict, verify_export


def main() -> int:
    """Verify what the command line names."""
    parser = ArgumentParser(
        prog="python -m strongroom.tlog",
        description=__doc__,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", required=True, help="the public key that you trust")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    options = parser.parse_args()
    try:
        key = VerifierKey.parse(options.key)
        earlier = [path.read_bytes() for path in options.checkpoint]
        with options.export.open("rb") as lines:
            verdict = verify_export(lines, [key], earlier, now=datetime.now(UTC))
    except (OSError, NoteInvalid) as reason:
        sys.stderr.write(f"tlog: {reason}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in lines_of(verdict))
    return 0 if verdict.holds else 1


def lines_of(verdict: Verdict) -> list[str]:
    """Return *verdict* for a person."""
    counted = f"{verdict.entries} with content, {verdict.dropped} dropped after "
    lines = [
        f"{verdict.origin}: {verdict.size} entries, {counted}{verdict.kept.days} days"
    ]
    if not verdict.checkpoints:
        lines.append("without an earlier checkpoint, a cut or retold end is not seen")
    lines += [str(finding) for finding in verdict.findings]
    lines.append("It holds." if verdict.holds else "It does NOT hold.")
    return lines


if __name__ == "__main__":
    sys.exit(main())
