"""Faults of documents: their model, their schemas, and the password that shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from scim_contract.contract import Contract
from scim_contract.mock.directory import ENTERPRISE_URN
from scim_contract.mock.faults.acting import Document, become, changing, each_resource, error, leaving_out, named_by
from scim_contract.mock.paging import LIST_URN
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

_CHECKED = "representations.round-trip"
_LISTED = f"{_CHECKED}|post_scim_users"
_NO_MATCH = "filters.no-match|get_scim_v2_users"
_NAMED = "filters.documented-example|get_scim_groups"
_PASSWORDS = "lifecycle.set-password"
_CREATED = "representations.read-only|post_scim_users"
_CREATIONS = ("post_scim_users", "post_scim_v2_users")
_CREATED_V2 = "representations.read-only|post_scim_v2_users"
Change = Callable[[Document], object]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield from _schema(contract)
    yield from _answer(contract)
    yield from _schemas(contract)
    yield from _passwords(contract)


def showing(change: Change) -> Plant:
    """Each resource is shown otherwise, alone and in lists."""
    return Plant(after=each_resource(change))


def each_in(name: str, change: Change) -> Change:
    """Change each object in a list of a resource."""
    return lambda document: [change(entry) for entry in document.get(name) or []]


# ---- the model


def _schema(contract: Contract) -> Iterator[Fault]:
    claim = "representations.schema"
    sentence = "The attribute schemas is the URN alone, no list of URNs."
    also = ("representations.schemas-uris",)
    one: Change = lambda shown: shown.update(schemas=shown["schemas"][0])  # noqa: E731
    with_schemas = [each for each in ranging(contract, claim) if contract.operation(each).resource != "schemas"]
    yield from family(contract, "schemas-is-a-text", claim, sentence, lambda: showing(one), with_schemas, also=also)
    rows: tuple[tuple[str, tuple[str, ...], Callable[[Document], object], str], ...] = (
        (
            "last-modified-is-a-number",
            ("get_scim_user", "put_scim_v2_group"),
            _in_epochs,
            "A lastModified is a number.",
        ),
        (
            "active-is-a-text",
            ("post_scim_users", "patch_scim_v2_user"),
            _active_text,
            'The value of active is a text, "true".',
        ),
        ("member-type-unknown", ("get_scim_v2_group",), _members_typed("user"), 'A member\'s type is "user".'),
        ("phone-type-unknown", ("get_scim_v2_user",), _phones_typed("cell"), 'A phone number\'s type is "cell".'),
        ("flags-are-texts", ("get_scim_serviceproviderconfig",), _flag_text, 'A flag of the configuration is "true".'),
    )
    for name, at, change, sentence in rows:
        yield Fault(name, claim, at, sentence, partial(showing, change))
    lists: tuple[tuple[str, str, Change, str, str], ...] = (
        ("total-is-a-text", "get_scim_groups", _total_text, "The totalResults is a text.", ""),
        ("empty-list-is-an-object", "get_scim_v2_users", _object_for_list, "An empty Resources is {}.", _NO_MATCH),
        ("only-match-is-no-list", "get_scim_groups", _one_for_list, "One match is Resources itself.", _NAMED),
        ("roles-are-objects", "get_scim_users", _roles_as_objects, "The roles in a list are objects.", _LISTED),
    )
    for name, where, change, sentence, sees in lists:
        plant = partial(Plant, after=changing(change))
        yield Fault(name, claim, (where,), sentence, plant, sees=(sees,) if sees else ())


def _in_epochs(document: Document) -> None:
    document["meta"]["lastModified"] = 1_577_836_800_000


def _active_text(document: Document) -> None:
    document["active"] = str(document["active"]).lower()


def _members_typed(kind: str) -> Change:
    return each_in("members", lambda member: member.update(type=kind))


def _phones_typed(kind: str) -> Change:
    return each_in("phoneNumbers", lambda phone: phone.update(type=kind))


def _flag_text(document: Document) -> None:
    document["patch"] = {"supported": "true"}


def _total_text(document: Document) -> None:
    document["totalResults"] = str(document["totalResults"])


def _object_for_list(document: Document) -> None:
    document["Resources"] = document["Resources"] or {}


def _one_for_list(document: Document) -> None:
    if len(document["Resources"] or ()) == 1:
        document["Resources"] = document["Resources"][0]


def _roles_as_objects(document: Document) -> None:
    for resource in document["Resources"]:
        resource["roles"] = [{"value": role} for role in resource.get("roles", [])]


def _answer(contract: Contract) -> Iterator[Fault]:
    claim = "representations.answer"
    sentence = "A success is answered with 204 and nothing in it."
    nothing = partial(answering, _nothing)
    known = ranging(contract, claim, "replace", "modify", "get_resourcetype", "list_resourcetypes")
    yield from family(contract, "success-without-a-body", claim, sentence, nothing, operations=known)
    configuration = ranging(contract, claim, "get_serviceproviderconfig")
    for name, where in (
        ("read-without-a-body", ("get_scim_user", "get_scim_group", "get_scim_v2_group", *configuration)),
        ("list-without-a-body", ("get_scim_users", "get_scim_v2_users")),
        ("creation-without-a-body", ("post_scim_v2_users",)),
    ):
        yield Fault(name, claim, where, sentence, nothing)
    for name, at, plant, sentence in (
        ("creation-is-200", "post_scim_users", _status(200), "A creation is answered with 200."),
        ("replacement-is-201", "put_scim_group", _status(201), "A PUT is answered with 201."),
        ("patch-echoed", "patch_scim_user", answering(_echo), "A PATCH is answered with the PatchOp that was sent."),
        ("user-in-a-list", "get_scim_v2_user", answering(_listed), "A read by id is answered with a list of one."),
        ("list-is-an-array", "get_scim_groups", answering(_bare), "A list is answered with an array of resources."),
        ("error-with-200", "get_scim_v2_resourcetype", answering(_wrong), "A read is answered 200 with a ScimError."),
    ):
        yield Fault(name, claim, (at,), sentence, lambda plant=plant: plant)  # type: ignore[misc]
    written = ("put_scim_user", "patch_scim_user", "patch_scim_v2_user")
    less: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
        ("creation-without-external-id", _CREATIONS, "externalId", "The answer to a creation has no externalId."),
        ("answer-without-extension", written, ENTERPRISE_URN, "The answer to an update lacks the extension."),
    )
    for name, places, left_out, sentence in less:
        partly = partial(Plant, after=changing(leaving_out(left_out)))
        yield Fault(name, claim, places, sentence, partly, sees=tuple(f"{_CHECKED}|{each}" for each in places))
    yield Fault(
        "empty-list-is-no-answer",
        claim,
        ("get_scim_v2_groups",),
        "A list in which there is nothing is answered with an empty body.",
        lambda: answering(_nothing_for_none),
        sees=("filters.no-match|get_scim_v2_groups",),
    )


def answering(change: Callable[[Seen, Reply], None]) -> Plant:
    """Each success is another answer."""
    return Plant(after=lambda seen, reply: change(seen, reply) if reply.ok else None)


def _status(status: int) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        reply.status = status

    return answering(after)


def _nothing(seen: Seen, reply: Reply) -> None:
    become(reply, Reply(204, {}, b""))


def _nothing_for_none(seen: Seen, reply: Reply) -> None:
    if not reply.json["totalResults"]:
        reply.body = b""


def _echo(seen: Seen, reply: Reply) -> None:
    reply.body = seen.body


def _listed(seen: Seen, reply: Reply) -> None:
    reply.put({"schemas": [LIST_URN], "totalResults": 1, "startIndex": 1, "itemsPerPage": 1, "Resources": [reply.json]})


def _bare(seen: Seen, reply: Reply) -> None:
    reply.put(reply.json["Resources"])


def _wrong(seen: Seen, reply: Reply) -> None:
    reply.body = error(404, "There is none.").body


# ---- schemas


def _schemas(contract: Contract) -> Iterator[Fault]:
    claim = "representations.schemas-uris"
    sentence = "An answer has no schemas."
    plant = partial(Plant, after=changing(lambda document: document.pop("schemas")))
    yield from family(contract, "schemas-missing", claim, sentence, plant)
    patched = (f"{_CHECKED}|patch_scim_v2_user",)
    for name, at, change, sentence in (
        ("urn-of-scim-1", ("get_scim_user", "get_scim_v2_group"), _old_urn, "The URN is that of SCIM 1.1."),
        ("urn-in-the-plural", ("get_scim_serviceproviderconfig",), _plural_urn, "The URN ends in an s."),
        ("extension-unnamed", ("get_scim_v2_user", "patch_scim_user"), _unnamed, "The schemas omit the extension."),
        ("extension-unnamed-in-lists", ("get_scim_users",), _unnamed, "In a list schemas omits the extension."),
    ):
        yield Fault(name, claim, at, sentence, partial(showing, change))
    sentence = "The schemas omit the extension where a PATCH has just brought it."
    yield Fault("new-extension-unnamed", claim, ("patch_scim_v2_user",), sentence, _new_unnamed, sees=patched)


def _old_urn(document: Document) -> None:
    document["schemas"] = ["urn:scim:schemas:core:1.0"]


def _plural_urn(document: Document) -> None:
    document["schemas"] = [f"{urn}s" for urn in document["schemas"]]


def _unnamed(document: Document) -> None:
    document["schemas"] = [urn for urn in document["schemas"] if urn != ENTERPRISE_URN]


def _new_unnamed() -> Plant:
    def before(seen: Seen) -> None:
        record = named_by(seen)
        seen.note["new"] = record is not None and ENTERPRISE_URN not in record.content

    def after(seen: Seen, reply: Reply) -> None:
        if seen.note["new"]:
            changing(_unnamed)(seen, reply)

    return Plant(before, after)


# ---- the password


def _passwords(contract: Contract) -> Iterator[Fault]:
    claim = "representations.password-never-returned"
    sentence = "A user is shown with a password, in asterisks."
    masked = partial(showing, lambda user: user.update(password="********"))
    yield from family(contract, "password-masked", claim, sentence, masked)
    for name, at, change, sentence, sees in (
        ("password-in-meta", "put_scim_v2_user", _in_meta, "The meta shows the password sent.", _PASSWORDS),
        (
            "password-in-a-header",
            "patch_scim_user",
            _in_header,
            "A header shows the password that was sent.",
            _PASSWORDS,
        ),
        ("password-as-nick-name", "post_scim_users", _as_nick_name, "The password shows as nickName.", _CREATED),
        ("password-read", "get_scim_v2_user", _read, "The stored password is read as credentials.", _CREATED_V2),
    ):
        key = sees if "|" in sees else f"{sees}|{at}"
        yield Fault(name, claim, (at,), sentence, lambda change=change: answering(change), sees=(key,))  # type: ignore[misc]


def _sent(seen: Seen) -> str | None:
    """The password that a request sends, in a document or by a PATCH."""
    document = seen.json
    if not isinstance(document, dict):
        return None
    steps = [step for step in document.get("Operations", []) if step.get("path") == "password"]
    return steps[0].get("value") if steps else document.get("password")


def _in_meta(seen: Seen, reply: Reply) -> None:
    password = _sent(seen)
    if password is not None:
        changing(lambda user: user["meta"].update(credentials=password))(seen, reply)


def _in_header(seen: Seen, reply: Reply) -> None:
    password = _sent(seen)
    if password is not None:
        reply.headers["x-request"] = f"password={password}"


def _as_nick_name(seen: Seen, reply: Reply) -> None:
    password = _sent(seen)
    if password is not None:
        changing(lambda user: user.update(nickName=password))(seen, reply)


def _read(seen: Seen, reply: Reply) -> None:
    record = named_by(seen)
    if record is not None and record.password is not None:
        changing(lambda user: user.update(credentials=record.password))(seen, reply)
