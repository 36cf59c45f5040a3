"""References between resources: a user's groups and manager, and a group's members, are where and what they say."""

from scim_contract.checks import Exchange, Expect, Judge, Operation, Org, claim
from scim_contract.judging.entries import kind_of, leads_to
from scim_contract.org.documents import said
from scim_contract.org.links import follow
from scim_contract.org.references import (
    Reference,
    dead_links,
    filling,
    in_a_group,
    others_links,
    references,
    shared_links,
    with_a_manager,
    with_members,
)
from scim_contract.org.workspace import Resource


@claim("representations.references", "groups")
def test_groups_of_a_user_are_what_they_say(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("groups") as expect:
        read = in_a_group(org, operation.prefix)
        for reference in references(read, "groups"):
            is_what_it_says(expect, org, read, reference)
        expect.nothing(shared_links(read, "groups"), "a $ref of its own for each group", read)


@claim("representations.references", "members")
def test_members_of_a_group_are_what_they_say(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("members") as expect:
        read = with_members(org, operation.prefix)
        for reference in references(read, "members"):
            is_what_it_says(expect, org, read, reference)
        expect.nothing(shared_links(read, "members"), "a $ref of its own for each member", read)
        for answer in filling(org, operation.prefix):
            for reference in others_links(answer, "members", references(read, "members")):
                is_what_it_says(expect, org, answer, reference)
        for dead in dead_links(org, operation.prefix):
            leads_to(expect, dead.nobody, f"$ref {said(dead.link)} of a deleted member", dead.group, dead.id)


@claim("representations.references", "manager")
def test_manager_is_what_it_says(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("manager") as expect:
        read = with_a_manager(org, operation.prefix)
        for reference in references(read, "manager"):
            is_what_it_says(expect, org, read, reference)


def is_what_it_says(expect: Expect, org: Org, read: Exchange, reference: Reference) -> None:
    """The $ref of a reference, where given, leads to what its value names; its type, where given, is that one's."""
    what = f"$ref {said(reference.link)}"
    if reference.link is None:
        what = f"type {said(reference.type)}"
        found: Exchange | str = org.gone_or_there(Resource(reference.resource, str(reference.value)), prefix_of(read))
    else:
        found = follow(org, reference.link, read, reference.resource)
    there = leads_to(expect, found, what, read, reference.value)
    if there and reference.type is not None and isinstance(found, Exchange):
        named = f"type of {reference.name} {reference.value}"
        expect.equal(kind_of(found.document), reference.type, named, read)


def prefix_of(read: Exchange) -> str:
    """The prefix that was asked."""
    assert read.operation is not None
    return read.operation.prefix
