"""Faults of what a request comes as: the type of its body, a charset, another type, no body at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import become, error, unstored
from scim_contract.mock.negotiation import JSON, SCIM, TYPES
from scim_contract.mock.planting import Fault, Plant, family, ranging, replacing
from scim_contract.mock.wire import Reply, Seen

BODY_JSON = "content-types.body-json"
BODY_SCIM = "content-types.body-scim"
CHARSET = "content-types.charset-parameter"
UNSUPPORTED = "content-types.unsupported-refused"
NONE_NEEDED = "content-types.none-needed"
Asked = Callable[[Seen], bool]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of bodies and their types."""
    yield from _json_bodies(contract)
    yield from _scim_bodies(contract)
    yield from _charsets(contract)
    yield from _other_types(contract)
    yield from _no_body(contract)


def _json_bodies(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "json-body-refused-where-scim-json-is-asked-for",
        BODY_JSON,
        "A body in application/json is refused with 415 where the answer is asked in application/scim+json.",
        lambda: Plant(before=_refusing(lambda seen: _sent_as(seen, JSON) and _asks_for(seen, SCIM))),
    )
    yield from family(
        contract,
        "json-body-refused",
        BODY_JSON,
        "A body in application/json is refused with 415.",
        lambda: Plant(before=_refusing(lambda seen: _sent_as(seen, JSON))),
        operations=ranging(contract, BODY_JSON, "replace", "modify"),
    )
    for operation in ("post_scim_users", "post_scim_v2_users"):
        yield Fault(
            f"json-body-refused:{operation}",
            BODY_JSON,
            (operation,),
            f"A body in application/json is refused with 415 by {operation}.",
            lambda: Plant(before=_refusing(lambda seen: _sent_as(seen, JSON))),
        )
    yield Fault(
        "json-body-not-read",
        BODY_JSON,
        ("patch_scim_user",),
        "A PATCH in application/json is answered with success, and nothing of it is carried out.",
        lambda: unstored(lambda seen: _sent_as(seen, JSON)),
    )


def _scim_bodies(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "scim-json-body-refused",
        BODY_SCIM,
        "A body in application/scim+json is refused with 415.",
        lambda: Plant(before=_refusing(lambda seen: _sent_as(seen, SCIM))),
    )
    yield from family(
        contract,
        "scim-json-body-not-read",
        BODY_SCIM,
        "A write in application/scim+json is answered with success, and is not carried out.",
        lambda: unstored(lambda seen: _sent_as(seen, SCIM)),
        operations=ranging(contract, BODY_SCIM, "replace", "modify"),
    )
    for operation, accept in (("post_scim_v2_users", JSON), ("put_scim_group", SCIM)):
        yield Fault(
            f"scim-json-body-refused-by-accept:{operation}",
            BODY_SCIM,
            (operation,),
            f"{operation} refuses a body in application/scim+json where {accept} is asked for.",
            _refusing_pair(SCIM, accept),
        )
    for operation, lost in (("put_scim_v2_user", "externalId"), ("post_scim_users", "title")):
        yield Fault(
            f"scim-json-body-half-read:{operation}",
            BODY_SCIM,
            (operation,),
            f"{operation} does not read {lost} from a body in application/scim+json.",
            _losing(lost),
        )


def _charsets(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "charset-refused",
        CHARSET,
        "A Content-Type with a charset is refused with 415.",
        lambda: Plant(before=_refusing(_with_charset)),
    )
    yield from family(
        contract,
        "charset-not-read",
        CHARSET,
        "A body whose Content-Type has a charset is answered with success, and is not carried out.",
        lambda: unstored(_with_charset),
        operations=ranging(contract, CHARSET, "replace", "modify"),
    )
    sentence = "A charset is known in small letters alone, and refused in capitals."
    capitals = _refusing(lambda seen: "charset=UTF" in seen.headers.get("content-type", ""))
    at = ("put_scim_user", "patch_scim_group", "post_scim_v2_users")
    yield Fault("charset-in-capitals-refused", CHARSET, at, sentence, lambda: Plant(before=capitals))
    for operation, kind in (("post_scim_users", SCIM), ("patch_scim_v2_group", SCIM), ("put_scim_v2_user", JSON)):
        yield Fault(
            f"charset-of-{'scim-json' if kind == SCIM else 'json'}-refused:{operation}",
            CHARSET,
            (operation,),
            f"{operation} refuses {kind} with a charset.",
            _refusing_charset(kind),
        )


def _other_types(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "any-body-type-read",
        UNSUPPORTED,
        "A body is read as JSON, whatever type it is declared as.",
        lambda: replacing(body_type_supported=lambda kind: True),
    )
    for operation, kind, what in (
        ("put_scim_group", "text/plain", "text"),
        ("post_scim_v2_users", "application/xml", "XML"),
        ("patch_scim_v2_user", "application/xml", "XML"),
        ("post_scim_users", "text/plain", "text"),
    ):
        yield Fault(
            f"{kind.replace('/', '-')}-read:{operation}",
            UNSUPPORTED,
            (operation,),
            f"{operation} reads a body that is declared as {what}.",
            _reading(kind),
        )
    yield from family(
        contract,
        "other-type-refused-but-applied",
        UNSUPPORTED,
        "A body of another type is refused with 415, and applied all the same.",
        lambda: Plant(before=_read_all_the_same, after=_unsupported),
    )
    yield Fault(
        "other-type-is-404",
        UNSUPPORTED,
        ("put_scim_user",),
        "A body of another type is refused with 404, as where no route fits.",
        lambda: Plant(after=_not_found),
    )
    yield Fault(
        "xml-is-taken-and-not-read",
        UNSUPPORTED,
        ("patch_scim_v2_group",),
        "A body declared as XML is answered with success, and nothing of it is carried out.",
        _taken_for_json("application/xml"),
    )


def _no_body(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "content-type-without-a-body-refused",
        NONE_NEEDED,
        "A request that has a Content-Type and no body is refused with 400.",
        lambda: Plant(before=_refusing(lambda seen: "content-type" in seen.headers, 400)),
    )
    for kind, name in ((JSON, "json"), (SCIM, "scim-json")):
        yield from family(
            contract,
            f"nothing-as-{name}-refused",
            NONE_NEEDED,
            f"A request that has Content-Type: {kind} and no body is refused, since nothing is no JSON.",
            _refusing_nothing_as(kind),
        )
    for operation in ("delete_scim_user", "delete_scim_v2_user", "get_scim_v2_user", "get_scim_resourcetypes"):
        yield Fault(
            f"content-type-needed:{operation}",
            NONE_NEEDED,
            (operation,),
            f"{operation} is refused with 415 where it has no Content-Type.",
            lambda: Plant(before=_refusing(lambda seen: "content-type" not in seen.headers)),
        )
    yield Fault(
        "delete-as-scim-json-not-carried-out",
        NONE_NEEDED,
        ("delete_scim_v2_user",),
        "A delete with Content-Type: application/scim+json is answered with 204, and the user stays.",
        lambda: Plant(before=lambda seen: Reply(204, {}, b"") if _sent_as(seen, SCIM) else None),
    )


# what they are made of -------------------------------------------------------------------------------


def _sent_as(seen: Seen, kind: str) -> bool:
    return seen.headers.get("content-type", "").partition(";")[0].strip() == kind


def _asks_for(seen: Seen, kind: str) -> bool:
    return seen.headers.get("accept") == kind


def _with_charset(seen: Seen) -> bool:
    return "charset" in seen.headers.get("content-type", "")


def _refusing(when: Asked, status: int = 415) -> Callable[[Seen], Reply | None]:
    return lambda seen: error(status) if when(seen) else None


def _refusing_pair(kind: str, accept: str) -> Callable[[], Plant]:
    return lambda: Plant(before=_refusing(lambda seen: _sent_as(seen, kind) and _asks_for(seen, accept)))


def _refusing_charset(kind: str) -> Callable[[], Plant]:
    return lambda: Plant(before=_refusing(lambda seen: _sent_as(seen, kind) and _with_charset(seen)))


def _refusing_nothing_as(kind: str) -> Callable[[], Plant]:
    return lambda: Plant(before=_refusing(lambda seen: _sent_as(seen, kind) and not seen.body, 400))


def _losing(attribute: str) -> Callable[[], Plant]:
    """A body in application/scim+json of which one attribute is not read."""

    def before(seen: Seen) -> None:
        document = seen.json
        if _sent_as(seen, SCIM) and isinstance(document, dict) and attribute in document:
            seen.put({name: value for name, value in document.items() if name != attribute})

    return lambda: Plant(before=before)


def _reading(kind: str) -> Callable[[], Plant]:
    def before(seen: Seen) -> None:
        if _sent_as(seen, kind):
            seen.headers["content-type"] = JSON

    return lambda: Plant(before=before)


def _taken_for_json(kind: str) -> Callable[[], Plant]:
    """Take a body of another type, and carry nothing of it out."""

    def make() -> Plant:
        undone = unstored(lambda seen: bool(seen.note.get("taken")))

        def before(seen: Seen) -> None:
            seen.note["taken"] = _sent_as(seen, kind)
            if seen.note["taken"]:
                seen.headers["content-type"] = JSON
            undone.before(seen)

        return Plant(before, undone.after)

    return make


def _read_all_the_same(seen: Seen) -> None:
    seen.note["unsupported"] = bool(seen.body) and not any(_sent_as(seen, kind) for kind in TYPES)
    if seen.note["unsupported"]:
        seen.headers["content-type"] = JSON


def _unsupported(seen: Seen, reply: Reply) -> None:
    if seen.note["unsupported"] and reply.ok:
        become(reply, error(415))


def _not_found(seen: Seen, reply: Reply) -> None:
    if reply.status == 415:
        become(reply, error(404))
