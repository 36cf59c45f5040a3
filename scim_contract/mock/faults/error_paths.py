"""Faults of ids that name nothing, and of methods that no operation documents."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote

from scim_contract.contract import Contract
from scim_contract.mock.directory import Directory
from scim_contract.mock.faults.acting import become, error, goodwill, grudging, widely
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

PLAIN = re.compile(r"[a-z_]+")

_OVERLONG = r"(?<=/[-0-9a-f]{36})[-0-9a-f]{64,}$"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of paths that lead nowhere, and of methods that do not belong there."""
    yield from _nobody(contract)
    yield from _odd(contract)
    yield from _nothing(contract)
    yield from _stray(contract)
    yield from _stored(contract)


def _nobody(contract: Contract) -> Iterator[Fault]:
    claim = "errors.unknown-id"
    sentence = "An id that nothing has is answered with 400."
    yield from family(
        contract, "unknown-id-is-400", claim, sentence, _instead_of_404(lambda: error(400, "No such id."))
    )
    no_error = Reply(404, {"content-type": "application/json"}, b'{"message": "not found"}')
    also = ("errors.shape",)
    sentence = "A 404 is no ScimError."
    yield Fault("unknown-id-in-plain", claim, ("delete_scim_user",), sentence, _instead_of_404(lambda: no_error), also)
    sentence = "A user that is not there is answered with success, and no user."
    nothing = Reply(200, {"content-type": "application/json"}, b"{}")
    more = ("representations.answer", "representations.schema", "representations.schemas-uris")
    yield Fault("unknown-id-is-empty", claim, ("get_scim_v2_user",), sentence, _instead_of_404(lambda: nothing), more)
    sentence = "An id that is no UUID is refused with 422."
    yield Fault("word-as-id-is-422", claim, ranging(contract, claim), sentence, lambda: Plant(before=_unprocessable))


def _odd(contract: Contract) -> Iterator[Fault]:
    claim = "errors.unknown-id"
    sentence = "An id is read up to its first slash."
    slash = goodwill(_read_as(r"%2[Ff].*"))
    yield from family(contract, "id-ends-at-slash", claim, sentence, lambda: Plant(before=slash))
    every = ranging(contract, claim)
    for name, pattern, sentence in (
        ("id-cut-to-length", _OVERLONG, "An id is read no further than an id is long."),
        ("id-ends-at-nul", r"%00.*", "An id is read up to its first NUL."),
        ("id-path-walked", r"(?<=/)[^/]*%2[Ff]%2[Ee]%2[Ee]%2[Ff]", "The path inside an id is walked."),
    ):
        mend = _read_as(pattern)
        yield Fault(name, claim, every, sentence, partial(Plant, before=goodwill(mend)))
    nul, cut = _read_as(r"%00.*"), _read_as(_OVERLONG)
    for name, at, mend in (
        ("id-with-nul-404-but-done", ("delete_scim_v2_user", "put_scim_group"), nul),
        ("long-id-404-but-done", ("put_scim_user", "patch_scim_v2_group"), cut),
    ):
        sentence = "An odd id is answered with 404, and what its beginning names is written."
        yield Fault(name, claim, at, sentence, partial(grudging, mend, lambda: error(404, "Nobody.")))


def _nothing(contract: Contract) -> Iterator[Fault]:
    claim = "errors.unknown-id"
    addresses = {o.id: (o.method, o.path.partition("{")[0]) for o in contract.operations if o.path_parameter}

    def answering(make: Callable[[], Reply]) -> Callable[[frozenset[str]], Plant]:
        def plant(operations: frozenset[str]) -> Plant:
            met = {addresses[operation] for operation in operations}
            return Plant(before=lambda seen: make() if (seen.method, seen.path) in met else None, everywhere=True)

        return plant

    def first() -> Reply:
        return Reply(200, {"content-type": "application/json"}, json.dumps({"id": "1", "displayName": "A"}).encode())

    sentence = "Without an id, an operation is carried out on something."
    yield from widely(family(contract, "empty-id-taken", claim, sentence, Plant), answering(first))
    at = ("get_scim_group", "delete_scim_v2_user")
    sentence = "Without an id, a request is answered with 500."
    broken = answering(lambda: error(500, "No id."))
    yield from widely([Fault("empty-id-is-500", claim, at, sentence, Plant, ("errors.never-5xx",))], broken)


def _stray(contract: Contract) -> Iterator[Fault]:
    claim = "errors.undocumented-methods"
    taken = _strays(contract, lambda: Reply(200, {"content-type": "application/json"}, b"{}"))
    sentence = "A method that is not documented is answered with success."
    yield from widely(family(contract, "any-method-taken", claim, sentence, Plant), taken)
    for name, at, methods, make, sentence in (
        ("list-put", "get_scim_groups", "PUT", lambda: Reply(200, {}, b""), "PUT of a list is answered with 200."),
        ("list-patched", "get_scim_v2_groups", "PATCH", lambda: Reply(204, {}, b""), "PATCH of a list is a 204."),
        ("list-deleted", "get_scim_v2_users", "DELETE", lambda: Reply(204, {}, b""), "DELETE of a list is a 204."),
        ("type-posted", "get_scim_resourcetypes", "POST", lambda: Reply(201, {}, b""), "POST of a type is a 201."),
        (
            "type-deleted",
            "get_scim_v2_resourcetype",
            "DELETE",
            lambda: Reply(204, {}, b""),
            "DELETE of a resource type is a 204.",
        ),
        (
            "method-redirected",
            "get_scim_v2_serviceproviderconfig",
            "PUT PATCH",
            lambda: Reply(302, {"location": "/"}, b""),
            "A method that is not documented is redirected.",
        ),
        (
            "method-is-409",
            "get_scim_user",
            "POST",
            lambda: error(409, "It is there."),
            "POST of a user's path is a 409.",
        ),
    ):
        plant = _strays(contract, make, *methods.split())
        yield from widely([Fault(f"undocumented-{name}", claim, (at,), sentence, Plant)], plant)
    broken = _strays(contract, lambda: error(500, "No such method."), "PATCH")
    both, also = ("get_scim_users", "get_scim_resourcetypes"), ("errors.never-5xx",)
    sentence = "A PATCH that is not documented is answered with 500."
    yield from widely([Fault("undocumented-patch-is-500", claim, both, sentence, Plant, also)], broken)


def _stored(contract: Contract) -> Iterator[Fault]:
    claim = "errors.undocumented-methods"
    sentence = "POST of a user's path is taken for a creation."
    yield from widely([Fault("undocumented-post-creates", claim, ("get_scim_user",), sentence, Plant)], _creating)
    for name, at, method, done, sentence in (
        ("list-emptied", "get_scim_users", "DELETE", _emptied, "DELETE of a list is refused, and all users are gone."),
        (
            "group-made",
            "get_scim_v2_group",
            "POST",
            _made,
            "POST of a group's path is refused, and the group is there.",
        ),
    ):
        plant = _refused_but(contract, method, done)
        yield from widely([Fault(f"undocumented-{name}", claim, (at,), sentence, Plant)], plant)
    config = ("get_scim_serviceproviderconfig",)
    sentence = "PUT of the configuration is refused, and stored all the same."
    yield from widely([Fault("undocumented-put-stored", claim, config, sentence, Plant)], _configured)


# ids ------------------------------------------------------------------------------------------------------


def _instead_of_404(make: Callable[[], Reply]) -> Callable[[], Plant]:
    def after(seen: Seen, reply: Reply) -> None:
        if reply.status == 404:
            become(reply, make())

    return lambda: Plant(after=after)


def _unprocessable(seen: Seen) -> Reply | None:
    return error(422, "An id is a UUID.") if PLAIN.fullmatch(seen.path.rpartition("/")[2]) else None


def _read_as(pattern: str) -> Callable[[Seen], bool]:
    """Read a path without what matches; tells whether anything did."""

    def mend(seen: Seen) -> bool:
        was, seen.path = seen.path, re.sub(pattern, "", seen.path)
        return seen.path != was

    return mend


# methods --------------------------------------------------------------------------------------------------


def _at(contract: Contract, operations: frozenset[str]) -> Callable[[Seen], bool]:
    """Whether a request has the path of one of the operations, and a method that no operation has there."""
    paths = [re.sub(r"\{\w+\}", "[^/]+", contract.operation(operation).path) for operation in operations]
    pattern = re.compile("|".join(paths))
    return lambda seen: seen.operation is None and pattern.fullmatch(seen.path) is not None


def _strays(contract: Contract, make: Callable[[], Reply], *methods: str) -> Callable[[frozenset[str]], Plant]:
    """Methods that are not documented, or some of them, are answered like this."""

    def plant(operations: frozenset[str]) -> Plant:
        met = _at(contract, operations)

        def before(seen: Seen) -> Reply | None:
            return make() if met(seen) and (seen.method in methods or not methods) else None

        return Plant(before=before, everywhere=True)

    return plant


def _refused_but(
    contract: Contract, method: str, done: Callable[[Seen, Directory], None]
) -> Callable[[frozenset[str]], Plant]:
    def plant(operations: frozenset[str]) -> Plant:
        met = _at(contract, operations)

        def before(seen: Seen) -> Reply | None:
            if seen.method != method or seen.directory is None or not met(seen):
                return None
            done(seen, seen.directory)
            return error(405, "This path has no such method.")

        return Plant(before=before, everywhere=True)

    return plant


def _emptied(seen: Seen, directory: Directory) -> None:
    for user in list(directory.users):
        directory.delete_user(user)


def _made(seen: Seen, directory: Directory) -> None:
    directory.add("Group", {"displayName": "Made", "members": []}, id=unquote(seen.path.rpartition("/")[2]))


def _creating(operations: frozenset[str]) -> Plant:
    def before(seen: Seen) -> None:
        if seen.method == "POST" and seen.path.startswith("/api/v2/scim/users/"):
            seen.path = "/api/v2/scim/users"

    return Plant(before=before, everywhere=True)


def _configured(operations: frozenset[str]) -> Plant:
    put: list[str] = []

    def before(seen: Seen) -> Reply | None:
        if seen.method != "PUT" or seen.path != "/api/v2/scim/serviceproviderconfig":
            return None
        put.append(seen.path)
        return error(405, "This path has no such method.")

    def after(seen: Seen, reply: Reply) -> None:
        if seen.operation in operations and reply.ok and put:
            document: dict[str, Any] = reply.json
            document["sort"]["supported"] = True
            reply.put(document)

    return Plant(before, after, everywhere=True)
