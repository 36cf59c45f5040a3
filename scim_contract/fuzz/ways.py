"""The ways in which the steps of a history are answered, and what is said of one that was answered in another."""

from __future__ import annotations

from scim_contract.contract import Operation
from scim_contract.fuzz.deviations import Deviation
from scim_contract.fuzz.model import Known, Step, answers
from scim_contract.judging import came
from scim_contract.transport import Exchange

_CLAIMS = {
    "stale": ("etags.stale-if-match-refused", "before-the-last-write", ""),
    "not-modified": ("etags.current-is-304", "", "not-modified"),
}
"""The claims of their own that some ways have: claim, case and part."""


def way_of(asked: Exchange) -> str:
    """The way in which a step was answered, by its status."""
    if asked.answer.ok:
        return "done"
    told = {"invalidVers": "stale", "noTarget": "no-target"}.get(str(asked.document.get("scimType")))
    if asked.status == 400 and told is not None:
        return told
    return {304: "not-modified", 401: "refused", 403: "refused", 404: "gone", 410: "gone"}.get(
        asked.status, "otherwise"
    )


def otherwise(operation: Operation, step: Step, known: Known | None, asked: Exchange) -> Deviation:
    """The deviation of a step that was answered in another way than it may be, whatever it wrote."""
    ways = sorted(answers(step, known))
    claim, case, part = _CLAIMS.get(ways[0], ("", "", "")) if len(ways) == 1 else ("", "", "")
    words = {
        "done": "success (2xx)",
        "not-modified": "304",
        "stale": "400 invalidVers",
        "refused": "401 or 403",
        "gone": "404",
    }
    wanted = " or ".join(words[way] for way in ways)
    return Deviation(operation, wanted, came(asked), asked, claim, case, part, f"{'/'.join(ways)} {way_of(asked)}")
