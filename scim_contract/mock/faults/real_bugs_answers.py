"""Bugs that users reported of other SCIM servers: what their answers say of a resource."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import (
    Document,
    changing,
    each_resource,
    named_by,
    remember,
)
from scim_contract.mock.planting import Fault, Plant, ranging
from scim_contract.mock.representation import timestamp
from scim_contract.mock.wire import Reply, Seen

USERS, USERS_2, GROUPS, GROUPS_2 = "get_scim_users", "get_scim_v2_users", "get_scim_groups", "get_scim_v2_groups"
USER, USER_2, GROUP, GROUP_2 = "get_scim_user", "get_scim_v2_user", "get_scim_group", "get_scim_v2_group"
CREATE, CREATE_2 = "post_scim_users", "post_scim_v2_users"
REPLACE, REPLACE_2 = "put_scim_user", "put_scim_v2_user"
CONSTANT = 'W/"1"'
GITHUB = "https://github.com/"


def faults(contract: Contract) -> Iterator[Fault]:
    """The bugs of this topic."""
    yield from _versions(contract)
    yield from _representations(contract)
    yield from _discovery(contract)


def _versions(contract: Contract) -> Iterator[Fault]:
    yield Fault(
        "bug-version-of-what-is-shown",
        "etags.list-items-agree",
        (GROUPS, GROUPS_2),
        "The version is a hash of what is shown, and a list of groups does not load their members.",
        lambda: Plant(after=each_resource(_version_of_what_is_shown)),
        also=("filters.equality",),
        link=GITHUB + "apache/directory-scimple/pull/541",
    )
    yield Fault(
        "bug-version-is-a-constant",
        "etags.changes-with-writes",
        ranging(contract, "etags.changes-with-writes", "replace_user", "modify_user"),
        'Each user has the version W/"1", whatever is written.',
        lambda: Plant(_any_version_will_do, _constant_version, everywhere=True),
        also=("etags.differing-is-200", "etags.stale-if-match-refused", "etags.one-writer-wins"),
        link=GITHUB + "limosa-io/laravel-scim-server/issues/90",
    )
    yield Fault(
        "bug-two-writers-win",
        "etags.one-writer-wins",
        ranging(contract, "etags.one-writer-wins"),
        "If-Match is checked some time before the write, so that two writers with the same ETag both succeed.",
        lambda: Plant(before=_checked_too_early()),
        link=GITHUB + "thunder-id/thunderid/pull/5110",
    )
    yield Fault(
        "bug-version-of-the-order-of-members",
        "etags.stable",
        (GROUP, GROUP_2),
        "A group's members come in another order at each read, and the ETag is a hash of them in that order.",
        lambda: Plant(after=_shuffled),
        also=("etags.header-quoted", "etags.current-is-304"),
        link=GITHUB + "thunder-id/thunderid/pull/5110",
    )


def _representations(contract: Contract) -> Iterator[Fault]:
    yield Fault(
        "bug-location-is-relative",
        "representations.meta",
        (USER, USER_2, CREATE),
        "meta.location is a bare Users/<id>, which leads nowhere.",
        lambda: Plant(after=changing(lambda document: document["meta"].update(location=f"Users/{document['id']}"))),
        also=("lifecycle.create",),
        link=GITHUB + "elimity-com/scim/issues/172",
    )
    yield Fault(
        "bug-list-items-without-schemas",
        "representations.schemas-uris",
        (USERS, GROUPS_2),
        "The resources in a list have no schemas.",
        lambda: Plant(after=each_resource(lambda resource: resource.pop("schemas", None))),
        also=("filters.equality",),
        sees=(f"filters.equality|{USERS}", f"filters.equality|{GROUPS_2}"),
        link=GITHUB + "jelhub/scimgateway/issues/44",
    )
    yield Fault(
        "bug-password-echoed",
        "representations.password-never-returned",
        (CREATE, CREATE_2, REPLACE, REPLACE_2),
        "The answer to a write shows the password that it set.",
        lambda: Plant(after=_echoed),
        sees=("representations.read-only", "lifecycle.set-password"),
        link=GITHUB + "pond/scimitar/issues/56",
    )
    yield Fault(
        "bug-last-modified-stays-on-patch",
        "representations.meta",
        ranging(contract, "representations.meta", "modify_group"),
        "A PATCH of a group does not move meta.lastModified.",
        lambda: Plant(remember, _modified_as_before),
        link=GITHUB + "wso2/product-is/issues/22244",
    )
    yield Fault(
        "bug-times-without-a-zone",
        "representations.meta",
        (USER, USERS_2, GROUP_2),
        "Times have no zone.",
        lambda: Plant(after=each_resource(_without_zone)),
        link=GITHUB + "wso2/product-is/issues/4455",
    )
    yield Fault(
        "bug-list-items-with-little-meta",
        "representations.meta",
        (USERS, USERS_2),
        "In a list meta has neither location nor resourceType.",
        lambda: Plant(after=each_resource(_little_meta)),
        also=("filters.equality",),
        link=GITHUB + "wso2/product-is/issues/5328",
    )
    yield Fault(
        "bug-location-header-without-base-path",
        "lifecycle.create",
        (CREATE, CREATE_2),
        "The Location header of a creation lacks the path that meta.location begins with.",
        lambda: Plant(after=_from_the_root),
        link=GITHUB + "wso2/product-is/issues/7317",
    )


def _discovery(contract: Contract) -> Iterator[Fault]:
    everywhere = ranging(contract, "discovery.resource-types")
    yield Fault(
        "bug-no-resource-types",
        "discovery.resource-types",
        everywhere,
        "The list of resource types is empty.",
        lambda: Plant(after=changing(lambda listed: listed.update(Resources=[], totalResults=0, itemsPerPage=0))),
        link=GITHUB + "AzureAD/SCIMReferenceCode/issues/17",
    )
    yield Fault(
        "bug-resource-types-miscounted",
        "discovery.resource-types",
        everywhere,
        "totalResults of the resource types counts the schemas, the extension's with them.",
        lambda: Plant(after=changing(lambda listed: listed.update(totalResults=listed["totalResults"] + 1))),
        link=GITHUB + "simpleidserver/SimpleIdServer/issues/320",
    )


# versions -----------------------------------------------------------------------------------------------


def _version_of_what_is_shown(resource: Document) -> None:
    shown = {name: value for name, value in resource.items() if name not in ("meta", "members")}
    resource["meta"]["version"] = f'"{zlib.crc32(repr(shown).encode()):08x}"'


def _about_users(seen: Seen) -> bool:
    return bool(seen.operation) and "_user" in str(seen.operation)


def _any_version_will_do(seen: Seen) -> None:
    record = named_by(seen)
    for header in ("if-match", "if-none-match"):
        if record and _about_users(seen) and seen.headers.get(header) == CONSTANT:
            seen.headers[header] = f'"{record.version}"'


def _constant_version(seen: Seen, reply: Reply) -> None:
    if not _about_users(seen) or not (reply.ok or reply.status == 304):
        return
    if "etag" in reply.headers:
        reply.headers["etag"] = CONSTANT
    if reply.body:
        each_resource(lambda resource: resource["meta"].update(version=CONSTANT))(seen, reply)


def _checked_too_early() -> Callable[[Seen], None]:
    passed: dict[tuple[str, str], float] = {}

    def before(seen: Seen) -> None:
        given, now = seen.headers.get("if-match"), time.monotonic()
        if given is None:
            return
        if now - passed.get((seen.path, given), 0.0) < 1:
            del seen.headers["if-match"]
        passed.setdefault((seen.path, given), now)

    return before


def _shuffled(seen: Seen, reply: Reply) -> None:
    document = reply.json if reply.status == 200 else None
    if not isinstance(document, dict) or not document["members"]:
        return
    turn = seen.memory["turn"] = seen.memory.get("turn", 0) + 1
    cut = turn % len(document["members"])
    document["members"] = document["members"][cut:] + document["members"][:cut]
    order = [document["meta"]["version"], *(member["value"] for member in document["members"])]
    reply.headers["etag"] = document["meta"]["version"] = f'"{zlib.crc32(repr(order).encode()):08x}"'
    reply.put(document)


# representations ----------------------------------------------------------------------------------------


def _echoed(seen: Seen, reply: Reply) -> None:
    sent = seen.json
    if isinstance(sent, dict) and "password" in sent:
        changing(lambda document: document.update(password=sent["password"]))(seen, reply)


def _modified_as_before(seen: Seen, reply: Reply) -> None:
    was, now = seen.note["was"], named_by(seen)
    if reply.ok and was and now and seen.directory is not None:
        seen.directory.groups[now.id] = replace(now, modified=was.modified)
        changing(lambda document: document["meta"].update(lastModified=timestamp(was.modified)))(seen, reply)


def _without_zone(resource: Document) -> None:
    resource["meta"]["lastModified"] = resource["meta"]["lastModified"].removesuffix("Z")


def _little_meta(resource: Document) -> None:
    for name in ("location", "resourceType"):
        resource["meta"].pop(name, None)


def _from_the_root(seen: Seen, reply: Reply) -> None:
    if "location" in reply.headers:
        base = seen.path.rpartition("/")[0]
        reply.headers["location"] = reply.headers["location"].replace(base, "", 1)
