"""Users and groups from creation to deletion: what is written is there, what is refused leaves nothing behind."""

from scim_contract.checks import (
    Blocked,
    Exchange,
    Judge,
    Operation,
    Org,
    Untested,
    Written,
    came,
    claim,
)
from scim_contract.judging.stored import before, shows
from scim_contract.org.across import across, created_elsewhere, deleted_elsewhere, switched
from scim_contract.org.creations import incomplete, made_of
from scim_contract.org.documents import groups_of, said
from scim_contract.org.lives import created, created_again, deleted, is_gone, settled, victim
from scim_contract.org.media import deleted_who_is_off
from scim_contract.org.mirrored import setting
from scim_contract.org.passwords import SET_PASSWORD
from scim_contract.org.people import bare, note_created
from scim_contract.org.permits import password_set
from scim_contract.org.refused import passwords_while_off, taken
from scim_contract.org.replacements import cleared, stored, without_schemas
from scim_contract.org.side_by_side import emptied_of_roles

# ---- creation


@claim("lifecycle.create")
def test_created_user_is_there(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        creation = created(org, operation.prefix)
        asked, user_id = creation.asked, creation.asked.document.get("id")
        expect.status(asked, 201, part="created")
        there = isinstance(user_id, str) and user_id != ""
        expect.need(expect.that(there, "a body with an id", f"id {said(user_id)}", asked, part="created"))
        location = (asked.document.get("meta") or {}).get("location")
        expect.that(
            location is not None and asked.answer.header("Location") == location,
            "a Location header that equals meta.location",
            f"Location {said(asked.answer.header('Location'))}, meta.location {said(location)}",
            asked,
            part="created",
        )
        expect.applied(creation, part="readable")
        elsewhere = created_elsewhere(org, operation.prefix)
        expect.status(elsewhere, 200, part="readable-in-the-other-prefix")


@claim("lifecycle.create-minimal")
def test_three_properties_make_a_user(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        expect.applied(bare(org, operation.prefix))


@claim("lifecycle.create-missing-refused")
def test_incomplete_user_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            asked = incomplete(org, operation, case)
            expect.need(expect.refused(asked, 400))
            expect.nothing(made_of(org, operation, case), "no user came of it", asked)


@claim("lifecycle.schemas-in-body")
def test_body_that_names_no_schema_is_carried_out_or_refused(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        written = without_schemas(org, operation)
        if written.asked.answer.ok:
            expect.applied(written)
        elif expect.status(written.asked, 400):
            expect.unchanged(written)


# ---- userName


@claim("lifecycle.user-name-unique")
def test_taken_user_name_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    for case in ("taken", "taken-in-other-case"):
        with judge(case) as expect:
            expect.refused_without_trace(taken(org, operation, case))
    with judge("status" if operation.kind == "create" else "status-of-update") as expect:
        asked = refused(taken(org, operation, "taken").asked)
        if operation.kind == "create":
            expect.status(asked, 409)
        elif expect.status(asked, 409, 400) and asked.status == 400:
            expect.scim_type(asked, "uniqueness")
    with judge("scim-type") as expect:
        asked = refused(taken(org, operation, "taken").asked)
        if asked.status != 409:
            raise Untested(f"it was refused with {asked.answer.line}, not 409")
        expect.scim_type(asked, "uniqueness")


@claim("lifecycle.user-name-free-again")
def test_deleted_users_name_is_free_again(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        deletion = deleted(org, operation.prefix)
        if not is_gone(deletion.after):
            raise Blocked("the user was not deleted", deletion.asked)
        again = created_again(org, operation, deletion)
        if again.asked.status == 409:
            raise Untested(f"this target keeps the name of a deleted user, as it may: {came(again.asked)}")
        expect.status(again.asked, 201)
        expect.applied(again)


# ---- replacement


@claim("lifecycle.replace")
def test_replacement_is_the_whole_new_state(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("stored") as expect:
        replaced = stored(org, operation)
        shows(expect, replaced.written, replaced.there, replaced.gone)
    with judge("null-clears") as expect:
        replaced = cleared(org, operation, "null")
        if replaced.written.asked.status == 400:
            expect.unchanged(replaced.written)
        else:
            shows(expect, replaced.written, replaced.there, replaced.gone)
    with judge("empty-list-clears") as expect:
        replaced = cleared(org, operation, "empty list")
        shows(expect, replaced.written, replaced.there, replaced.gone)
        roles = emptied_of_roles(org, operation) if operation.resource == "users" else None
        if roles is not None:
            written, gone = roles
            shows(expect, written, gone=gone)
    with judge("left-out-is-cleared") as expect:
        replaced = cleared(org, operation, "left out")
        shows(expect, replaced.written, replaced.there, replaced.gone)


@claim("lifecycle.deactivate")
def test_user_in_a_group_is_switched_off_and_on(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        user = switched(org, operation)
        expect.need(expect.applied(user.off.written))
        expect.applied(user.on)
        lost = user.groups - groups_of(user.later.document)
        wanted = "the user is in the groups that it was in before it was switched off, and on under other names"
        expect.that(not lost, wanted, f"it is no longer in {' and '.join(sorted(lost))}", user.later)


@claim("lifecycle.set-password")
def test_set_password_suffices_for_a_password(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        written = password_set(org, operation, org.holding_only(SET_PASSWORD))
        if expect.succeeded(written.asked):
            expect.unchanged(written)
        for one in passwords_while_off(org, operation):
            expect.unchanged(one)


# ---- deletion


@claim("lifecycle.delete")
def test_deleted_user_is_gone(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        deletion = deleted(org, operation.prefix)
        expect.need(expect.succeeded(deletion.asked, part="accepted"))
        for one in deleted_who_is_off(org, operation):
            expect.succeeded(one.asked, part="accepted")
        expect.status(deletion.after, 404, part="read-is-404")
        for name, part in (("replace_user", "replace-is-404"), ("modify_user", "modify-is-404")):
            expect.status(write_to_the_dead(org, operation, name, deletion), 404, part=part)
        again = org.ask(operation, victim(deletion), case="again", if_match=deleted_under(operation, deletion))
        expect.status(again, 404, *(() if again.request.header("If-Match") is None else (400,)), part="delete-is-404")
        expect.status(deleted_elsewhere(org, operation.prefix), 404, part="other-prefix-is-404")


# ---- both prefixes


@claim("lifecycle.across-prefixes")
def test_write_shows_in_the_other_prefix(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        written = across(org, operation)
        expect.that(written.shown, f"the other prefix shows {written.effect}", written.seen, written.elsewhere)


# ---- what these checks send


def refused(exchange: Exchange) -> Exchange:
    """A write that was refused in some way.

    Raises:
        Blocked: it was not, which is the claim's other cases' business.
    """
    if exchange.answer.ok:
        raise Blocked("it was not refused at all", exchange)
    return exchange


def deleted_under(operation: Operation, deletion: Written) -> str | None:
    """What a second deletion sends as If-Match: in v2 the ETag that the user had, of which it may be told first."""
    return before(deletion).answer.etag if operation.prefix == "v2" else None


def write_to_the_dead(org: Org, operation: Operation, name: str, deletion: Written) -> Exchange:
    """A PUT or PATCH of the deleted user; should that bring it back, the ledger knows it again."""
    was, write = before(deletion).document, org.operation(operation.prefix, name)
    body = setting(write, was, title="Conformance back again").body
    if write.kind == "modify":  # as an identity provider does whose user was hired again
        body["Operations"].append({"op": "replace", "path": "active", "value": True})
    user = victim(deletion)
    asked = settled(org, deletion.asked, lambda: org.ask(write, user, body=body, case="after its deletion"), is_gone)
    note_created(org.workspace, str(was.get("userName")), asked)
    return asked
