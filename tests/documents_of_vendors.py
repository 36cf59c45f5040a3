"""An edition of ours as a vendor would publish it: one OpenAPI 3 or Swagger 2.0 document, names in its own case."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from scim_contract.contract import Contract
from scim_contract.locate import folder

Document = dict[str, Any]
_BASE = "/api/v2"


def openapi(contract: Contract) -> Document:
    """One OpenAPI 3 document, the models inside."""
    held = _referring(json.loads(_operations(contract.edition)), "#/components/schemas/")
    held["components"]["schemas"] = {n: _model(s, "#/components/schemas/") for n, s in contract.models.schemas.items()}
    for item in _items(held):
        item["operationId"] = _camel(item["operationId"])
    return held


@cache
def _operations(edition: str) -> str:
    """An edition's openapi.yaml as JSON, which takes no half a second to read."""
    return json.dumps(yaml.safe_load((folder("schemas") / edition / "openapi.yaml").read_text("utf-8")))


def swagger(contract: Contract) -> Document:
    """One Swagger 2.0 document, the models inside, beside an API that is not SCIM's."""
    given = openapi(contract)
    paths = {
        path.removeprefix(_BASE): {method: _operation(item) for method, item in methods.items()}
        for path, methods in given["paths"].items()
    }
    paths["/routing/skills"] = {"get": {"operationId": "getRoutingSkills", "responses": {"200": {"description": "x"}}}}
    document: Document = {
        "swagger": "2.0",
        "info": given["info"],
        "basePath": _BASE,
        "paths": paths,
        "definitions": {n: _model(s, "#/definitions/") for n, s in contract.models.schemas.items()},
    }
    return document


def _operation(item: Document) -> Document:
    kept = {k: v for k, v in item.items() if k in ("operationId", "security", "x-inin-requires-permissions", "tags")}
    parameters = [{**{k: v for k, v in p.items() if k != "schema"}, **p["schema"]} for p in item.get("parameters", ())]
    content = item.get("requestBody", {}).get("content", {})
    if content:
        parameters.append({"in": "body", "name": "body", "required": True, "schema": _moved(content)})
        kept["consumes"] = list(content)
    responses = {}
    for code, answer in item["responses"].items():
        body = {"schema": _moved(answer["content"])} if "content" in answer else {}
        responses[code] = {"description": answer["description"], **body}
    types = next((list(a["content"]) for c, a in item["responses"].items() if c[0] == "2" and "content" in a), [])
    return {**kept, "parameters": parameters, "responses": responses, "produces": types}


def _moved(content: Mapping[str, Any]) -> Any:
    first = next(iter(content.values()))["schema"]
    return _referring(first, "#/definitions/")


def _referring(value: Any, to: str) -> Any:
    """A copy whose references lead elsewhere; a property that is called $ref is none."""
    if isinstance(value, dict):
        return {k: _link(v, to) if k == "$ref" and isinstance(v, str) else _referring(v, to) for k, v in value.items()}
    return [_referring(each, to) for each in value] if isinstance(value, list) else copy.deepcopy(value)


def _model(schema: Mapping[str, Any], to: str) -> Any:
    return _referring({k: v for k, v in schema.items() if k not in ("$id", "$schema")}, to)


def _link(reference: str, to: str) -> str:
    return to + reference.rpartition("/")[2].removesuffix(".json")


def _camel(id_: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), id_)


def _items(document: Document) -> list[Document]:
    return [item for methods in document["paths"].values() for item in methods.values()]


def models_of(document: Document) -> Document:
    """The models of either kind of document, to be altered."""
    held: Document = document["definitions"] if "definitions" in document else document["components"]["schemas"]
    return held


def operation_of(document: Document, id_: str) -> Document:
    """An operation of either kind of document, by its id in the vendor's case, to be altered."""
    return next(item for item in _items(document) if item["operationId"] == id_)


def parameter_of(document: Document, id_: str, name: str) -> tuple[Document, Document]:
    """A parameter, and where its type, default and values stand."""
    given = next(each for each in operation_of(document, id_)["parameters"] if each["name"] == name)
    return given, given.get("schema", given)


def text_of(document: Document) -> str:
    """The document as its file has it."""
    return json.dumps(document)
