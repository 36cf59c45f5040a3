"""Variants that do not go together: two ways to do the same thing, of which one would hide the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

_ETAGS = ("etags-hashed", "etags-counted", "etags-weak", "etags-weak-hashed", "etags-with-signs")
_TIMES = (
    *("times-whole-seconds", "times-microseconds", "times-nanoseconds", "times-offset-east"),
    *("times-offset-west", "times-offset-of-nought", "times-offset-without-colon"),
)
_BACK = "deleted-users-come-back"  # writes a version and a time of its own
_DELETES = ("delete-is-200", "delete-is-200-with-an-object", "delete-is-202", "delete-is-202-with-an-object")
_BUSY = ("busy-now-and-then", "busy-until-a-date", "busy-until-a-date-of-its-own-clock", "busy-for-a-while")
_OTHERS = ("other-email-is-user-name", "other-email-fixed", "other-email-change-refused", "other-email-refused")

# Of each of these one at a time.
EXCLUSIVE: tuple[tuple[str, ...], ...] = (
    (*_ETAGS, "conditions-of-one-etag-400", "conditions-of-one-etag-412", "weak-conditions-match", _BACK),
    (*_TIMES, "every-write-moves", _BACK),
    ("headers-of-a-platform", "no-etag-on-writes"),
    ("gateway-json", "gateway-html", "gateway-empty"),
    ("methods-400", "methods-401", "methods-403", "methods-404", "methods-501"),
    (*_BUSY, "unsteady", "gateway-fails"),  # their shares would add up
    ("few-users", "three-thousand-users"),
    ("lists-newest-first", "users-change-meanwhile"),  # the order moves with each write
    ("lists-newest-first", "groups-change-meanwhile"),
    ("lists-lag", "lists-from-replicas", "users-change-meanwhile"),  # others must not write to the earlier state
    ("lists-lag", "lists-from-replicas", "groups-change-meanwhile"),
    ("empty-is-absent", "empty-lists-shown", "absent-is-null"),
    ("empty-page-is-absent", "empty-page-is-null", "empty-is-absent"),
    ("empty-page-starts-at-one", "empty-page-starts-nowhere", "lists-say-little"),
    ("phones-as-uris", "phones-with-hyphens"),
    ("photos-elsewhere", "no-photos", "photos-refused"),
    ("lists-shuffled", "lists-backwards"),
    ("links-without-host", "references-from-the-prefix", "links-by-the-name-of-the-api"),
    ("null-refused", "null-refused-in-put", "extra-attributes", "extra-schemas"),  # these hold nulls
    ("unknown-attributes-refused", "unknown-attributes-ignored", "unknown-attributes-kept"),
    ("duplicate-keys-refused", "first-duplicate-key-counts"),
    ("limits-of-texts-and-lists", "limits-with-413"),
    (*_OTHERS, "user-name-is-work-email"),
    ("user-names-of-the-deleted-kept", _BACK),
    ("default-role", "roles-need-another-permission"),  # what is shown to everybody could not be sent back
    ("existence-first", "permission-last"),
    ("accept-first", "unacceptable-gets-json"),
    ("media-type-first", "unsupported-is-400"),
    ("errors-terse", "errors-say-syntax"),
    ("errors-in-plain-json", "errors-in-scim-json"),
    ("odd-ids-are-400", "platform-answers-odd-ids", "existence-first", "permission-last"),
    (*_DELETES, "deletes-take-a-moment"),
    ("required-filters-only", "no-logic-in-filters", "no-users-by-name-or-title"),
)


def excluded(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """The pairs of these variants that do not go together."""
    for one, other in combinations(sorted(names), 2):
        if any(one in group and other in group for group in EXCLUSIVE):
            yield one, other
