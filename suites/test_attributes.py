"""Attributes: a client chooses what of a resource it is given, and gets what it needs to go on in any case."""

from collections.abc import Mapping
from typing import Any

from scim_contract.checks import Expect, Judge, Operation, Org, Untested, claim
from scim_contract.org.choosing import ALWAYS, SCHEMAS, Chosen, besides, candidates, chosen, one, several
from scim_contract.org.documents import ENTERPRISE, differences, said

DEAR = ("emails", "phoneNumbers", "title", "members", "displayName")
"""What is left out where a client says so, the first that the resource has."""


@claim("attributes.included")
def test_asked_for_attributes_are_given(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            names = CHOICES[case](candidates(org, operation))
            answer = chosen(org, operation, f"attributes {case}", attributes=",".join(names))
            expect.need(expect.status(answer.answer, 200, part="asked"))
            as_whole(expect, answer, names, "asked")
            as_whole(expect, answer, ALWAYS[operation.resource], "always")
            more = besides(answer, operation, names)
            expected = f"nothing but {', '.join(names)} and what is given in any case"
            expect.nothing((f"{name} as well" for name in more), expected, answer.answer, part="nothing-else")


@claim("attributes.excluded")
def test_excluded_attributes_are_left_out(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            there = candidates(org, operation)
            names = CHOICES[case]([name for name in DEAR if name in there])
            answer = chosen(org, operation, f"excluded {case}", excludedAttributes=",".join(names))
            expect.need(expect.status(answer.answer, 200, part="left-out"))
            left = [f"{name} {said(answer.shown[name])}" for name in names if answer.shown.get(name)]
            expect.nothing(left, f"no {' and no '.join(names)}", answer.answer, part="left-out")
            as_whole(expect, answer, ALWAYS[operation.resource], "always")
            kept = {name: value for name, value in answer.whole.items() if name not in names}
            unlike = differences(kept, answer.shown, leave_out=(*names, SCHEMAS))
            expect.nothing(unlike, "the rest as it is without excludedAttributes", answer.answer, part="rest")


@claim("attributes.always-kept")
def test_what_is_always_given_cannot_be_excluded(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        always = ALWAYS[operation.resource]
        answer = chosen(org, operation, "excluded always", excludedAttributes=",".join(always))
        expect.need(expect.status(answer.answer, 200))
        as_whole(expect, answer, always)


@claim("attributes.named-as-elsewhere")
def test_attributes_are_named_as_elsewhere(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            there = candidates(org, operation)
            asked, name, part = NAMED[case](there)
            answer = chosen(org, operation, f"attributes {case}", attributes=asked)
            expect.need(expect.status(answer.answer, 200))
            whole, shown = (within(each.get(name), part) for each in (answer.whole, answer.shown))
            unlike = differences({name: whole}, {name: shown})
            expect.nothing(unlike, f"{asked} as without attributes", answer.answer)
            more = besides(answer, operation, [name])
            expect.nothing((f"{each} as well" for each in more), f"nothing but {asked}", answer.answer)


@claim("attributes.unknown-ignored")
def test_attribute_that_does_not_exist_is_ignored(operation: Operation, org: Org, judge: Judge) -> None:
    for parameter in judge.cases:
        with judge(parameter) as expect:
            answer = chosen(org, operation, f"{parameter} unknown", **{parameter: "conformanceNone"})
            expect.need(expect.status(answer.answer, 200))
            as_whole(expect, answer, ALWAYS[operation.resource])


@claim("attributes.version-of-the-whole")
def test_part_of_a_resource_has_the_version_of_the_whole(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        names = one(candidates(org, operation))
        answer = chosen(org, operation, "attributes version", attributes=",".join(names))
        expect.need(expect.status(answer.answer, 200))
        meta = answer.whole.get("meta")
        version = meta.get("version") if isinstance(meta, dict) else None
        if version is None:
            raise Untested("the resource shows no meta.version")
        expect.equal(version, answer.answer.answer.etag, "ETag", answer.answer)


# what to ask for, and what came ------------------------------------------------------------------------

CHOICES = {"single": one, "several": several}


def as_whole(expect: Expect, answer: Chosen, names: tuple[str, ...], part: str = "") -> None:
    """Attributes are there as in the whole resource."""
    whole, shown = ({name: each.get(name) for name in names} for each in (answer.whole, answer.shown))
    wanted = f"{', '.join(names)} as without a choice of attributes"
    expect.nothing(differences(whole, shown), wanted, answer.answer, part=part)


def _upper(there: list[str]) -> tuple[str, str, str]:
    name = one(there)[0]
    return name.upper(), name, ""


def _inner(there: list[str]) -> tuple[str, str, str]:
    for name in ("emails", "members"):
        if name in there:
            return f"{name}.value", name, "value"
    raise Untested("the resource at hand has no attribute with parts to ask for")


def _extended(there: list[str]) -> tuple[str, str, str]:
    if ENTERPRISE not in there:
        raise Untested("the user at hand has nothing of the enterprise extension")
    return f"{ENTERPRISE}:department", ENTERPRISE, "department"


NAMED = {"other-case": _upper, "sub-attribute": _inner, "extension": _extended}
"""For each case what to ask for, the attribute that it is of, and the part of it."""


def within(value: Any, part: str) -> Any:
    """Of an attribute's value the part of a name, of every item of a list; all of it without one."""
    if not part:
        return value
    if isinstance(value, list):
        return [within(item, part) for item in value]
    return {part: value.get(part)} if isinstance(value, Mapping) else value
