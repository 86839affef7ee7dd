"""Verify an audit log: an exported file, a folder of tiles, or an address.

    python -m strongroom.tlog --key KEY EXPORT|DIR|URL [--checkpoint EARLIER]…

Exit codes: 0 it holds, 1 it does not, 2 it could not be read.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from datetime import UTC, datetime
from pathlib import Path

from .checkpoint import NoteInvalid, VerifierKey
from .cosignature import WitnessKey
from .source import at_address, in_folder
from .tiles import TilesBroken
from .verifier import Demand, Verdict, verify_export, verify_tiles


def main() -> int:
    """Verify what the command line names."""
    parser = ArgumentParser(
        prog="python -m strongroom.tlog",
        description=__doc__,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("log", help="an exported file, a folder of tiles, or https://…")
    parser.add_argument("--key", required=True, help="the public key that you trust")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    parser.add_argument("--witness", action="append", default=[], metavar="KEY")
    parser.add_argument("--witnesses", type=int, metavar="N", help="demand so many")
    parser.add_argument("--ca", type=Path, help="who vouches for the address (PEM)")
    parser.add_argument("--header-file", type=Path, help="a line such as cookie: …")
    try:
        verdict = _verdict(parser.parse_args())
    except (OSError, NoteInvalid, TilesBroken) as reason:
        sys.stderr.write(f"tlog: {reason}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in lines_of(verdict))
    return 0 if verdict.holds else 1


def _verdict(options: Namespace) -> Verdict:
    keys = [VerifierKey.parse(options.key)]
    earlier = [path.read_bytes() for path in options.checkpoint]
    witnesses = [WitnessKey.parse(each) for each in options.witness]
    number = len(witnesses) if options.witnesses is None else options.witnesses
    demand = Demand(witnesses, number)
    if options.log.startswith("https://"):
        headers = dict(_headers(options.header_file))
        read = at_address(options.log, options.ca, headers)
        return verify_tiles(read, keys, earlier, demand=demand)
    path = Path(options.log)
    if path.is_dir():
        return verify_tiles(in_folder(path), keys, earlier, demand=demand)
    with path.open("rb") as lines:
        return verify_export(lines, keys, earlier, now=datetime.now(UTC), demand=demand)


def _headers(path: Path | None) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path else []
    parts = [line.partition(":") for line in lines if ":" in line]
    return [(name.strip(), value.strip()) for name, _, value in parts]


def lines_of(verdict: Verdict) -> list[str]:
    """Return *verdict* for a person."""
    lines = [f"{verdict.origin}: {verdict.size} entries, {looked_at(verdict)}"]
    if verdict.witnesses:
        names = ", ".join(verdict.witnesses)
        lines.append(f"{verdict.witnessed} witnessed by {names}")
    if warning := unseen(verdict):
        lines.append(warning)
    lines += [str(finding) for finding in verdict.findings]
    lines.append("It holds." if verdict.holds else "It does NOT hold.")
    return lines


def looked_at(verdict: Verdict) -> str:
    """Return how much was looked at."""
    if verdict.hashes_only:
        return "every hash looked at, and no content"
    counted = f"{verdict.entries} with content, {verdict.dropped} dropped after "
    counted += f"{verdict.kept.days} days"
    return f"a selection: {counted}" if verdict.selection else counted


def unseen(verdict: Verdict) -> str | None:
    """Return what could not be seen, if anything."""
    if verdict.selection:
        return "a selection does not show what it leaves out, nor an earlier end"
    if not verdict.checkpoints and not verdict.witnesses:
        return "without an earlier checkpoint, a cut or retold end is not seen"
    return None


if __name__ == "__main__":
    sys.exit(main())
