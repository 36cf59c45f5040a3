"""What drifted, as a page: one HTML file that needs no network."""

from __future__ import annotations

from scim_contract.drift.difference import WORDS, How
from scim_contract.drift.report import Drift, counts
from scim_contract.drift.show import by_model
from scim_contract.reports.page.writing import render

_COLOURS = {"breaks": "violated", "differs": "waived", "same": "conforms"}


def page(drift: Drift) -> str:
    """The page: a table of operations and kinds of difference, then each operation, the bodies and the claims."""
    rows = [
        {
            "id": id_,
            "title": drift.title(id_),
            "verdict": drift.verdict(id_),
            "colour": _COLOURS[drift.verdict(id_)],
            "counts": counts(drift.at(id_)),
            "own": drift.own(id_),
        }
        for id_ in drift.ids
    ]
    return render("drift.html.j2", drift=drift, rows=rows, hows=[how.value for how in How], words=WORDS,
                  models=by_model(drift), totals=counts(drift.differences))  # fmt: skip
