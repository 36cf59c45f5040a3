"""Groups: their members come and go as they are written, users' groups follow, and a new name is found."""

from scim_contract.checks import Judge, Operation, Org, claim, needed
from scim_contract.judging.lists import missing
from scim_contract.judging.stored import after, before, leaves, shows
from scim_contract.org.across import renamed
from scim_contract.org.company import newcomer
from scim_contract.org.documents import groups_of, ids
from scim_contract.org.facts import facts, told
from scim_contract.org.filling import all_replaced
from scim_contract.org.group import another_group
from scim_contract.org.membership import Moved, added_again, adding, done, joined, left
from scim_contract.org.refused import unknown_member


@claim("lifecycle.members")
def test_members_come_and_go(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("add") as expect:
        came = joined(org, operation)
        leaves(expect, came.written, came.moved)
    if "add-again" in judge.cases:
        with judge("add-again") as expect:
            other, written = newcomer(org, operation.prefix).id, added_again(org, operation)
            leaves(expect, written, {("members", other)})
            times = [m.get("value") for m in after(written).document.get("members") or []].count(other)
            expect.that(times == 1, f"{other} among the members once", f"{times} times", written.after)
    with judge("remove") as expect:
        went = left(org, operation)
        leaves(expect, went.written, gone=went.moved)
    with judge("user-groups-agree") as expect:
        inside, outside = done(joined(org, operation)), done(left(org, operation))
        expect.that(inside.named, f"the user's groups name {inside.group_id}", groups_in(inside), inside.user)
        expect.that(
            not outside.named, f"the user's groups no longer name {outside.group_id}", groups_in(outside), outside.user
        )
    with judge("replace") as expect:
        for replaced in all_replaced(org, operation):
            shows(expect, replaced.written, replaced.there, replaced.gone)
    with judge("unknown-member") as expect:
        expect.refused_without_trace(unknown_member(org, operation), 400, 404)
    with judge("group-as-member") as expect:
        group = another_group(org)
        written = org.write(operation, change=lambda was: adding(operation, was, group), case="group-as-member")
        if written.asked.answer.ok:
            leaves(expect, written, {("members", group)})
        else:
            expect.refused_without_trace(written, 400)


@claim("lifecycle.rename-group")
def test_renamed_group_is_found_under_its_new_name(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        new = renamed(org, operation)
        written, name = new.across.written, facts(new.across.change.shows if new.across.change else {})
        expect.need(leaves(expect, written, name, facts(before(written).document, "displayName")))
        found, group_id = needed(new.found), after(written).document.get("id")
        expect.that(
            group_id in ids(found.document),
            f"{told(name)} finds the group",
            missing(found),
            found,
        )


# ---- what these checks look at


def groups_in(moved: Moved) -> str:
    """The groups that a user names, as a person reads them."""
    return f"groups: {', '.join(sorted(groups_of(moved.user.document))) or 'none'}"
