"""The plan as steps for a person, in the platform's own admin pages."""

from __future__ import annotations

from collections.abc import Iterator

from scim_contract.provision.plan import Plan, Wanted

_EMPTY_ROLE = "(where a role must have some permission: one that has nothing to do with users or groups)"


def needs(plan: Plan) -> Iterator[str]:
    """What a full run needs, and whether it is there."""
    for client in plan.clients:
        yield f"{_sign(client.there)} a client with {_held(client)}"
    yield f"{_sign(plan.group_there)} the group {plan.target.group}"
    for note in plan.notes:
        yield f"[!!] {note}"


def steps(plan: Plan) -> Iterator[str]:
    """What to do by hand, in order."""
    done = True
    for number, (step, parts) in enumerate(_steps(plan), 1):
        done = False
        yield f"{number}. {step}"
        yield from (f"     {part}" for part in parts)
    if done:
        yield "Nothing: all that a full run needs is there."


def _steps(plan: Plan) -> Iterator[tuple[str, list[str]]]:
    lacking = plan.lacking
    if lacking:
        none = [] if all(client.permission for client in lacking) else [_EMPTY_ROLE]
        yield (
            "Admin, Roles / Permissions, Add Role: these roles, each with its permission and no other.",
            [f"{client.name}: {client.permission or 'no permission'}" for client in lacking] + none,
        )
        yield "In each of them, Change Membership: add yourself. Only who has a role can give it to a client.", []
        yield (
            "Admin, OAuth, Add client: these clients, grant type Client Credentials, each with the role of its name.",
            [f"{client.name}: {client.id_variable}, {client.secret_variable}" for client in lacking],
        )
        yield "Keep each id and secret under these names where your CI keeps secrets: no secret is shown again.", []
        yield "Take yourself out of the roles again.", []
    if not plan.group_there:
        unless = "" if plan.group_there is False else ", unless the org has it already"
        yield (
            f"Admin, Groups: the group {plan.target.group}, official and visible to all{unless}. Leave it to the run.",
            [],
        )


def _sign(there: bool | None) -> str:
    return {True: "[ok]", False: "[no]", None: "[??]"}[there]


def _held(client: Wanted) -> str:
    return f"{client.permission} and nothing else" if client.permission else "no permission at all"
