"""The embedded mock: a server process of its own, started and stopped by the run that judges it."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scim_contract.contract import Contract
from scim_contract.mock.settings import SEED
from scim_contract.targets import EMBEDDED, Client, ConfigurationError, Target
from scim_contract.transport import Secret

if TYPE_CHECKING:
    from scim_contract.mock.planting import Variant

GROUP = "ConformanceSandbox"


@dataclass(frozen=True)
class Embedded:
    """A running mock and the target that describes it."""

    target: Target
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """Stop the server; it also stops by itself when its standard input closes."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def clients(contract: Contract, variants: Sequence[Variant] = ()) -> tuple[Client, ...]:
    """One client for each permission and one with none, unless a variant has others; their secrets are of this run."""
    held = [frozenset({permission}) for permission in contract.permissions] + [frozenset[str]()]
    every = tuple(
        Client(f"client-{n}-{secrets.token_hex(4)}", Secret(secrets.token_urlsafe(24)), permissions)
        for n, permissions in enumerate(held, 1)
    )
    given = next((variant.clients for variant in variants if variant.clients is not None), None)
    if given is None:
        return every
    return tuple(replace(every[n % len(every)], id=f"own-{n}", permissions=own) for n, own in enumerate(given))


def start(contract: Contract, faults: Sequence[str] = (), variants: Sequence[str] = (), seed: int = SEED) -> Embedded:
    """Start the mock on a free port and wait until it answers.

    Raises:
        ConfigurationError: it does not know a fault or a variant, or did not start.
    """
    planted = _planted(contract, variants)
    known = clients(contract, planted)
    settings = {
        "edition": contract.edition,
        "clients": [[c.id, str(c.secret), sorted(c.permissions)] for c in known],
        "faults": list(faults),
        "variants": list(variants),
        "port": 0,
        "seed": seed,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "scim_contract.mock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a Ctrl-C in the terminal must not stop it before the run has cleaned up
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(settings) + "\n")
    process.stdin.flush()
    line = process.stdout.readline().strip()
    if not line.startswith("http://"):
        process.kill()
        process.wait()
        raise ConfigurationError(line or "the embedded mock did not start; `scim-contract mock` shows why")
    return Embedded(target(contract, line, known, planted), process)


def _planted(contract: Contract, names: Sequence[str]) -> list[Variant]:
    """The variants of these names, of which the mock itself tells where it does not know one."""
    if not names:
        return []
    from scim_contract.mock.variants import variants  # a run without any needs none of them

    known = variants(contract)
    return [known[name] for name in names if name in known]


def target(contract: Contract, url: str, known: tuple[Client, ...], variants: Sequence[Variant] = ()) -> Target:
    """The target that describes a mock at a URL with these clients, with the settings that go with its variants."""
    described = Target(
        name=EMBEDDED,
        base_url=url,
        token_url=f"{url}/oauth/token" if known else "",
        sandbox=True,
        edition=contract.edition,
        group=GROUP,
        roles=("employee",),
        division="Home",
        photo_url="https://example.com/conformance.jpg",
        routing_skill="Billing",
        routing_language="Deutsch",
        wide_user_filter="active eq true",
        wide_group_filter="displayName pr",
        rate_limit=0,
        clients=known,
    )
    return replace(described, **{name: value for variant in variants for name, value in variant.profile.items()})
