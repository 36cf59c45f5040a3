"""The mock as a child process: settings as one line of JSON on standard input, its URL on standard output.

It ends when its standard input closes, so a parent that was killed leaves no server behind.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading

from scim_contract.mock.serve import serve
from scim_contract.mock.settings import SEED, Client, Settings


def main() -> None:
    """Serve until standard input closes."""
    given = json.loads(sys.stdin.readline())
    settings = Settings(
        edition=given["edition"],
        clients=tuple(Client(name, secret, frozenset(held)) for name, secret, held in given["clients"]),
        admin=bool(given.get("admin")),
        faults=frozenset(given["faults"]),
        variants=frozenset(given["variants"]),
        seed=given.get("seed", SEED),
    )
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    try:
        serve(settings, given["port"], lambda url: print(url, flush=True))
    except (ValueError, OSError) as error:
        print(error, flush=True)


def _stop_with_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
