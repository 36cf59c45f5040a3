"""PATCH: operations add, replace and remove what their paths name, in order, all or none; the rest stays as it was."""

from collections.abc import Mapping
from typing import Any

from scim_contract.checks import Change, Judge, Operation, Org, claim, modification
from scim_contract.judging.stored import before, leaves
from scim_contract.org.facts import facts
from scim_contract.org.malformed import replacing_name
from scim_contract.org.membership import member, newcomer
from scim_contract.org.patches import HOME, patch, renamed_alone
from scim_contract.org.refused import malformed


@claim("lifecycle.patch-add")
def test_patch_adds(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            patched = patch(org, operation, "add", case)
            leaves(expect, patched.written, patched.there, patched.gone)


@claim("lifecycle.patch-replace")
def test_patch_replaces(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            patched = patch(org, operation, "replace", case)
            leaves(expect, patched.written, patched.there, patched.gone)
            if case == "no-path" and operation.resource == "groups":  # a name and members together hide lost members
                alone = renamed_alone(org, operation)
                leaves(expect, alone.written, alone.there, alone.gone)


@claim("lifecycle.patch-remove")
def test_patch_removes(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            patched = patch(org, operation, "remove", case)
            leaves(expect, patched.written, patched.there, patched.gone)


@claim("lifecycle.patch-in-order")
def test_patch_applies_in_order(operation: Operation, org: Org, judge: Judge) -> None:
    """Removes before adds, adds before removes, or backwards: each gives something else than the order sent."""
    with judge() as expect:
        steps, end = steps_in_order(org, operation)
        written = org.write(operation, change=Change(modification(*steps), {}))
        was = facts(before(written).document)
        leaves(expect, written, facts(end), {fact for fact in was if fact[0] in {"title", *end}} - facts(end))


@claim("lifecycle.patch-atomic")
def test_patch_is_applied_whole_or_not_at_all(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        expect.refused_without_trace(malformed(org, operation, "one-of-two"))
        without_target = malformed(org, operation, "one-of-two-without-target")
        if not without_target.asked.answer.ok:  # that it must not be taken is lifecycle.patch-malformed-refused
            expect.unchanged(without_target)


@claim("lifecycle.patch-malformed-refused")
def test_malformed_patch_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in ("no-schemas", "unknown-op", "remove-without-path", "operations-missing", "operations-not-a-list"):
        with judge(case) as expect:
            expect.refused_without_trace(malformed(org, operation, case), 400)
    with judge("remove-without-path-is-no-target") as expect:
        asked = malformed(org, operation, "remove-without-path").asked
        expect.scim_type(asked, "noTarget")
    with judge("unparsable-path") as expect:
        written = malformed(org, operation, "unparsable-path")
        expect.refused_without_trace(written, 400)
        expect.scim_type(written.asked, "invalidPath", "invalidFilter")
    with judge("filter-matches-nothing") as expect:
        written = malformed(org, operation, "filter-matches-nothing")
        expect.refused_without_trace(written, 400)
        expect.scim_type(written.asked, "noTarget")
    with judge("unknown-attribute") as expect:
        written = malformed(org, operation, "unknown-attribute")
        expect.that(
            written.asked.answer.ok or written.asked.status == 400,
            "400, or the attribute ignored",
            written.asked.answer.line,
            written.asked,
        )
        expect.unchanged(written)


# ---- what these checks send


def steps_in_order(org: Org, operation: Operation) -> tuple[list[Mapping[str, Any]], Mapping[str, Any]]:
    """Operations whose outcome depends on their order, and what is there in the end."""
    first, last = word_of(org, operation), word_of(org, operation, "last")
    if operation.resource == "users":
        return [
            {"op": "add", "path": "externalId", "value": first},
            {"op": "remove", "path": "externalId"},
            {"op": "add", "path": "externalId", "value": last},
            {"op": "add", "path": "title", "value": first},
            {"op": "remove", "path": "title"},
            {"op": "remove", "path": "phoneNumbers"},
            {"op": "add", "path": "phoneNumbers", "value": [HOME]},
        ], {"externalId": last, "phoneNumbers": [HOME]}
    one, other = newcomer(org, operation.prefix).id, member(org, operation.prefix).id
    return [
        replacing_name(operation, first),
        {"op": "add", "path": "members", "value": [{"value": one}]},
        {"op": "remove", "path": "members"},
        {"op": "add", "path": "members", "value": [{"value": other}]},
        replacing_name(operation, last),
    ], {"displayName": last, "members": [{"value": other}]}


def word_of(org: Org, operation: Operation, more: str = "") -> str:
    """A word of its own for a check: for groups one that bears the group's name."""
    word = org.workspace.token(f"{org.act}/{operation.id}/{more}")
    return word if operation.resource == "users" else f"{org.workspace.target.group}{word}"
