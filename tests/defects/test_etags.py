"""Defects of the etags area, each found by its own claim."""

from pathlib import Path

import pytest

from tests.defects.harness import Defect, assert_found
from tests.servers import Seen


def ignore_if_match_on_put_group_v2(seen: Seen) -> None:
    if seen.method == "PUT" and "/v2/groups/" in seen.path:
        seen.headers.pop("if-match", None)


DEFECTS = [
    Defect(
        "If-Match ignored only on PUT of a v2 group",
        "etags.stale-if-match-refused",
        ("put_scim_v2_group",),
        before=ignore_if_match_on_put_group_v2,
    ),
]


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_defect_is_found_by_its_claim(defect: Defect, tmp_path: Path) -> None:
    assert_found(defect, tmp_path)
