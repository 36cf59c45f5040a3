"""How the contract's names, bodies and answers are put into a language's words, and read back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scim_contract.contract import load
from scim_contract.sdk import documents
from scim_contract.sdk.language import LANGUAGES, Language
from scim_contract.sdk.typed import native, same_instant, unread, unwrapped

PYTHON = LANGUAGES["python"]
PLAIN = Language("plain", "", "", camel=True, models=False, dates=False)
MODELS = load("2019").models
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@pytest.mark.parametrize(
    ("name", "snake", "camel"),
    [
        ("userId", "user_id", "userId"),
        ("If-None-Match", "if_none_match", "ifNoneMatch"),
        ("startIndex", "start_index", "startIndex"),
        ("filter", "filter", "filter"),
    ],
)
def test_parameters_in_each_case(name: str, snake: str, camel: str) -> None:
    assert PYTHON.argument(name) == snake
    assert PLAIN.argument(name) == camel


def test_methods_in_each_case() -> None:
    assert PYTHON.method("get_scim_v2_serviceproviderconfig") == "get_scim_v2_serviceproviderconfig"
    assert PLAIN.method("get_scim_v2_serviceproviderconfig") == "getScimV2Serviceproviderconfig"


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("$ref", "ref"),
        ("Resources", "resources"),
        ("externalId", "external_id"),
        ("totalResults", "total_results"),
        (ENTERPRISE, "urnietfparamsscimschemasextensionenterprise2_0_user"),
    ],
)
def test_attributes_of_models(name: str, attribute: str) -> None:
    assert PYTHON.attribute(name) == attribute
    assert PLAIN.attribute(name) == name


@pytest.mark.parametrize("edition", ["2019", "2026"])
def test_a_full_document_has_every_property_and_validates(edition: str) -> None:
    models = load(edition).models
    for model, schema in models.schemas.items():
        document = documents.full(models, model)
        holding_itself = {"subAttributes"}
        assert set(schema.get("properties", {})) - set(document) <= holding_itself, model
        assert models.faults(model, document) == (), model


def test_an_answer_shows_no_password() -> None:
    assert "password" in documents.full(MODELS, "ScimV2User")
    assert "password" not in documents.full(MODELS, "ScimV2User", answer=True)


def test_unusual_documents_differ_as_they_say() -> None:
    user = documents.full(MODELS, "ScimV2User", answer=True)
    assert documents.with_unknown(user)["emails"][0]["notInTheModel"]
    assert documents.strange_enums(MODELS, "ScimV2User", user)["emails"][1]["type"] == documents.STRANGE
    assert documents.with_date(MODELS, "ScimV2User", user, "x")["meta"]["lastModified"] == "x"
    empty = documents.nulls(MODELS, "ScimV2User", user)
    assert empty["id"] == user["id"]
    assert empty["emails"] is None
    assert documents.nulls(MODELS, "ScimUserListResponse", {"Resources": [user]})["Resources"][0]["meta"] is None
    assert MODELS.faults("ScimV2User", user) == ()


@pytest.mark.parametrize("language", [PYTHON, PLAIN], ids=lambda language: language.name)
@pytest.mark.parametrize("model", ["ScimV2User", "ScimGroupListResponse", "ScimServiceProviderConfig"])
def test_what_is_written_is_read_back(language: Language, model: str) -> None:
    document = documents.full(MODELS, model)
    assert unread(MODELS, language, model, document, native(MODELS, language, model, document)) == ()


def _result(**change: Any) -> Any:
    result = native(MODELS, PYTHON, "ScimV2User", documents.full(MODELS, "ScimV2User"))
    result["properties"].update(change)
    return json.loads(json.dumps(result))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"user_name": None}, "ScimV2User.userName"),
        ({"user_name": "another"}, "ScimV2User.userName"),
        ({"active": "true"}, "ScimV2User.active"),
        ({"active": 1}, "ScimV2User.active"),
        ({"emails": []}, "ScimV2User.emails"),
        ({"emails": [None, None]}, "ScimV2User.emails[0]"),
        ({"meta": "a text"}, "ScimV2User.meta"),
    ],
)
def test_what_is_read_otherwise_is_named(change: dict[str, Any], path: str) -> None:
    found = unread(MODELS, PYTHON, "ScimV2User", documents.full(MODELS, "ScimV2User"), _result(**change))
    assert found[0].path == path
    assert path in found[0].came


def test_a_property_that_is_not_there_is_named() -> None:
    result = _result()
    del result["properties"]["title"]
    found = unread(MODELS, PYTHON, "ScimV2User", documents.full(MODELS, "ScimV2User"), result)
    assert [each.came for each in found] == ["ScimV2User.title is not there: ScimV2User has no 'title'"]


def test_points_in_time_are_compared_as_such() -> None:
    assert same_instant("2019-06-01T12:00:00.123Z", "2019-06-01T14:00:00.123000+02:00")
    assert not same_instant("2019-06-01T12:00:00.123Z", "2019-06-01T12:00:00Z")
    assert not same_instant("2019-06-01T12:00:00Z", "2019-06-01T12:00:00")
    assert not same_instant("2019-06-01T12:00:00Z", None)


def test_results_are_shown_as_plain_data() -> None:
    result = {"model": "ScimEmail", "properties": {"value": "a", "at": {"date": "2019"}, "odd": {"map": {"b": [1]}}}}
    assert unwrapped(result) == {"value": "a", "at": "2019", "odd": {"b": [1]}}
