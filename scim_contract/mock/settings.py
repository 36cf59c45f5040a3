"""What a mock is started with: its edition, its OAuth clients, its faults and variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

SEED = 2019


@dataclass(frozen=True)
class Client:
    """An OAuth client of the mock and the permissions that it holds."""

    id: str
    secret: str
    permissions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Settings:
    """The settings of one mock. Without clients, nothing asks for a token; `seed` decides its ids, times, chance."""

    edition: str = "2019"
    clients: tuple[Client, ...] = ()
    admin: bool = False
    faults: frozenset[str] = frozenset()
    variants: frozenset[str] = frozenset()
    seed: int = SEED


def client_from_text(text: str, permissions: Sequence[str]) -> Client:
    """Read a client from `ID:SECRET:permission,permission`.

    A secret holds no colon; a client without permissions ends after the secret, with or without
    a second colon.

    :param text: the client as it was written on the command line.
    :param permissions: the permissions that the edition knows.
    :raises ValueError: with a sentence for the person who wrote it; the secret is not repeated.
    """
    parts = text.split(":", 2)
    if len(parts) < 2 or not parts[0] or not parts[1]:
        raise ValueError("A client is written ID:SECRET:permission,permission; id or secret is missing.")
    named = parts[2] if len(parts) == 3 else ""
    held = [name.strip() for name in named.split(",") if name.strip()]
    for name in held:
        if name not in permissions:
            raise ValueError(_unknown_permission(parts[0], name, permissions))
    return Client(parts[0], parts[1], frozenset(held))


def _unknown_permission(client: str, name: str, permissions: Sequence[str]) -> str:
    near = get_close_matches(name, permissions, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(permissions)}."
    return f"The client {client!r} names a permission that no operation asks for, {name!r}: {hint}"
