"""PATCH: operations add, replace and remove what their paths name, in order, all or none; the rest stays as it was."""

from scim_contract.checks import Judge, Operation, Org, claim
from scim_contract.judging.stored import before, leaves
from scim_contract.org.across import switched
from scim_contract.org.facts import facts, told
from scim_contract.org.group_patches import renamed_alone
from scim_contract.org.patched_trips import lost_in_turn
from scim_contract.org.patches import in_order, patch
from scim_contract.org.refused import malformed
from scim_contract.org.steps import Patched

OFF = facts({"active": False})


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
            for one in besides(org, operation, case):
                leaves(expect, one.written, one.there, one.gone)
            for change, lost in lost_in_turn(org, operation) if case == "plain-path" else ():
                expect.that(not lost, "the rest is as it was", f"the answer no longer shows {told(lost)}", change.asked)


def besides(org: Org, operation: Operation, case: str) -> list[Patched]:
    """What other claims patch in that way: a group's name alone, since members sent with it hide lost ones; active."""
    if operation.resource == "groups":
        return [renamed_alone(org, operation)] if case == "no-path" else []
    off = switched(org, operation).off.written
    gone = facts(before(off).document, "active") - OFF
    return [Patched(off, OFF, gone)] if case == "plain-path" and off.asked.answer.ok else []


@claim("lifecycle.patch-remove")
def test_patch_removes(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            patched = patch(org, operation, "remove", case)
            leaves(expect, patched.written, patched.there, patched.gone)


@claim("lifecycle.patch-in-order")
def test_patch_applies_in_order(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        patched = in_order(org, operation)
        leaves(expect, patched.written, patched.there, patched.gone)


@claim("lifecycle.patch-atomic")
def test_patch_is_applied_whole_or_not_at_all(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        expect.refused_without_trace(malformed(org, operation, "one-of-three"))
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
