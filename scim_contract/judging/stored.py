"""Judging what a write left behind, fact by fact."""

from __future__ import annotations

from collections.abc import Iterable

from scim_contract.judging.expect import Expect
from scim_contract.org.changes import Written
from scim_contract.org.errors import Blocked
from scim_contract.org.facts import Fact, facts, told
from scim_contract.transport import Exchange


def before(written: Written) -> Exchange:
    """The read before a write; ValueError for a create, which has none."""
    if written.before is None:
        raise ValueError(f"{written.asked.step} has no read before it")
    return written.before


def after(written: Written) -> Exchange:
    """The read after a write.

    Raises:
        Blocked: it did not succeed, so nobody knows what the write did.
    """
    if not written.after.answer.ok:
        raise Blocked("the resource could not be read after the write", written.after)
    return written.after


def shows(expect: Expect, written: Written, there: Iterable[Fact] = (), gone: Iterable[Fact] = ()) -> bool:
    """A write that succeeded, and a later read that shows some facts and no longer shows others."""
    if not expect.succeeded(written.asked):
        return False
    read = after(written)
    seen = facts(read.document)
    holds = [expect.that(f in seen, f"a later read shows {told({f})}", _instead(seen, f), read) for f in there]
    still = frozenset(gone) & seen
    return expect.that(not still, f"a later read without {told(still)}", "it is still there", read) and all(holds)


def leaves(expect: Expect, written: Written, there: Iterable[Fact] = (), gone: Iterable[Fact] = ()) -> bool:
    """As `shows`, and everything else that the resource said before the write it says after it.

    A division may appear unasked: the server may give everyone one.
    """
    there, gone = frozenset(there), frozenset(gone)
    if not shows(expect, written, there, gone):
        return False
    read = after(written)
    was, seen = facts(before(written).document), facts(read.document)
    lost = was - gone - seen
    new = {fact for fact in seen - was - there if fact[0] != "division" or facts(before(written).document, "division")}
    kept = expect.that(not lost, "the rest is as it was", f"a later read no longer shows {told(lost)}", read)
    return expect.that(not new, "the rest is as it was", f"a later read also shows {told(new)}", read) and kept


def _instead(seen: frozenset[Fact], missing: Fact) -> str:
    """What a read shows of the attribute of a missing fact."""
    return (
        told({fact for fact in seen if fact[0] == missing[0]})
        if _has(seen, missing[0])
        else f"it shows no {missing[0]}"
    )


def _has(seen: frozenset[Fact], name: str) -> bool:
    return any(fact[0] == name for fact in seen)
