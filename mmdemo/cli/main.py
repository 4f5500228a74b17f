"""Run a verb and turn its errors into one line. Knows no verb."""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Sequence

from mmdemo.cli.arguments import make_parser
from mmdemo.errors import MmdemoError

# A write that fails names no file, though it is no bug: disk full, quota used up, file too large.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit status: 0 done, 2 a mistake told in one line."""
    # Read when torch is loaded. Its threads would else spin while they wait for each other: with
    # other work on the same two cores a query took 115 ms to encode (p95 800), so 25 (p95 45), and
    # a step of training 7 to 15 s, so 1 to 4.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    args = make_parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if args.verbose else logging.INFO,
        format="%(levelname)s %(name)s: %(message)s" if args.verbose else "%(message)s",
    )
    if not args.verbose:
        logging.getLogger().setLevel(logging.WARNING)
        logging.getLogger("mmdemo").setLevel(logging.INFO)
    try:
        args.verb(args)
        sys.stdout.flush()
    except MmdemoError as error:
        print(f"mmdemo: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        print("mmdemo: interrupted; what was finished is kept", file=sys.stderr)  # noqa: T201
        return 130
    except BrokenPipeError:  # the reader of a pipe went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
        return 0
    except OSError as error:
        if error.filename is None and error.errno not in _NO_ROOM:
            raise
        where = "" if error.filename is None else f"{error.filename}: "
        print(f"mmdemo: {where}{error.strerror}", file=sys.stderr)  # noqa: T201
        return 2
    return 0
