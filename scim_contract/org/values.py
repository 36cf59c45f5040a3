"""Values with characters that a filter might stumble over, and filters as they go over the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

from scim_contract.org.workspace import Workspace

VALUES: Mapping[str, str] = MappingProxyType(
    {
        "phrase": "and (this) or not [that]",
        "space": "a b",
        "plus": "a+b",
        "ampersand": "a&b=c",
        "apostrophe": "a'b",
        "utf8": "Zoë-名前-🎧-שלום",
        "quote": 'say "hi"',
        "or-true": '" or "1" eq "1',
        "star": "*",
        "percent": "%",
        "sql": "' OR '1'='1' --",
        "ldap": "*)(cn=*))\\2a\\",  # a value that ends in a backslash, too
    }
)


TOGETHER = "together"
"""The case of the one value that holds all others, but the plus that is also asked for as it is on the wire."""
_LONG = 900
"""More than a column of 255 or 512 characters holds; with what may be put in front, less than the 1,000 that a server
must take."""


def at_length(text: str) -> str:
    """A text that few columns are too short for, with characters in it that some servers write otherwise."""
    return f"""{text}, R&D "A" 'B' 50% + 1/2; <b>C</b> D\\E F_G """.ljust(_LONG, "x")


def stored(workspace: Workspace, case: str) -> str:
    """The value that a resource bears for a case; all begin with one word, so that a wildcard finds them all."""
    held = [VALUES[case]] if case != TOGETHER else [value for each, value in VALUES.items() if each != "plus"]
    return f"{_stem(workspace)}-{' '.join(held)}"


def pattern(workspace: Workspace, case: str) -> str:
    """The value of a case that is nobody's, but would match the one that is stored if it were a pattern."""
    return f"{_stem(workspace)[:-2]}{VALUES[case]}"


def _stem(workspace: Workspace) -> str:
    return f"Conf{workspace.token('values')}"


def eq(attribute: str, value: str) -> str:
    """A filter for a value, quoted as JSON does it (RFC 7644 §3.4.2.2)."""
    return f"{attribute} eq {json.dumps(value, ensure_ascii=False)}"


def query(text: str, *, raw_plus: bool = False) -> str:
    """A filter as a query string: all is percent-encoded that may be, but a plus where it is to stay raw."""
    encoded = quote(text, safe="-._~")
    return f"filter={encoded.replace('%2B', '+') if raw_plus else encoded}"
