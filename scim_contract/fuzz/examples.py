"""Examples: generated requests as data, which mean the same in another run, against another directory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

NAME = "{{name}}"
"""Where a userName of the run's own goes; each example gets another."""
DOMAIN = "{{domain}}"
PASSWORD = "{{password}}"
SELF = "{{self}}"
"""The id of the resource that is written."""
USERS = ("{{user-1}}", "{{user-2}}")
"""The ids of users that exist."""


@dataclass(frozen=True)
class Body:
    """A body for one operation. `text` holds placeholders; bytes that are no UTF-8 stand in it as lone surrogates."""

    operation: str
    text: str
    content_type: str = "application/json"
    accept: str = "application/json"

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The body as it is sent: JSON strings put in the place of the placeholders."""
        text = self.text
        for placeholder, value in values.items():
            text = text.replace(placeholder, json.dumps(value)[1:-1])
        return text.encode("utf-8", "surrogateescape")

    def as_json(self) -> dict[str, Any]:
        """The example as a line of a file of examples has it."""
        return {"kind": "body", **asdict(self)}

    @property
    def id(self) -> str:
        """A short name that derives from what the example says."""
        return identity(self.as_json())


@dataclass(frozen=True)
class Question:
    """Parameters for one operation, encoded as they go over the wire: the query, headers, an id in the path."""

    operation: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    path_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """The example as a line of a file of examples has it."""
        return {"kind": "question", **asdict(self)}

    @property
    def id(self) -> str:
        """A short name that derives from what the example says."""
        return identity(self.as_json())


def identity(document: Mapping[str, Any]) -> str:
    """A short name for an example, the same in each run."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:8]


def written(document: Any) -> str:
    """A generated document as the text of a body; half a surrogate pair stays an escape."""
    try:
        text = json.dumps(document, ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(document)
    return text
