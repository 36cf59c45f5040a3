"""Faults of filters: where one is needed, how one is written, and how one that does not parse is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.behaviour import Behaviour, Document
from scim_contract.mock.directory import Record
from scim_contract.mock.errors import ScimProblem
from scim_contract.mock.faults.acting import asking, changing_errors, error
from scim_contract.mock.faults.lists import (
    GROUPS_1,
    GROUPS_2,
    USERS,
    USERS_1,
    USERS_2,
    refusing,
    rewritten,
    where_missing,
)
from scim_contract.mock.filters import FilterEngine
from scim_contract.mock.planting import Fault, Plant, family, ranging, replacing
from scim_contract.mock.wire import Seen


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this part of the area; the others are in matches, searching and indexes."""
    yield from _required(contract)
    yield from _optional()
    yield from _examples(contract)
    yield from _malformed(contract)
    yield from _case(contract)


def _required(contract: Contract) -> Iterator[Fault]:
    claim = "filters.required"
    yield from family(
        contract,
        "filter-not-required",
        claim,
        "Without a filter everything is listed.",
        lambda: replacing(requires_filter=lambda operation: False),
    )
    yield Fault(
        "missing-filter-forbidden",
        claim,
        (USERS_1, GROUPS_2),
        "A missing filter is refused with 403, as if the client might not list.",
        lambda: Plant(before=asking(lambda q: None if "filter" in q else error(403))),
    )
    yield Fault(
        "missing-filter-not-called-so",
        claim,
        ranging(contract, claim),
        "A missing filter is refused with 400, but without the scimType invalidFilter.",
        lambda: Plant(before=asking(lambda q: None if "filter" in q else error(400))),
    )
    yield Fault(
        "number-without-filter",
        claim,
        (USERS_1, USERS_2),
        "Where only the number is asked for, the filter may be missing.",
        lambda: Plant(before=asking(lambda q: where_missing("active pr")(q) if q.get("count") == "0" else None)),
    )
    yield Fault(
        "missing-filter-finds-nothing",
        claim,
        (USERS_2, GROUPS_2),
        "Without the required filter an empty list comes.",
        lambda: Plant(before=asking(where_missing('id eq "none"'))),
    )


def _optional() -> Iterator[Fault]:
    def only(text: str) -> Plant:
        return Plant(before=asking(where_missing(text)))

    def all_but_the_newest(seen: Seen) -> None:
        if "filter" not in seen.parameters and seen.directory is not None:
            seen.ask(filter=f'id ne "{list(seen.directory.groups)[-1]}"')

    for name, sentence, plant in (
        (
            "v1-groups-need-a-filter",
            "The groups of v1 are refused without a filter, as those of v2 are.",
            lambda: replacing(requires_filter=lambda operation: True),
        ),
        (
            "v1-groups-all-but-the-newest",
            "Without a filter the newest group is not there.",
            lambda: Plant(before=all_but_the_newest),
        ),
        (
            "v1-groups-only-with-members",
            "Without a filter groups that have no member are not there.",
            lambda: only("members pr"),
        ),
        ("v1-groups-none-without-a-filter", "Without a filter an empty list comes.", lambda: only('id eq "none"')),
    ):
        yield Fault(name, "filters.optional", (GROUPS_1,), sentence, plant)


def _examples(contract: Contract) -> Iterator[Fault]:
    claim = "filters.documented-example"
    yield from family(
        contract,
        "unquoted-name-refused",
        claim,
        "The filter of the reference's own example, with the name unquoted, is refused.",
        lambda: Plant(before=asking(refusing(r" eq \w+$"))),
    )
    yield Fault(
        "unquoted-name-finds-every-group",
        claim,
        (GROUPS_1,),
        "A name without quotes is not compared: every group is found.",
        lambda: Plant(before=asking(rewritten(r" eq \w+$", " pr"))),
    )
    yield from family(
        contract,
        "quoted-name-with-brackets-refused",
        claim,
        "A name in quotes is refused where it holds brackets.",
        lambda: Plant(before=asking(refusing(r'"[^"]*[(\[]'))),
    )
    yield Fault(
        "quoted-name-cut-at-or",
        claim,
        (GROUPS_2,),
        "A name in quotes is read up to the word or in it.",
        lambda: Plant(before=asking(rewritten(r'"([^"]*) or [^"]*"', r'"\1"'))),
    )


def _malformed(contract: Contract) -> Iterator[Fault]:
    claim = "filters.malformed"
    yield from family(
        contract,
        "malformed-filter-ignored",
        claim,
        "A filter that does not parse is taken as none.",
        lambda: Plant(behaviour=lambda b, _: replace(b, matcher=_forgiving(b))),
    )
    yield from family(
        contract,
        "malformed-filter-not-called-so",
        claim,
        "A filter that does not parse is refused with 400, but with scimType invalidSyntax.",
        lambda: Plant(after=changing_errors(_invalid_syntax)),
        also=("filters.required",),
    )
    for name, sentence, pattern, instead, operations in (
        (
            "unclosed-quote-closed",
            "A quote that is not closed ends with the filter.",
            r'^(\w+ eq "[^"]*)$',
            r'\1"',
            (USERS_1, GROUPS_2),
        ),
        (
            "unclosed-bracket-closed",
            "A bracket that is not closed ends with the filter.",
            r"^\((.*[^)])$",
            r"\1",
            (USERS_2,),
        ),
        (
            "word-too-much-ignored",
            "A word that follows a filter is ignored.",
            r" zz$",
            "",
            (USERS_1, GROUPS_1),
        ),
        (
            "missing-operand-is-any",
            "A filter without an operand finds what has the attribute.",
            r" eq$",
            " pr",
            (USERS_2, GROUPS_1),
        ),
        (
            "unknown-operator-is-eq",
            "An operator that there is none of is read as eq.",
            " zz ",
            " eq ",
            (USERS_2, GROUPS_2),
        ),
        (
            "empty-filter-finds-everything",
            "An empty filter does for the required one.",
            r"^$",
            "id pr",
            (*USERS, GROUPS_2),
        ),
        (
            "empty-filter-finds-no-group",
            "An empty filter finds nothing, where none at all finds every group.",
            r"^$",
            'id eq "none"',
            (GROUPS_1,),
        ),
    ):
        yield Fault(
            name,
            claim,
            operations,
            sentence,
            lambda pattern=pattern, instead=instead: Plant(before=asking(rewritten(pattern, instead))),  # type: ignore[misc]
        )
    yield Fault(
        "malformed-filter-breaks",
        claim,
        (USERS_1, GROUPS_1),
        "A filter whose quote is not closed is answered with 500.",
        lambda: Plant(before=asking(lambda q: error(500) if q.get("filter", "").count('"') == 1 else None)),
        also=("errors.never-5xx",),
    )
    yield Fault(
        "empty-filter-refused-in-other-words",
        claim,
        (GROUPS_1,),
        "An empty filter is refused with 400, but with scimType invalidValue.",
        lambda: Plant(before=asking(lambda q: error(400, "", "invalidValue") if q.get("filter") == "" else None)),
    )


def _case(contract: Contract) -> Iterator[Fault]:
    claim = "filters.case-insensitive-names"
    yield from family(
        contract,
        "upper-case-names-unknown",
        claim,
        "An attribute written in upper case is refused as unknown.",
        lambda: Plant(before=asking(refusing(r"^[A-Z]{2,} "))),
    )
    yield Fault(
        "upper-case-operators-unknown",
        claim,
        (USERS_1, GROUPS_1),
        "EQ is refused, where eq is understood.",
        lambda: Plant(before=asking(refusing(r" EQ "))),
    )
    yield Fault(
        "operators-of-one-case-only",
        claim,
        (USERS_2, GROUPS_2),
        "Eq is refused, where eq and EQ are understood.",
        lambda: Plant(before=asking(refusing(r" Eq "))),
    )
    yield Fault(
        "upper-case-names-find-nothing",
        claim,
        (USERS_2, GROUPS_1),
        "An attribute written in upper case is one that nothing has.",
        lambda: Plant(before=asking(rewritten(r"^[A-Z]{2,} .*", 'id eq "none"'))),
    )
    claim = "filters.case-of-values"
    yield from family(
        contract,
        "ids-compared-without-case",
        claim,
        "An id is found in other case as well.",
        lambda: Plant(behaviour=_comparing("id", lambda a, b: a.casefold() == b.casefold())),
    )
    yield from family(
        contract,
        "user-names-compared-with-case",
        claim,
        "A userName is found only in its own case.",
        lambda: Plant(behaviour=_comparing("userName", lambda a, b: a == b)),
        operations=USERS,
    )
    yield from family(
        contract,
        "external-ids-compared-without-case",
        claim,
        "An externalId is found in other case as well.",
        lambda: Plant(behaviour=_comparing("externalId", lambda a, b: a.casefold() == b.casefold())),
        operations=USERS,
    )


def _forgiving(behaviour: Behaviour) -> Callable[..., Callable[[Record], bool]]:
    def matcher(
        engine: FilterEngine, kind: str, text: str, show: Callable[[Record], Document]
    ) -> Callable[[Record], bool]:
        try:
            return behaviour.matcher(engine, kind, text, show)
        except ScimProblem:
            return lambda record: True

    return matcher


def _comparing(attribute: str, same: Callable[[str, str], bool]) -> Callable[[Behaviour, Any], Behaviour]:
    """eq on one attribute alone, compared in another way."""

    def replaced(behaviour: Behaviour, _: Any) -> Behaviour:
        def matcher(
            engine: FilterEngine, kind: str, text: str, show: Callable[[Record], Document]
        ) -> Callable[[Record], bool]:
            found = re.fullmatch(rf'{attribute} eq ("(?:[^"\\]|\\.)*")', text)
            if found is None:
                return behaviour.matcher(engine, kind, text, show)
            value = json.loads(found[1])
            return lambda record: same(str(show(record).get(attribute, "")), value)

        return replace(behaviour, matcher=matcher)

    return replaced


def _invalid_syntax(document: Document) -> None:
    if document.get("scimType") == "invalidFilter":
        document["scimType"] = "invalidSyntax"
