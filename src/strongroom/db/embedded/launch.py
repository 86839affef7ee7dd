"""Becomes one Postgres program, with fewer rights.

Runs as a script of its own, so that a process with threads never has to fork Python
code. It enters the folder while it still may, gives up root for good, asks the kernel
for a signal at its parent's death, and turns into the program. The program finds the
folder as its working directory and needs no right on any folder above it.
"""

import ctypes
import os
import resource
import sys


# prctl(2), from linux/prctl.h.
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38


def drop_root(uid: int, gid: int) -> None:
    """Become *uid* in every way, so that there is no way back."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)


def restrict(parent: int, death_signal: int) -> None:
    """Forbid new rights and core dumps, and die with *parent*."""
    libc = ctypes.CDLL(None, use_errno=True)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A change of user clears the death signal, so this comes after it.
    for option, value in (PR_SET_NO_NEW_PRIVS, 1), (PR_SET_PDEATHSIG, death_signal):
        words = [ctypes.c_ulong(word) for word in (value, 0, 0, 0)]
        if libc.prctl(option, *words):
            raise OSError(ctypes.get_errno(), f"prctl {option} was refused")
    if os.getppid() != parent:
        sys.exit("the parent is gone")


def main(arguments: list[str]) -> None:
    """Turn into the program that *arguments* name after our own five."""
    uid, gid, parent, death_signal = (int(text) for text in arguments[:4])
    folder, program = arguments[4], arguments[5:]
    os.umask(0o077)
    os.chdir(folder)
    drop_root(uid, gid)
    restrict(parent, death_signal)
    os.execv(program[0], program)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
