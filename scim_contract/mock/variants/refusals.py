"""How servers refuse: which refusal comes first, with which status and words; and how they tell of a delete."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import Document, become, error, named_by
from scim_contract.mock.negotiation import body_type_supported
from scim_contract.mock.planting import Plant, Variant
from scim_contract.mock.variants.making import OPEN, about, body_of, document_of, scim
from scim_contract.mock.wire import Reply, Seen

_FIRST = OPEN + "where two refusals apply to one request either may come"
_DELETE = OPEN + "success codes of DELETE: 200, 202, 204"
_WORDS = OPEN + "scimType is optional where a claim does not name it"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TELLING = ("invalidVers", "invalidFilter", "noTarget", "uniqueness", "tooMany", "invalidPath", "invalidSyntax")


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of this kind."""
    yield from _orders()
    yield from _words()
    yield from _deletes()


def _orders() -> Iterator[Variant]:
    ways: dict[str, tuple[str, Callable[[Seen], Reply | None]]] = {
        "media-type-first": ("The type of a body is looked at before anything else.", _media_type_first),
        "accept-first": ("Accept is looked at before anything else.", _accept_first),
        "body-first": ("Whether a body is JSON is looked at before anything else.", _body_first),
        "existence-first": ("Whether a resource is there is looked at before anything else.", _existence_first),
        "permission-last": ("Whether a resource is there, and its version, come before the token.", _permission_last),
    }
    for name, (sentence, before) in ways.items():
        yield Variant(name, sentence, _FIRST, lambda before=before: Plant(before=before))  # type: ignore[misc]


def _words() -> Iterator[Variant]:
    ways: dict[str, tuple[str, str, Callable[[Seen, Reply], None]]] = {
        "errors-terse": ("Errors have no detail, and a scimType only where a claim names it.", _WORDS, _terse),
        "errors-say-syntax": (
            "A bad value is called invalidSyntax.",
            OPEN + "invalidValue and invalidSyntax are not told apart",
            _called("invalidValue", "invalidSyntax"),
        ),
        "paths-called-otherwise": (
            "A path of a PATCH that cannot be used is called invalidFilter where the mock says invalidPath.",
            "lifecycle.patch-malformed-refused: invalidPath or invalidFilter",
            _called("invalidPath", "invalidFilter", "PATCH"),
        ),
        "unsupported-is-400": (
            "A body of another type is refused with 400.",
            "content-types.unsupported-refused: 415 (400 tolerated)",
            lambda seen, reply: become(reply, error(400)) if reply.status == 415 else None,
        ),
        "taken-user-name-is-400": (
            "PUT and PATCH refuse a taken userName with 400 uniqueness.",
            "lifecycle.user-name-unique: PUT, PATCH: 409, or 400 uniqueness",
            _conflict_is_400,
        ),
        "odd-ids-are-400": (
            "An id that is no UUID is refused with 400.",
            "errors.unknown-id: an id of another shape: 400 or 404",
            _odd_ids,
        ),
        "errors-in-plain-json": (
            "Errors come in application/json, whatever was asked.",
            "content-types.errors-too: in one of the two types as well",
            lambda seen, reply: _typed(seen, reply, "application/json"),
        ),
        "errors-in-scim-json": (
            "Errors come in application/scim+json, whatever was asked.",
            "content-types.errors-too: in one of the two types as well",
            lambda seen, reply: _typed(seen, reply, "application/scim+json"),
        ),
    }
    for name, (sentence, source, after) in ways.items():
        # Where PUT and PATCH give no 409, there is none whose scimType could be looked at.
        poor = name == "taken-user-name-is-400"
        yield Variant(name, sentence, source, lambda after=after: Plant(after=after), poor=poor)  # type: ignore[misc]
    yield Variant(
        "unacceptable-gets-json",
        "Who accepts neither of the two types is answered in JSON.",
        "content-types.unacceptable: 406, or one of the two documented types",
        lambda: Plant(before=_not_choosy),
    )


def _deletes() -> Iterator[Variant]:
    for name, status, body in (
        ("delete-is-200", 200, b""),
        ("delete-is-200-with-an-object", 200, b"{}"),
        ("delete-is-202", 202, b""),
        ("delete-is-202-with-an-object", 202, b"{}"),
    ):
        yield Variant(
            name,
            f"A delete is answered with {status} and {'an empty object' if body else 'no body'}.",
            _DELETE,
            lambda status=status, body=body: Plant(after=_deleted(status, body)),  # type: ignore[misc]
        )


def _media_type_first(seen: Seen) -> Reply | None:
    writes = seen.operation is not None and seen.method in ("POST", "PUT", "PATCH")
    return error(415) if writes and not body_type_supported(seen.headers.get("content-type")) else None


def _accept_first(seen: Seen) -> Reply | None:
    accepted = seen.headers.get("accept", "*/*")
    hopeless = scim(seen) and seen.method == "GET" and not re.search(r"json|\*|^\s*$", accepted)
    return error(406) if hopeless else None


def _body_first(seen: Seen) -> Reply | None:
    writes = seen.operation is not None and seen.method in ("POST", "PUT", "PATCH")
    return error(400, "Not a JSON object.", "invalidSyntax") if writes and body_of(seen) is None else None


def _absent(seen: Seen) -> bool:
    on_one = about(seen, "users") or about(seen, "groups")
    return on_one and seen.item not in ("users", "groups") and named_by(seen) is None


def _existence_first(seen: Seen) -> Reply | None:
    return error(404) if _absent(seen) else None


def _permission_last(seen: Seen) -> Reply | None:
    if _absent(seen):
        return error(404)
    record, given = named_by(seen), seen.headers.get("if-match")
    stale = record is not None and given is not None and given.strip() != "*" and f'"{record.version}"' not in given
    return error(400, "Another version.", "invalidVers") if stale and seen.operation is not None else None


def _error(reply: Reply) -> Document | None:
    return document_of(reply) if reply.status >= 400 else None


def _terse(seen: Seen, reply: Reply) -> None:
    document = _error(reply) if scim(seen) else None
    if document is not None:
        document.pop("detail", None)
        if document.get("scimType") not in _TELLING:
            document.pop("scimType", None)
        reply.put(document)


def _called(scim_type: str, other: str, *methods: str) -> Callable[[Seen, Reply], None]:
    def after(seen: Seen, reply: Reply) -> None:
        document = _error(reply)
        if document is not None and document.get("scimType") == scim_type and (not methods or seen.method in methods):
            reply.put({**document, "scimType": other})

    return after


def _conflict_is_400(seen: Seen, reply: Reply) -> None:
    if reply.status == 409 and about(seen, "users", "PUT", "PATCH"):
        reply.status = 400
        reply.put({**reply.json, "status": "400", "scimType": "uniqueness"})


def _odd_ids(seen: Seen, reply: Reply) -> None:
    on_one = (about(seen, "users") or about(seen, "groups")) and seen.item not in ("users", "groups")
    if on_one and reply.status == 404 and not _UUID.fullmatch(seen.item):
        become(reply, error(400, "That is no id."))


def _typed(seen: Seen, reply: Reply, media_type: str) -> None:
    if scim(seen) and _error(reply) is not None:
        reply.headers["content-type"] = media_type


def _not_choosy(seen: Seen) -> None:
    if not re.search(r"json|\*|^\s*$", seen.headers.get("accept", "*/*")):
        seen.headers["accept"] = "application/json"


def _deleted(status: int, body: bytes) -> Callable[[Seen, Reply], None]:
    def after(seen: Seen, reply: Reply) -> None:
        if seen.method == "DELETE" and reply.ok:
            reply.status, reply.body = status, body
            if body:
                reply.headers["content-type"] = "application/json"

    return after
