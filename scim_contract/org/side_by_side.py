"""Users created side by side, one for each value, and what is made of them: one list shows them all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from scim_contract.contract import Operation
from scim_contract.org import people, writing
from scim_contract.org.changes import Change, Written
from scim_contract.org.documents import EXTENSIONS, USER, resources
from scim_contract.org.errors import Blocked, Untested
from scim_contract.org.facts import Fact, facts
from scim_contract.org.fragments import APART, DOUBTFUL, SUPPLIED, Fragment, fragments
from scim_contract.org.org import Org
from scim_contract.org.trip import Trip
from scim_contract.org.values import eq
from scim_contract.org.workspace import Resource
from scim_contract.transport import Exchange

SIDE_BY_SIDE = (*APART, *SUPPLIED, *DOUBTFUL, "active")


def new_body(org: Org, operation: Operation, part: Fragment, case: str) -> dict[str, Any]:
    """A body for POST of a user who has this part."""
    own = {name: value for name, value in part.items() if name != "userName"}
    return people.new_user(org.workspace, org.workspace.step(org.act, operation.id, f"name {case}"), **own)


def created_side_by_side(org: Org, operation: Operation) -> dict[str, Trip]:
    """A user for each case, all of one displayName, and a list of them: what it does not show is read by id."""
    return org.once(("side by side", operation.id), lambda: _create_side_by_side(org, operation))


def _create_side_by_side(org: Org, operation: Operation) -> dict[str, Trip]:
    name = _common_name(org, operation.prefix)
    sent: dict[str, tuple[Fragment, Change, Exchange]] = {}
    parts, bodies = fragments(org, operation, SIDE_BY_SIDE), dict[str, dict[str, Any]]()

    def question(case: str) -> Mapping[str, Any]:
        bodies[case] = new_body(org, operation, {**parts[case], "displayName": name}, case)
        return {"case": case, "body": bodies[case]}

    for case, asked in zip(parts, org.ask_together(operation, map(question, parts)), strict=True):
        if isinstance(asked, Exchange):  # else it is tried once more by itself
            user_name = bodies[case]["userName"]
            people.note_created(org.workspace, user_name, asked)
            sent[case] = parts[case], Change(bodies[case], {"userName": user_name}), asked
    listed = _listed(org, operation.prefix, name, "created")

    def read(change: Change, asked: Exchange) -> Exchange:
        its_id = asked.document.get("id")
        if asked.answer.ok and isinstance(its_id, str):
            return org.gone_or_there(Resource("users", its_id, ours=True), operation.prefix)
        return writing.find_user(org, operation.prefix, change.body["userName"])

    return {
        case: _seen(part, Written(None, asked, listed, change), partial(read, change, asked))
        for case, (part, change, asked) in sent.items()
    }


def _common_name(org: Org, prefix: str) -> str:
    return f"Conformance {org.workspace.token(f'round-trip/side by side/{prefix}')}"


def _listed(org: Org, prefix: str, name: str, case: str) -> Exchange:
    params = {"filter": eq("displayName", name)}

    def ask() -> Exchange:
        return org.ask(org.operation(prefix, "list_users"), params=params, case=f"side by side, {case}")

    return org.once(("side by side", prefix, case), ask)


def listed(org: Org, prefix: str) -> tuple[str, Exchange]:
    """A filter that finds those who were created side by side, one of them switched off, and the list of them then.

    Raises:
        Untested, Blocked: there are no such users.
    """
    created_side_by_side(org, org.operation(prefix, "create_user"))
    name = _common_name(org, prefix)
    return eq("displayName", name), _listed(org, prefix, name, "created")


def _seen(part: Fragment, written: Written, read: Callable[[], Exchange], created: tuple[Exchange, ...] = ()) -> Trip:
    """A trip seen in a list where that shows what was sent, else by a read of its own."""
    asked = written.asked
    its_id = asked.document.get("id")
    item = next((each for each in resources(written.after.document) if its_id and each.get("id") == its_id), {})
    seen = Trip(written, part, item, (*created, asked, written.after))
    if asked.answer.ok and written.after.answer.ok and item and seen.back:
        return seen
    after = read()
    return Trip(replace(written, after=after), part, after.document, (*created, asked, after))


def replacement_of(user: Mapping[str, Any], part: Fragment) -> Change:
    """A PUT of one part and of what a user cannot be without."""
    urns = [USER, *(urn for urn in EXTENSIONS if urn in part)]
    required = {"userName": user.get("userName"), "displayName": user.get("displayName")}
    return Change({"schemas": urns, **required, **part}, part)


def replaced_side_by_side(org: Org, operation: Operation) -> dict[str, Trip]:
    """A PUT for each case, each of the user that was created for the case before it, and a list of them."""
    return org.once(("side by side", operation.id), lambda: _replace(org, operation))


def _replace(org: Org, operation: Operation) -> dict[str, Trip]:
    created = created_side_by_side(org, org.operation(operation.prefix, "create_user"))
    usable = {case: made for case, made in created.items() if made.written.asked.answer.ok and made.seen.get("id")}
    cases = [*usable]
    parts = fragments(org, operation, cases)
    asked: dict[str, tuple[Resource, Change]] = {}
    creations: dict[str, tuple[Exchange, ...]] = {}
    for case, before in zip(cases, [*cases[-1:], *cases[:-1]], strict=True):
        user = Resource("users", str(usable[before].seen["id"]), ours=True)
        change, creations[case] = replacement_of(usable[before].seen, parts[case]), (usable[before].written.asked,)
        if before == "roles":
            change.body.setdefault("roles", [])
        asked[case] = user, change
    questions = [{"resource": user, "body": change.body, "case": case} for case, (user, change) in asked.items()]
    answers = zip(asked, org.ask_together(operation, questions), strict=True)
    sent = {case: (*asked[case], came) for case, came in answers if isinstance(came, Exchange)}
    listed = _listed(org, operation.prefix, _common_name(org, operation.prefix), "replaced")

    def read(user: Resource) -> Exchange:
        return org.gone_or_there(user, operation.prefix)

    return {
        case: _seen(parts[case], Written(None, came, listed, change), partial(read, user), creations[case])
        for case, (user, change, came) in sent.items()
    }


def emptied_of_roles(org: Org, operation: Operation) -> tuple[Written, frozenset[Fact]] | None:
    """The PUT that gives the user with the target's roles an empty list of them, with a read, and the roles that it
    takes away: not those that others were given unasked. None where there is no such user."""
    with contextlib.suppress(Blocked, Untested):
        created = dict(created_side_by_side(org, org.operation(operation.prefix, "create_user")))
        sent = replaced_side_by_side(org, operation)
        emptied = [made for made in sent.values() if _body(made).get("roles") == []]
        had = created.pop("roles", None)
        if had is not None and emptied:
            given = frozenset[Fact]().union(*(facts(made.seen, "roles") for made in created.values()))
            return _read_by_id(org, operation, emptied[0]), (facts(had.sent, "roles") & facts(had.seen)) - given
    return None


def _body(made: Trip) -> Mapping[str, Any]:
    return made.written.change.body if made.written.change is not None else {}


def _read_by_id(org: Org, operation: Operation, made: Trip) -> Written:
    """The write of a trip with a read of its own, unless there are no roles in what was read already."""
    if not facts(made.seen, "roles") or not made.written.asked.answer.ok:
        return made.written
    user = Resource("users", str(made.written.asked.document.get("id")), ours=True)
    return replace(made.written, after=org.gone_or_there(user, operation.prefix))


def one_of_many(org: Org, prefix: str, label: str, number: int) -> Resource:
    """One of the users that were created side by side, who are there for this too; one of its own where that failed."""

    def choose() -> Resource:
        with contextlib.suppress(Blocked, Untested):
            created = created_side_by_side(org, org.operation(prefix, "create_user"))
            there = [made.written.asked for made in created.values() if made.back and made.written.asked.answer.ok]
            if len(there) > number:
                return Resource("users", str(there[number].document["id"]), ours=True)
        return org.person(prefix, label).resource

    chosen = org.once(("one of many", prefix, label), choose)
    in_use(org, prefix)[label] = chosen
    return chosen


def in_use(org: Org, prefix: str) -> dict[str, Resource]:
    """Those who were chosen so far, by label."""
    found: dict[str, Resource] = org.once(("many in use", prefix), dict)
    return found
