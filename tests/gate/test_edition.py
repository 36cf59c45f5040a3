"""By which edition a release is judged: that of its time, unless told otherwise."""

from __future__ import annotations

import pytest

from scim_contract.contract import load
from scim_contract.gate.begin import edition_of
from scim_contract.sdk.language import LANGUAGES, Language
from tests.commands import invoke


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=list(LANGUAGES))
@pytest.mark.parametrize("edition", ["2019", "2026"])
def test_a_release_is_of_the_edition_whose_methods_it_has(language: Language, edition: str) -> None:
    methods = [language.method(op.id) for op in load(edition).operations]
    assert edition_of(methods) == edition


def test_a_method_that_was_lost_makes_no_release_older() -> None:
    methods = [op.id for op in load("2026").operations if op.id not in ("get_scim_schemas", "get_scim_users")]
    assert edition_of(methods) == "2026"


def test_what_has_no_method_at_all_is_of_the_first_edition() -> None:
    assert edition_of([]) == "2019"


def test_an_edition_that_is_not_there_is_told() -> None:
    told = invoke("gate", "python==1.0.0", "--edition", "2027")
    assert (told.code, told.text.strip()) == (2, "scim-contract: no edition '2027'; did you mean '2026'?")
