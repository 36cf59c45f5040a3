"""People whom the run did not create: what is written down of them tells who they are to nobody."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote_plus

from scim_contract.org.documents import USER
from scim_contract.org.ledger import MARKER
from scim_contract.secret import MASK
from scim_contract.transport import Exchange

# What says nothing of a person: what the resource is, where it lies, and whether it is in use.
_KEPT = {"id", "schemas", "meta", "active", "groups", "type", "primary", "$ref", "roles", "division"}
_TELLING = 10
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_QUOTED = re.compile(r'"([^"]{3,})"')


class Strangers:
    """Tells the run's own people from others by the marker in their userName, or by having seen them created.

    It remembers what it hid, so that it hides the same in the filters of later requests. One for each process.
    `mask` is what stands in a text's place.
    """

    def __init__(self, mask: Callable[[str], str] = lambda text: MASK) -> None:
        self._mask = mask
        self._own: set[str] = set()
        self._known: frozenset[str] = frozenset()
        self._hidden: set[str] = set()

    def spare(self, *texts: str) -> None:
        """Leave texts as they are wherever they stand: the profile says them, and the run gives them to its own."""
        self._known |= {text for text in texts if text}

    def meet(self, exchange: Exchange) -> None:
        """Note whom an exchange created."""
        operation, made = exchange.operation, exchange.document.get("id")
        if operation is not None and operation.kind == "create" and exchange.answer.ok and isinstance(made, str):
            self._own.add(made)

    def document(self, value: Any) -> Any:
        """A JSON value of an answer, its shape kept, the texts that tell of strangers masked."""
        if isinstance(value, list):
            return [self.document(item) for item in value]
        if not isinstance(value, dict):
            return value
        if _is_user(value):
            return value if self._is_own(value) else {name: self._member(name, held) for name, held in value.items()}
        return {
            name: [self._fellow(each) for each in held] if _are_members(name, held) else self.document(held)
            for name, held in value.items()
        }

    def url(self, url: str) -> str:
        """An address with what was hidden of strangers masked in the quoted values of its query."""
        place, mark, query = url.partition("?")
        if not mark or not self._hidden:
            return url
        told = _QUOTED.sub(
            lambda match: f'"{self._mask(match[1])}"' if self._is_hidden(match[1]) else match[0], unquote_plus(query)
        )
        return url if told == unquote_plus(query) else f"{place}?{quote(told, safe='=&*')}"

    def text(self, text: str) -> str:
        """A text that people read, such as a failure's message, with what was hidden of strangers masked.

        A short value is masked where it stands in quotes only: without, it may be a word like any other.
        """
        for hidden in sorted(self._hidden, key=len, reverse=True):
            if _ID.fullmatch(hidden):  # a manager's, which tells nobody who that is
                continue
            for shape in {hidden, json.dumps(hidden)[1:-1], quote(hidden), quote(hidden, safe="")}:
                for around in ("",) if len(shape) >= _TELLING else ('"', "'", "%22"):
                    text = text.replace(f"{around}{shape}{around}", f"{around}{MASK}{around}")
        return text

    def _is_own(self, user: dict[str, Any]) -> bool:
        name = user.get("userName")
        return user.get("id") in self._own or (isinstance(name, str) and MARKER in name.lower())

    def _fellow(self, member: Any) -> Any:
        """A group's member: who it is, is only in its display name."""
        if not isinstance(member, dict) or member.get("value") in self._own:
            return member
        return {name: self._hide(held) if name == "display" else held for name, held in member.items()}

    def _member(self, name: str, held: Any) -> Any:
        return held if name in _KEPT else self._hide(held)

    def _hide(self, held: Any) -> Any:
        if isinstance(held, dict):
            return {name: self._member(name, each) for name, each in held.items()}
        if isinstance(held, list):
            return [self._hide(each) for each in held]
        if not isinstance(held, str) or held in self._known:
            return held
        if len(held) >= 3:
            self._hidden.add(held)
        return self._mask(held)

    def _is_hidden(self, text: str) -> bool:
        return text in self._hidden or any(text in known for known in self._hidden)


def alias(text: str) -> str:
    """What stands for a stranger's text in a recording: the same for the same text, so that answers can be compared."""
    return f"{MASK}{hashlib.sha256(text.lower().encode()).hexdigest()[:12]}"


def _is_user(value: dict[str, Any]) -> bool:
    schemas = value.get("schemas")
    return "userName" in value or (isinstance(schemas, list) and USER in schemas)


def _are_members(name: str, held: Any) -> bool:
    return name == "members" and isinstance(held, list)
