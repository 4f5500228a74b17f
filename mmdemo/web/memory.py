"""Have freed memory given back to the system. Knows no page and no model."""

from __future__ import annotations

import ctypes
import sys

# Numbers of glibc's malloc.h.
_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
# Set, they no longer rise by themselves with what was freed: after the demo's first start, which
# loads its model twice and reads a thousand photos, 70 of 1,460 MiB were held for nothing.
_ARENAS = 2
_LARGE = 256 * 1024  # bytes of a block that is given back when it is freed


def give_back_freed() -> bool:
    """Tell the allocator of this process, before it has threads; tells whether it listened.

    Only glibc's does; elsewhere nothing changes.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    return all(mallopt(*one) == 1 for one in ((_ARENA_MAX, _ARENAS), (_MMAP_THRESHOLD, _LARGE)))
