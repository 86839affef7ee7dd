"""One entry's proof as a text that needs nothing else (C2SP tlog-proof)."""

import base64
from collections.abc import Sequence


def proof_text(index: int, path: Sequence[bytes], note: bytes) -> bytes:
    """Return the proof that leaf *index* is in the tree of the checkpoint *note*."""
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}"]
    lines += [base64.b64encode(each).decode() for each in path]
    return "\n".join([*lines, "", ""]).encode() + note
