"""Ids that name nothing, made of one that does, so that a careless reading of them would be seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from scim_contract.contract import Operation
from scim_contract.org.clients import least
from scim_contract.org.errors import Untested
from scim_contract.org.finding import NAMING
from scim_contract.org.org import Org
from scim_contract.org.refusals import Try
from scim_contract.org.values import eq
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

ODD: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "very-long": lambda real: real + "0" * 4000,
        "encoded-slash": lambda real: f"{real}%2Fx",
        "encoded-nul": lambda real: f"{real}%00",
        "dot-dot": lambda real: f"x%2F%2E%2E%2F{real}",
    }
)
"""By case: an id as it stands in the path, made of a real one that is percent-encoded already."""
_WORDS: Mapping[str, str] = MappingProxyType({"v1": "constructor", "v2": "__proto__"})


def odd_read(org: Org, operation: Operation, case: str) -> Exchange:
    """A read of one of the `ODD` ids.

    Raises:
        Untested, Blocked: there is no real resource.
    """
    shared = org.acting("shared/nowhere")
    real = org.something_for(operation)
    assert real is not None
    return shared.ask_once(operation, path_id=ODD[case](quote(real.id, safe="")), case=case)


def odd_tries(org: Org, operation: Operation) -> Mapping[str, Try]:
    """Writes to the `ODD` ids, made of the operation's subject's."""
    real = org.subject_of(operation)
    assert real is not None
    before = org.look(real, operation.prefix)

    def at(case: str) -> Try:
        def make(word: str) -> Mapping[str, Any]:
            subject = org.subject_of(operation)  # another one where an odd id has removed the last
            assert subject is not None
            odd_id = ODD[case](quote(subject.id, safe=""))
            if operation.kind == "delete":
                return {"path_id": odd_id}
            change = org.new_change(operation, before, f"{case} {word}")
            return {"path_id": odd_id, "change": change, "body": change.body}

        return make

    return {case: at(case) for case in ODD}


def of_another_shape(org: Org, operation: Operation) -> Exchange:
    """The operation asked about an id that is a word, which some languages find in every object."""
    nothing, shared = Resource(operation.resource, _WORDS[operation.prefix]), org.acting("shared/nowhere")
    if not operation.writes:
        return shared.ask_once(operation, nothing, case="other-shape")
    org.workspace.may_write()
    body = None if operation.kind == "delete" else org.new_change(operation, None, "other-shape").body
    return shared.ask(operation, nothing, body=body, case="other-shape")


def empty(org: Org, operation: Operation) -> Exchange:
    """The operation asked with no id at all, which leaves the path of the list with a slash at its end.

    Nothing can come of it: a body is `{}`, and DELETE goes to a server on this machine only.

    Raises:
        Untested: the run only reads, or the server runs elsewhere.
    """
    collection = org.operation(operation.prefix, f"list_{operation.resource}")
    asked: dict[str, Any] = {"address": f"{collection.path}/", "case": f"empty id {operation.method}"}
    if operation.writes:
        org.workspace.may_write()
        asked |= {"method": operation.method, "who": least(org.workspace.target, operation)}
    if operation.kind == "delete":
        spare_collections(org)
    elif operation.writes:
        asked["body"] = {}
    return org.ask(collection, **asked)


def beside(org: Org, operation: Operation) -> Exchange:
    """A read of a path that begins like that of a list and names no resource type, with a filter that a list takes."""
    nobody = eq(NAMING[operation.resource], f"nobody-{org.workspace.token('beside')}")
    return org.ask(operation, address=f"{operation.path}-of-nothing", params={"filter": nobody}, case="beside")


def spare_collections(org: Org) -> None:
    """Raise Untested where a DELETE of a collection could lose what is other people's."""
    if not org.workspace.target.loopback:
        raise Untested("DELETE on a collection goes to a server on this machine only")
