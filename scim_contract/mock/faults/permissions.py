"""Faults of permissions: those who may are kept out, and clients that may not are let in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import changing
from scim_contract.mock.faults.admission import (
    answered,
    emptied,
    holders,
    kept_out,
    letting_in,
    made_up,
    noticing,
    telling,
    valid,
)
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.wire import Reply, Seen

LACKING = "permissions.lacking-refused"
ANONYMOUS = "permissions.anonymous-refused"
ONE = "permissions.one-suffices"
FIRST = ("2019",)
"""The edition in which reading users asks for a permission, and what asks for none is open without a token."""
ALIKE = "permissions.same-in-both-prefixes"


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of clients and their permissions."""
    yield from _kept_out(contract)
    yield from _let_in(contract)
    yield from _refused_otherwise(contract)
    yield from _refused_but_applied(contract)


# those who may are kept out --------------------------------------------------------------------------


def _kept_out(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "only-the-first-permission-suffices",
        ONE,
        "Of the permissions that an operation lists only the first one suffices.",
        kept_out(lambda seen, held, operation: operation.permissions[0] not in held),
        operations=[each for each in ranging(contract, ONE) if len(contract.operation(each).permissions) > 1],
        also=(ALIKE,),
    )
    for name, what in (("list_users", "The list of users"), ("get_user", "A user")):
        yield from family(
            contract,
            f"all-permissions-required-to-{name.replace('_', '-')}",
            ONE,
            f"{what} is shown to those who hold all the listed permissions, where any one of them suffices.",
            kept_out(lambda seen, held, operation: not held.issuperset(operation.permissions)),
            operations=ranging(contract, ONE, name),
            also=(ALIKE,),
            editions=FIRST,
        )
    yield from family(
        contract,
        "a-second-permission-required",
        ONE,
        "A client with a single permission may not write, as where a role has to come with it.",
        kept_out(lambda seen, held, operation: len(held) < 2),
        operations=ranging(contract, ONE, "replace", "modify", "delete"),
        also=(ALIKE,),
    )
    for operation in ("post_scim_users", "post_scim_v2_users", "get_scim_groups", "get_scim_v2_group"):
        yield Fault(
            f"permission-not-known:{operation}",
            ONE,
            (operation,),
            f"{operation} refuses the only permission that it lists.",
            kept_out(lambda seen, held, operation: True),
            also=(ALIKE,),
        )
    for operation in ("patch_scim_user", "put_scim_v2_user"):
        yield Fault(
            f"set-password-alone-refused:{operation}",
            ONE,
            (operation,),
            f"Who may set passwords and nothing else may not do so by {operation}.",
            kept_out(lambda seen, held, operation: held == {"directory:user:setPassword"}),
            also=(ALIKE,),
        )
    yield Fault(
        "editor-does-not-find-the-user",
        ONE,
        ("get_scim_user",),
        "To a client that may edit users, and not view them, a user that exists is 404.",
        kept_out(lambda seen, held, operation: held == {"directory:user:edit"}, status=404),
        also=(ALIKE,),
    )
    yield Fault(
        "editor-is-shown-an-empty-list",
        ONE,
        ("get_scim_users",),
        "A client that may edit users, and not view them, is answered with an empty list.",
        noticing(
            lambda seen, held, operation: held == {"directory:user:edit"},
            changing(emptied),
        ),
    )


# those who may not are let in ------------------------------------------------------------------------


def _let_in(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "any-token-will-do",
        LACKING,
        "Every client with a valid token is let in, whatever it holds.",
        letting_in(lambda seen, held, operation: valid(seen)),
        also=(ALIKE,),
    )
    yield from family(
        contract,
        "holding-nothing-is-enough",
        LACKING,
        "A client without any permission is let in; one with a permission that does not fit is refused.",
        letting_in(lambda seen, held, operation: valid(seen) and not held),
        also=(ALIKE,),
    )
    yield from family(
        contract,
        "any-user-permission-will-do",
        LACKING,
        "Any permission on users is taken for every permission on users.",
        letting_in(lambda seen, held, operation: any(p.startswith("directory:user:") for p in held)),
        operations=[each for each in ranging(contract, LACKING) if contract.operation(each).resource == "users"],
        also=(ALIKE,),
    )
    for operation, permission in (
        ("delete_scim_v2_user", "directory:user:view"),
        ("delete_scim_user", "directory:user:edit"),
        ("post_scim_users", "directory:user:edit"),
        ("put_scim_user", "directory:user:add"),
        ("patch_scim_v2_user", "directory:user:view"),
        ("get_scim_user", "directory:user:setPassword"),
        ("get_scim_v2_users", "directory:group:edit"),
        ("get_scim_v2_group", "directory:user:view"),
        ("patch_scim_v2_group", "directory:user:edit"),
    ):
        yield Fault(
            f"let-in-by-{permission.partition(':')[2].replace(':', '-')}:{operation}",
            LACKING,
            (operation,),
            f"{operation} lets in the holders of {permission} as well.",
            letting_in(holders(permission)),
            also=(ALIKE,),
            editions=FIRST if permission == "directory:user:view" else (),
        )

    sentence = "With an If-Match a client that may set passwords alone is refused."
    alone = kept_out(
        lambda seen, held, operation: held == {"directory:user:setPassword"} and "if-match" in seen.headers
    )
    yield Fault("password-with-if-match-refused", ONE, ("put_scim_v2_user",), sentence, alone, also=(ALIKE,))
    sentence = "Who may delete users may switch them off as well."
    off = letting_in(lambda seen, held, operation: "directory:user:delete" in held and b'"active"' in seen.body)
    at = ("patch_scim_user", "patch_scim_v2_user")
    yield Fault("who-deletes-may-switch-off", LACKING, at, sentence, off, also=(ALIKE,))
    sentence = "Anybody with a token may set a password."
    word = letting_in(lambda seen, held, operation: b'"password"' in seen.body)
    updates = ("put_scim_user", "put_scim_v2_user", "patch_scim_user", "patch_scim_v2_user")
    yield Fault("anybody-sets-passwords", LACKING, updates, sentence, word, also=(ALIKE,))


def _refused_otherwise(contract: Contract) -> Iterator[Fault]:
    yield from family(
        contract,
        "lacking-is-401",
        LACKING,
        "A client without a fitting permission is refused with 401, where RFC 7644 has 403.",
        lambda: Plant(after=telling(403, 401)),
        also=(ALIKE,),
    )
    yield from family(
        contract,
        "lacking-is-404",
        LACKING,
        "A client without a fitting permission is told 404, as if there was nothing.",
        lambda: Plant(after=telling(403, 404)),
        operations=[each for each in ranging(contract, LACKING) if contract.operation(each).path_parameter],
        also=(ALIKE,),
    )
    yield Fault(
        "lacking-sees-an-empty-list",
        LACKING,
        ("get_scim_groups",),
        "A client without a fitting permission is answered with an empty list in place of a refusal.",
        letting_in(lambda seen, held, operation: valid(seen), changing(emptied)),
        also=(ALIKE,),
    )


def _refused_but_applied(contract: Contract) -> Iterator[Fault]:
    writes = ranging(contract, LACKING, "create", "replace", "modify", "delete")
    yield from family(
        contract,
        "forbidden-but-applied",
        LACKING,
        "A write without a fitting permission is refused with 403, and applied all the same.",
        letting_in(lambda seen, held, operation: valid(seen), answered(403)),
        operations=writes,
    )
    yield from family(
        contract,
        "anonymous-but-applied",
        ANONYMOUS,
        "A write without a token, or with a made-up one, is refused with 401, and applied all the same.",
        letting_in(lambda seen, held, operation: not valid(seen), answered(401)),
        operations=writes,
    )
    yield Fault(
        "one-permission-forbidden-but-applied",
        LACKING,
        ("put_scim_v2_group",),
        "PUT of a group is refused to the holders of directory:user:add, and applied all the same.",
        letting_in(holders("directory:user:add"), answered(403)),
    )
    yield Fault(
        "made-up-token-refused-but-applied",
        ANONYMOUS,
        ("patch_scim_v2_user",),
        "PATCH of a user with a made-up token is refused with 401, and applied all the same.",
        letting_in(made_up, answered(401)),
    )
    yield Fault(
        "forbidden-delete-deactivates",
        LACKING,
        ("delete_scim_user",),
        "A delete without a fitting permission is refused with 403, and deactivates the user.",
        lambda: Plant(after=_deactivated_by(403)),
    )
    yield Fault(
        "anonymous-delete-deactivates",
        ANONYMOUS,
        ("delete_scim_v2_user",),
        "A delete without a valid token is refused with 401, and deactivates the user.",
        lambda: Plant(after=_deactivated_by(401)),
    )


# what they are made of --------------------------------------------------------------------------------


def _deactivated_by(status: int) -> Callable[[Seen, Reply], None]:
    def after(seen: Seen, reply: Reply) -> None:
        user = seen.directory.users.get(seen.path.rpartition("/")[2]) if seen.directory else None
        if reply.status == status and user is not None and seen.directory is not None:
            seen.directory.update(user, {**user.content, "active": False})

    return after
