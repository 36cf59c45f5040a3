"""Faults of filters: values that are more than data, logic, and parts of values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from scim_contract.contract import Contract, Operation
from scim_contract.mock.behaviour import Behaviour, Document
from scim_contract.mock.directory import Record
from scim_contract.mock.faults.acting import asking, error
from scim_contract.mock.faults.lists import (
    GROUPS_1,
    GROUPS_2,
    LISTS,
    USERS_1,
    USERS_2,
    Query,
    refusing,
    rewritten,
)
from scim_contract.mock.filters import FilterEngine
from scim_contract.mock.planting import Fault, Plant, family
from scim_contract.mock.wire import Seen

Show = Callable[[Record], Document]


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this part of the area; the others are in filters, matches and indexes."""
    yield from _encoding(contract)
    yield from _data(contract)
    yield from _logic(contract)
    yield from _parts(contract)
    yield from _nearly()


def _encoding(contract: Contract) -> Iterator[Fault]:
    claim = "filters.encoding"
    yield from family(
        contract,
        "plus-decoded-twice",
        claim,
        "Percent-encoding is undone twice, so that %2B becomes a space.",
        lambda: Plant(before=asking(rewritten(r"\+", " "))),
    )
    for name, sentence, change, operations in (
        (
            "value-cut-at-its-space",
            "A value is read up to its first space.",
            rewritten(r'"([^" ]+) [^"]*"$', r'"\1"'),
            (USERS_1, GROUPS_2),
        ),
        (
            "value-cut-at-its-ampersand",
            "%26 ends the filter, as an ampersand would.",
            rewritten(r"&.*", ""),
            (USERS_2, GROUPS_1),
        ),
        (
            "apostrophe-doubled",
            "An apostrophe in a value is doubled, as for SQL.",
            rewritten("'", "''"),
            (USERS_1, GROUPS_1),
        ),
        ("utf8-read-as-latin-1", "UTF-8 in a filter is read as Latin-1.", _as_latin_1, LISTS),
    ):
        yield Fault(name, claim, operations, sentence, lambda change=change: Plant(before=asking(change)))  # type: ignore[misc]
    yield Fault(
        "percent-20-kept-in-values",
        claim,
        LISTS,
        "%20 is a space between the words of a filter, but not within a value.",
        lambda: Plant(before=_kept_space),
    )
    yield Fault(
        "raw-plus-dropped",
        claim,
        LISTS,
        "A plus that is not encoded is read as nothing at all.",
        lambda: Plant(before=_without_raw_plus),
    )
    yield Fault(
        "raw-plus-refused",
        claim,
        (USERS_2, GROUPS_1),
        "A plus that is not encoded is refused.",
        lambda: Plant(before=lambda seen: error(400, "", "invalidFilter") if "+" in seen.query else None),
    )


def _data(contract: Contract) -> Iterator[Fault]:
    claim = "filters.value-is-data"
    yield from family(
        contract,
        "star-is-a-wildcard",
        claim,
        "A star in a value stands for anything.",
        lambda: Plant(before=asking(rewritten(r'eq "([^"]*)\*"$', r'sw "\1"'))),
    )
    for name, sentence, change, operations in (
        (
            "percent-is-a-wildcard",
            "A percent sign in a value stands for anything, as in SQL.",
            rewritten(r'eq "(.*)%"$', r'sw "\1"'),
            (USERS_2, GROUPS_1),
        ),
        (
            "escaped-quote-refused",
            "A quote within a value is refused, although it is escaped.",
            refusing(r'\\"hi'),
            (USERS_1, GROUPS_2),
        ),
        (
            "escaped-quote-ends-the-value",
            "A quote within a value ends it although it is escaped: what follows is filter.",
            rewritten(r'^.*\\" or \\".*$', "id pr"),
            (USERS_2, GROUPS_2),
        ),
        (
            "apostrophe-breaks-out",
            "An apostrophe in a value reaches the database: everything is found.",
            rewritten(r"^.*' OR '.*$", "id pr"),
            (USERS_1, GROUPS_1),
        ),
        (
            "backslash-is-an-escape",
            "A backslash in a value begins an escape of LDAP.",
            rewritten(r"\\\\2a", "*"),
            (USERS_2, GROUPS_1),
        ),
    ):
        yield Fault(name, claim, operations, sentence, lambda change=change: Plant(before=asking(change)))  # type: ignore[misc]


def underscores() -> Plant:
    """An underscore in a value stands for any character."""

    def replaced(behaviour: Behaviour, _: Operation) -> Behaviour:
        def matcher(
            engine: FilterEngine, kind: str, text: str, show: Callable[[Record], Document]
        ) -> Callable[[Record], bool]:
            asked = re.fullmatch(r'(\w+) eq "(.*_.*)"', text)
            if asked is None:
                return behaviour.matcher(engine, kind, text, show)
            like = re.compile(re.escape(asked[2]).replace("_", "."), re.IGNORECASE)
            return lambda record: like.fullmatch(str(show(record).get(asked[1]))) is not None

        return replace(behaviour, matcher=matcher)

    return Plant(behaviour=replaced)


def _logic(contract: Contract) -> Iterator[Fault]:
    claim = "filters.logical"
    yield from family(
        contract,
        "and-reads-the-first-half",
        claim,
        "Of a filter with and only the first half is read.",
        lambda: Plant(before=asking(rewritten(r"^([^()]*?) and .*$", r"\1"))),
    )
    for name, sentence, pattern, instead, operations in (
        (
            "and-reads-the-second-half",
            "Of a filter with and only the second half is read.",
            r"^[^()]* and ([^()]*)$",
            r"\1",
            (USERS_1, GROUPS_2),
        ),
        ("and-is-or", "and is read as or.", r'" and ', '" or ', (USERS_2, GROUPS_1)),
        (
            "or-reads-the-first-half",
            "Of two comparisons joined by or only the first is read.",
            r'^(\w+ eq "[^"]*") or \w+ eq "[^"]*"$',
            r"\1",
            (USERS_2, GROUPS_2),
        ),
        ("or-is-and", "or is read as and.", r'" or ', '" and ', (USERS_1, GROUPS_1)),
        (
            "not-goes-into-both-halves",
            "not before parentheses is taken as before each half of an and.",
            r"not \((\w+ eq \"[^\"]*\") and (\([^()]*\))\)",
            r"not (\1) and not \2",
            LISTS,
        ),
        ("not-ignored", "The word not is passed over.", r"not \(", "(", LISTS),
        (
            "parentheses-dropped",
            "Parentheses are passed over.",
            r"^([^(]*) and \((.*)\)$",
            r"\1 and \2",
            (USERS_1, GROUPS_1),
        ),
        (
            "operators-from-left-to-right",
            "and does not bind before or: a filter is read from left to right.",
            r"^([^()]*) or ([^()]*) and ([^()]*)$",
            r"(\1 or \2) and \3",
            (USERS_2, GROUPS_2),
        ),
    ):
        yield Fault(
            name,
            claim,
            operations,
            sentence,
            lambda pattern=pattern, instead=instead: Plant(before=asking(rewritten(pattern, instead))),  # type: ignore[misc]
        )


def _parts(contract: Contract) -> Iterator[Fault]:
    claim = "filters.not-a-prefix-match"
    yield from family(
        contract,
        "eq-compares-the-beginning",
        claim,
        "eq finds what begins with the value.",
        lambda: Plant(before=asking(rewritten("^(userName|displayName) eq ", r"\1 sw "))),
    )
    for name, operator, operations in (
        ("eq-compares-the-end", "ew", (USERS_1, GROUPS_2)),
        ("eq-looks-inside", "co", (USERS_2, GROUPS_1)),
    ):
        yield Fault(
            name,
            claim,
            operations,
            f"eq finds what {'ends with' if operator == 'ew' else 'contains'} the value.",
            lambda operator=operator: Plant(  # type: ignore[misc]
                before=asking(rewritten("^(userName|displayName) eq ", rf"\1 {operator} "))
            ),
        )


def _nearly() -> Iterator[Fault]:
    for name, claim, operations, sentence, pattern, instead in (
        (
            "names-compared-in-30-letters",
            "filters.documented-example",
            (GROUPS_2,),
            "Of a long name only the first 30 letters are compared.",
            r'^displayName eq "([^"\\]{30})[^"].*$',
            r'displayName sw "\1"',
        ),
        (
            "blank-at-the-end-ignored",
            "filters.equality",
            (USERS_1,),
            "A blank at the end of an externalId does not count.",
            r'^(externalId eq ".*?) +"$',
            r'\1"',
        ),
        (
            "tag-of-an-address-ignored",
            "filters.equality",
            (USERS_2,),
            "What stands between a plus and the @ of a userName does not count.",
            r'^(userName eq "[^"+]*)\+[^"@]*@',
            r"\1@",
        ),
    ):
        plant = partial(Plant, before=asking(rewritten(pattern, instead)))
        yield Fault(name, claim, operations, sentence, plant)


def _as_latin_1(query: Query) -> None:
    if "filter" in query:
        query["filter"] = query["filter"].encode().decode("latin-1")


def _without_raw_plus(seen: Seen) -> None:
    seen.query = seen.query.replace("+", "")


def _kept_space(seen: Seen) -> None:
    seen.query = re.sub(r"(%22[^%&]+)%20([^%&]+%22)", r"\1%2520\2", seen.query)
