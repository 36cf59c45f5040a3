"""Faults of what every resource says of itself: its id, where it lies, and when it last changed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from scim_contract.contract import Contract
from scim_contract.mock.faults.acting import Document, behind, changing, named_by
from scim_contract.mock.faults.representations import Change, answering, showing
from scim_contract.mock.planting import Fault, Plant, family, ranging
from scim_contract.mock.representation import timestamp
from scim_contract.mock.wire import Reply, Seen, Tamper, tampered


def faults(contract: Contract) -> Iterator[Fault]:
    """The faults of this topic."""
    yield from _ids(contract)
    yield from _meta(contract)
    yield from _times(contract)


def _ids(contract: Contract) -> Iterator[Fault]:
    claim = "representations.id"
    sentence = "A resource is shown without an id."
    missing = partial(showing, lambda shown: shown.pop("id"))
    known = ranging(contract, claim, "read", "replace", "modify")  # without an id in lists there is no group to ask for
    yield from family(contract, "id-missing", claim, sentence, missing, operations=known)
    for name, where in (
        ("id-missing-in-lists", (*ranging(contract, claim, "list_users", "list_resourcetypes"), "get_scim_v2_groups")),
        ("id-missing-in-lists-of-groups", ("get_scim_groups",)),
        ("created-without-id", ("post_scim_v2_users",)),
    ):
        yield Fault(name, claim, where, sentence, missing)
    for name, at, change, sentence in (
        ("id-is-empty", "get_scim_v2_resourcetype", lambda shown: shown.update(id=""), "The id is an empty text."),
        ("id-is-a-number", "put_scim_user", lambda shown: shown.update(id=12345), "The id is a number."),
    ):
        yield Fault(name, claim, (at,), sentence, partial(showing, change))
    sentence = "Each read shows another id."
    yield Fault("id-of-the-read", claim, ("get_scim_user", "get_scim_v2_resourcetype"), sentence, _other_each_time)
    upper = partial(showing, lambda group: group.update(id=group["id"].upper()))
    yield Fault("id-in-capitals-in-v1", claim, ("get_scim_group",), "In v1 the id is in capitals.", upper)


def _other_each_time() -> Plant:
    counter = itertools.count()
    return showing(lambda shown: shown.update(id=f"{shown['id']}-{next(counter)}"))


# ---- meta


def _meta(contract: Contract) -> Iterator[Fault]:
    claim = "representations.meta"
    sentence = "The resourceType is that of another kind of resource."
    yield from family(contract, "resource-type-of-another", claim, sentence, partial(showing, _other_kind))
    for name, at, change, sentence in (
        ("meta-missing", ("patch_scim_group",), lambda shown: shown.pop("meta"), "There is no meta."),
        ("location-missing", ("post_scim_users",), _no_location, "There is no meta.location."),
        (
            "location-on-the-host-behind",
            ("put_scim_user", "patch_scim_v2_group", "get_scim_v2_user"),
            _on_the_host_behind,
            "The location is on the host behind the proxy, as the server knows itself.",
        ),
        ("location-of-nobody", ("get_scim_user",), _of_nobody, "The location leads to nobody."),
        (
            "location-under-the-other-prefix",
            ("get_scim_v2_user", "patch_scim_v2_group", "post_scim_v2_users"),
            _under_v1,
            "The location in v2 lies under v1.",
        ),
    ):
        yield Fault(name, claim, at, sentence, partial(showing, change))
    sentence = "The location is that of another user."
    yield Fault("location-of-another", claim, ("put_scim_v2_user",), sentence, lambda: answering(_of_another))


def _on_the_host_behind(resource: Document) -> None:
    resource["meta"]["location"] = behind(resource["meta"]["location"])


def _other_kind(resource: Document) -> None:
    resource["meta"]["resourceType"] = "Group" if resource["meta"]["resourceType"] == "User" else "User"


def _no_location(resource: Document) -> None:
    del resource["meta"]["location"]


def _of_nobody(resource: Document) -> None:
    resource["meta"]["location"] = resource["meta"]["location"][:-4] + "0000"


def _under_v1(resource: Document) -> None:
    resource["meta"]["location"] = resource["meta"]["location"].replace("/scim/v2/", "/scim/")


def _of_another(seen: Seen, reply: Reply) -> None:
    record = named_by(seen)
    if record is not None and seen.directory is not None:
        other = next(each for each in seen.directory.users if each != record.id)
        swap: Change = lambda user: user["meta"].update(location=user["meta"]["location"].replace(record.id, other))  # noqa: E731
        changing(swap)(seen, reply)


def _times(contract: Contract) -> Iterator[Fault]:
    claim = "representations.meta"
    ahead, back = (partial(showing, _at_hours(hours)) for hours in (2, -24 * 365 * 20))
    sentence = "The lastModified is the local time, two hours ahead, with a Z."
    yield Fault("local-time-with-a-z", claim, ("get_scim_users", "patch_scim_user"), sentence, ahead)
    sentence = "The lastModified is the local time, five hours behind, with a Z, in every answer."
    yield Fault("local-time-behind-with-a-z", claim, ranging(contract, claim, "replace", "modify"), sentence, _behind)
    sentence = "The lastModified is written as HTTP dates are."
    yield Fault("time-of-rfc-1123", claim, ("get_scim_serviceproviderconfig",), sentence, partial(showing, _http_date))
    sentence = "The answer to a write shows a lastModified of twenty years ago."
    yield Fault("write-answers-an-older-time", claim, ("put_scim_user", "patch_scim_v2_group"), sentence, back)
    sentence = "Each read shows an earlier lastModified than the one before it."
    yield Fault("time-goes-back", claim, ("get_scim_group",), sentence, _ever_earlier)
    sentence = "A write leaves meta.lastModified as it was."
    yield from family(
        contract,
        "write-moves-no-time",
        claim,
        sentence,
        _unmoved,
        operations=ranging(contract, claim, "replace", "modify"),
    )
    sentence = "A PATCH of members leaves meta.lastModified as it was."
    yield Fault("members-move-no-time", claim, ("patch_scim_v2_group",), sentence, partial(_unmoved, b"displayName"))


def _at_hours(hours: int) -> Change:
    def change(resource: Document) -> None:
        meta = resource.get("meta", {})
        if "lastModified" in meta:
            moved = datetime.fromisoformat(meta["lastModified"]) + timedelta(hours=hours)
            meta["lastModified"] = moved.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    return change


def _behind() -> Plant:
    everywhere = showing(_at_hours(-5)).after
    return Plant(wrap=lambda app, seed: tampered(app, [Tamper(after=everywhere)]))


def _http_date(resource: Document) -> None:
    moment = datetime.fromisoformat(resource["meta"]["lastModified"])
    resource["meta"]["lastModified"] = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def _ever_earlier() -> Plant:
    counter = itertools.count()
    return showing(lambda shown: _at_hours(-next(counter))(shown))


def _unmoved(unless: bytes | None = None) -> Plant:
    def before(seen: Seen) -> None:
        seen.note["was"] = named_by(seen)

    def after(seen: Seen, reply: Reply) -> None:
        was, now, directory = seen.note["was"], named_by(seen), seen.directory
        if was is None or now is None or directory is None or (unless is not None and unless in seen.body):
            return
        table = directory.users if now.kind == "User" else directory.groups
        table[now.id] = replace(now, modified=was.modified)
        changing(lambda shown: shown["meta"].update(lastModified=timestamp(was.modified)))(seen, reply)

    return Plant(before, after)
