"""A process that must not outlive the one that started it.

Guards against listeners that a killed supervisor leaves behind on their ports.
"""

import ctypes
import os
import resource
import signal
import sys


PR_SET_PDEATHSIG = 1  # prctl(2), from linux/prctl.h.


def die_with(parent: int) -> None:
    """Be killed by the kernel when the process *parent* ends, however it ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_ulong(word) for word in (signal.SIGKILL, 0, 0, 0)]
    if libc.prctl(PR_SET_PDEATHSIG, *words):
        raise OSError(ctypes.get_errno(), "prctl was refused")
    if os.getppid() != parent:  # It ended before we had asked.
        sys.exit("the parent is gone")


def raise_file_limit() -> None:
    """Allow as many open connections as the system grants."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
