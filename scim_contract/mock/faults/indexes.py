"""Faults of filters: an index that is behind what is stored, and one that differs between the prefixes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.behaviour import Behaviour, Document
from scim_contract.mock.directory import Record
from scim_contract.mock.faults.acting import answering, widely
from scim_contract.mock.faults.lists import (
    LISTS,
    USERS,
    USERS_1,
    USERS_2,
    Query,
)
from scim_contract.mock.filters import FilterEngine
from scim_contract.mock.paging import Page
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

Matches = Callable[[Record], bool]
Show = Callable[[Record], Document]
_SEEDED = 1_577_836_800_000  # 2020: what the mock begins with is older


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this part of the area; the others are in filters, matches and searching."""
    yield from _deleted()
    yield from _written(contract)
    yield from _prefixes(contract)
    sentence = "A creation stores two users of one userName, and tells of the one."
    yield from widely([Fault("created-twice-over", "filters.equality", USERS, sentence, Plant)], _twice)


def _twice(operations: frozenset[str]) -> Plant:
    def after(seen: Seen, reply: Reply) -> None:
        created = str(seen.operation).startswith("post_") and reply.status == 201
        if created and seen.directory is not None:
            seen.directory.add("User", seen.directory.users[reply.json["id"]].content)

    return Plant(after=after, everywhere=True)


def _deleted() -> Iterator[Fault]:
    claim = "filters.forgets-deleted"
    for name, attributes, operations in (
        ("deleted-users-still-found", ("id", "userName", "externalId"), USERS),
        ("deleted-users-still-found:get_scim_users", ("id", "userName", "externalId"), (USERS_1,)),
        ("deleted-users-still-found:get_scim_v2_users", ("id", "userName", "externalId"), (USERS_2,)),
        ("deleted-users-still-found-by-id", ("id",), (USERS_2,)),
        ("deleted-users-still-found-by-user-name", ("userName",), (USERS_1,)),
        ("deleted-users-still-found-by-external-id", ("externalId",), (USERS_2,)),
        ("deleted-users-still-found-by-email", ("emails.value",), (USERS_2,)),
    ):
        yield Fault(
            name,
            claim,
            operations,
            f"A user that was deleted is still found by a filter on {', '.join(attributes)}.",
            lambda attributes=attributes, operations=operations: _remembering(attributes, operations),  # type: ignore[misc]
        )


def _written(contract: Contract) -> Iterator[Fault]:
    claim = "filters.sees-writes"
    yield from family(
        contract,
        "renamed-found-by-the-old-name",
        claim,
        "What was renamed is found by its old name and not by the new one: the index is not told of changes.",
        lambda: Plant(behaviour=_by_first_names()),
    )
    yield from family(
        contract,
        "found-by-every-name-it-had",
        claim,
        "What was renamed is found by the old name as well.",
        lambda: Plant(behaviour=_by_all_values("userName", "displayName", {})),
    )
    yield Fault(
        "found-by-every-external-id-it-had",
        claim,
        USERS,
        "A user whose externalId is changed or removed is found by the old one as well.",
        _by_all_external_ids,
    )
    yield Fault(
        "found-by-every-email-it-had",
        claim,
        (USERS_1,),
        "A user whose email is replaced or removed is found by the old one as well.",
        lambda: Plant(behaviour=_by_all_emails()),
    )
    yield Fault(
        "found-filters-are-kept",
        claim,
        LISTS,
        "What a filter found once it finds for ever: answers are kept by the text of the filter.",
        lambda: Plant(before=_kept_answer, after=_keep_answer),
    )
    yield Fault(
        "created-with-little-not-found",
        claim,
        USERS,
        "A user that was created without an externalId is found by no filter until it is changed.",
        lambda: Plant(behaviour=_unless_created_with("externalId")),
        also=("filters.counts-matches", "paging.walk-complete"),
    )


def _prefixes(contract: Contract) -> Iterator[Fault]:
    claim = "filters.same-in-both-prefixes"
    for prefix in contract.prefixes:
        for resource in ("users", "groups"):
            (operation,) = ranging(contract, claim, f"list_{resource}", prefix=prefix)
            yield Fault(
                f"one-match-not-in-this-prefix:{operation}",
                claim,
                (operation,),
                f"{operation} finds one match less than the other prefix does.",
                lambda: Plant(behaviour=_one_less),
                also=("filters.counts-matches", "paging.walk-complete", "filters.optional"),
            )


def _kept_answer(seen: Seen) -> Reply | None:
    kept: Reply | None = seen.memory.get(f"{seen.path}?{seen.query}") if "filter" in seen.parameters else None
    return None if kept is None else Reply(kept.status, dict(kept.headers), kept.body)


def _keep_answer(seen: Seen, reply: Reply) -> None:
    if reply.ok and reply.json["Resources"]:
        seen.memory[f"{seen.path}?{seen.query}"] = Reply(reply.status, dict(reply.headers), reply.body)


def _remembering(attributes: tuple[str, ...], operations: tuple[str, ...]) -> Plant:
    """Lists that find users who were deleted by some of their attributes."""
    users: dict[str, Document] = {}
    gone: list[str] = []

    def after(seen: Seen, reply: Reply) -> None:
        operation = str(seen.operation)
        if operation.startswith("post_") and operation.endswith("_users") and reply.ok:
            users[reply.json["id"]] = reply.json
        elif operation.startswith("delete_") and reply.ok:
            gone.append(seen.path.rpartition("/")[2])
        elif seen.operation in operations:
            answering(found)(seen, reply)

    def found(query: Query, document: Document) -> None:
        asked = re.fullmatch(r'([\w.]+) eq ("(?:[^"\\]|\\.)*")', query.get("filter", ""))
        if asked and asked[1] in attributes:
            held = [
                users[each] for each in gone if each in users and json.loads(asked[2]) in _held(users[each], asked[1])
            ]
            document["Resources"] += held
            document["totalResults"] += len(held)
            document["itemsPerPage"] = len(document["Resources"])

    return Plant(after=after, everywhere=True)


def _held(user: Document, attribute: str) -> list[Any]:
    name, _, inner = attribute.partition(".")
    return [each.get(inner) for each in user.get(name) or []] if inner else [user.get(name)]


def _by_first_names() -> Callable[[Behaviour, Any], Behaviour]:
    """Filters see the name that a resource had when they first looked at it."""
    names: dict[str, str] = {}

    def replaced(behaviour: Behaviour, _: Any) -> Behaviour:
        def matcher(engine: FilterEngine, kind: str, text: str, show: Show) -> Matches:
            naming = "userName" if kind == "User" else "displayName"

            def indexed(record: Record) -> Document:
                document = show(record)
                return {**document, naming: names.setdefault(record.id, document[naming])}

            return behaviour.matcher(FilterEngine(engine.edition), kind, text, indexed)

        return replace(behaviour, matcher=matcher)

    return replaced


def _by_all_external_ids() -> Plant:
    known: dict[str, dict[str, None]] = {}

    def note(seen: Seen, reply: Reply) -> None:
        document = reply.json if reply.ok and seen.method in ("POST", "PUT", "PATCH") else None
        if isinstance(document, dict) and document.get("externalId"):
            known.setdefault(str(document["id"]), {})[document["externalId"]] = None

    return Plant(after=note, behaviour=_by_all_values("externalId", "id", known), everywhere=True)


def _by_all_emails() -> Callable[[Behaviour, Any], Behaviour]:
    known: dict[str, list[str]] = {}

    def replaced(behaviour: Behaviour, _: Any) -> Behaviour:
        def matcher(engine: FilterEngine, kind: str, text: str, show: Show) -> Matches:
            def indexed(record: Record) -> Document:
                held = known.setdefault(record.id, [])
                held += [each for each in _held(show(record), "emails.value") if each not in held]
                return {**show(record), "emails": [{"value": each} for each in held]}

            return behaviour.matcher(engine, kind, text, indexed if kind == "User" else show)

        return replace(behaviour, matcher=matcher)

    return replaced


def _by_all_values(
    of_users: str, of_groups: str, names: dict[str, dict[str, None]]
) -> Callable[[Behaviour, Any], Behaviour]:
    """Filters see every value of an attribute that a resource ever had when they looked at it, and those given."""

    def replaced(behaviour: Behaviour, _: Any) -> Behaviour:
        def matcher(engine: FilterEngine, kind: str, text: str, show: Show) -> Matches:
            naming = of_users if kind == "User" else of_groups

            def called(name: str) -> Show:
                return lambda record: {**show(record), naming: name}

            def matches(record: Record) -> bool:
                known = names.setdefault(record.id, {})
                known[show(record).get(naming, "")] = None
                return any(
                    behaviour.matcher(FilterEngine(engine.edition), kind, text, called(name))(record) for name in known
                )

            return matches

        return replace(behaviour, matcher=matcher)

    return replaced


def _unless_created_with(attribute: str) -> Callable[[Behaviour, Any], Behaviour]:
    """Filters see what was created without an attribute from its first change on."""
    versions: dict[str, int] = {}

    def replaced(behaviour: Behaviour, _: Any) -> Behaviour:
        def matcher(engine: FilterEngine, kind: str, text: str, show: Show) -> Matches:
            matches = behaviour.matcher(engine, kind, text, show)

            def indexed(record: Record) -> bool:
                changed = record.version != versions.setdefault(record.id, record.version)
                return changed or record.modified < _SEEDED or attribute in record.content

            return lambda record: indexed(record) and matches(record)

        return replace(behaviour, matcher=matcher)

    return replaced


def _one_less(behaviour: Behaviour, _: Any) -> Behaviour:
    def cut(items: Any, page: Page) -> Any:
        return behaviour.cut(items[:-1] if len(items) > 1 else items, page)

    def list_response(resources: Any, total: int, page: Page) -> Document:
        return behaviour.list_response(resources, total - 1 if total > 1 else total, page)

    return replace(behaviour, cut=cut, list_response=list_response)
