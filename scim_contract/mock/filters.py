"""Filters: the reference's unquoted values put in quotes, the rest by scim2-models.

An attribute that the engine's models do not have makes the filter invalid (RFC 7644, 3.12).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scim_contract.mock.directory import Record
from scim_contract.mock.errors import invalid_filter

_REFUSAL = "The filter does not parse, or asks for what this resource has not."
_BOOLEAN = ("active", "primary")
_PIECES = re.compile(
    r'"(?:[^"\\]|\\.)*"'  # a quoted value is kept as it is, whatever it holds
    r"|(?P<attribute>[A-Za-z$][A-Za-z0-9:._$-]*(?:\[[^\]\"]*\])?)(?P<operator>\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+)"
    r'(?P<word>[^\s"()\[\]]+)',
    re.IGNORECASE,
)

_NAMES = re.compile(
    r'"(?:[^"\\]|\\.)*"|(?<![\w:.$-])[A-Za-z]+(?=\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le|pr)(?:\s|\)|$))', re.IGNORECASE
)


def quoted(text: str) -> str:
    """The filter with its unquoted values in quotes, as the reference's own example needs
    (`displayName eq groupName`); true and false stay bare where the attribute is a boolean."""
    return _PIECES.sub(_in_quotes, text)


def spelled_out(text: str, aliases: Mapping[str, str]) -> str:
    """The filter with the whole names of attributes that it may call by a shorter one, which is in lower case."""
    return _NAMES.sub(lambda match: aliases.get(match[0].lower(), match[0]), text) if aliases else text


def _in_quotes(match: re.Match[str]) -> str:
    word = match["word"]
    if word is None:
        return match[0]
    attribute = re.split(r"[.:]", match["attribute"].lower())[-1]
    if attribute in _BOOLEAN and word.lower() in ("true", "false"):
        return match[0]
    if word.lower() == "null" and attribute not in ("username", "displayname"):
        return match[0]
    return f"{match['attribute']}{match['operator']}{json.dumps(word)}"


@dataclass
class FilterEngine:
    """Finds the resources that a filter matches; keeps each resource's typed form while it is current."""

    edition: str = "2019"
    _typed: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def matcher(self, kind: str, text: str, show: Callable[[Record], dict[str, Any]]) -> Callable[[Record], bool]:
        """A predicate for the resources that the filter matches.

        :param kind: User or Group.
        :param text: the filter, not empty.
        :param show: gives the document of a resource.
        :raises ScimProblem: 400 invalidFilter where it does not parse, or names an attribute or a
            comparison that there is none of.
        """
        from pydantic import ValidationError
        from scim2_models import SearchRequest

        from scim_contract.mock.attributes import engine

        model, aliases = engine(self.edition).filtered[kind], engine(self.edition).aliases
        # Of the two ways to bind a filter, this is the one that knows no unknown attribute anywhere.
        request_type: Any = SearchRequest.__class_getitem__(model)
        try:
            bound = request_type(filter=quoted(spelled_out(text, aliases))).filter
        except (ValidationError, RecursionError):
            raise invalid_filter(_REFUSAL) from None

        def matches(record: Record) -> bool:
            known = self._typed.get(record.id)
            if known is None or known[0] != record.version:
                known = (record.version, model.model_validate(show(record)))
                self._typed[record.id] = known
            return bool(bound.match(known[1]))

        return matches
