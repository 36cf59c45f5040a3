"""PATCH: operations applied in order, as one, by scim2-models.

Its engine is generous with values (`"true"` for true), so each value is judged by the model's JSON
Schema at the place it is written to, before anything is applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scim_contract.contract import Contract
from scim_contract.mock.bodies import require_valid
from scim_contract.mock.errors import (
    ScimProblem,
    invalid_path,
    invalid_value,
    mutability,
    no_target,
)
from scim_contract.mock.representation import extensions_of
from scim_contract.mock.shapes import READ_ONLY, Shape, put_in_order, shape_of

_MODELS = {"User": "ScimV2User", "Group": "ScimV2Group"}
_REFUSALS = {
    "invalidPath": "The path of an operation leads nowhere.",
    "invalidFilter": "The filter in the path of an operation cannot be used.",
    "noTarget": "The filter in the path of an operation matches no value.",
    "mutability": "An operation would take away what must be there, or change what cannot be changed.",
}


@dataclass(frozen=True)
class Step:
    """One write to one place. `names` lead to the place from the top of the document."""

    op: str
    path: str
    names: tuple[str, ...]
    selects: bool
    value: Any = None


def patched(
    contract: Contract, kind: str, document: Mapping[str, Any], operations: list[dict[str, Any]]
) -> dict[str, Any]:
    """The document after the operations; the one given is left alone, whatever happens.

    Source: the models ScimV2PatchRequest and ScimV2PatchOperation; RFC 7644, 3.5.2.

    :param document: the resource as it is shown, without a password.
    :param operations: the operations of the body, in the model's spelling.
    :raises ScimProblem: 400 where an operation cannot be applied: invalidPath, invalidFilter,
        invalidValue, noTarget or mutability.
    """
    from pydantic import ValidationError
    from scim2_models import Context, PatchOp, SCIMException, ScimPolicy

    from scim_contract.mock.attributes import engine

    model = engine(contract.edition).patched[kind]
    steps = [step for operation in operations for step in _steps(contract, kind, operation)]
    if not steps:
        return dict(document)
    resource = model.model_validate(dict(document))
    patch_type: Any = PatchOp.__class_getitem__(model)
    policy = ScimPolicy(remove_value_as_filter=ScimPolicy.RemoveValue.apply)
    try:
        with policy:
            patch_type(operations=[_engine_operation(step) for step in steps]).patch(resource)
    except SCIMException as refusal:
        raise _problem(refusal.scim_type) from None
    except ValidationError as refusal:
        raise _problem(refusal.errors()[0]["type"].removeprefix("scim_")) from None
    result: dict[str, Any] = resource.model_dump(scim_ctx=Context.DEFAULT)
    return result


def _engine_operation(step: Step) -> dict[str, Any]:
    operation = {"op": step.op, "path": step.path}
    if step.op != "remove" or step.value is not None:
        operation["value"] = step.value
    return operation


def _problem(scim_type: str | None) -> ScimProblem:
    if scim_type not in _REFUSALS:
        return invalid_value("The value of an operation does not fit its path.")
    return ScimProblem(400, _REFUSALS[scim_type], scim_type)


def _steps(contract: Contract, kind: str, operation: dict[str, Any]) -> Iterator[Step]:
    """The single writes of an operation: one for its path, or one for each attribute of its value."""
    op, path = operation["op"], operation.get("path")
    if op == "remove" and not path:
        raise no_target("A remove needs a path.")
    if op != "remove" and operation.get("value", _MISSING) is _MISSING:
        raise invalid_value(f"An operation {op} needs a value.")
    value = operation.get("value")
    if op == "add" and value is None:
        raise invalid_value("An operation add needs a value.")
    if not path:
        yield from _steps_of_object(contract, kind, op, "", value)
    elif op != "remove" and _is_schema(contract, kind, path):
        yield from _steps_of_object(contract, kind, op, f"{path}:", value)
    else:
        step = _step(contract, kind, op, path, value)
        if step is None:
            raise invalid_path(_REFUSALS["invalidPath"])
        yield step


_MISSING = object()


def _steps_of_object(contract: Contract, kind: str, op: str, before: str, value: Any) -> Iterator[Step]:
    if not isinstance(value, dict):
        raise invalid_value("The value of an operation without an attribute in its path is not an object.")
    for name, item in value.items():
        if name.lower() == "schemas" or (item is None and op == "add"):
            continue
        if item is not None and not before and _is_schema(contract, kind, name):
            yield from _steps_of_object(contract, kind, op, f"{name}:", item)
            continue
        try:
            step = _step(contract, kind, op, before + name, item)
        except ScimProblem as problem:
            if problem.scim_type != "invalidPath":
                raise
            continue  # an attribute that does not exist is ignored in a body
        if step is not None:
            yield step


def _is_schema(contract: Contract, kind: str, path: str) -> bool:
    urns = [f"urn:ietf:params:scim:schemas:core:2.0:{kind}"] + (list(extensions_of(contract)) if kind == "User" else [])
    return path.lower() in [urn.lower() for urn in urns]


def _step(contract: Contract, kind: str, op: str, path: str, value: Any) -> Step | None:
    """The write that a path and a value stand for, the value judged; None where there is no such
    attribute."""
    names, selects = _place(contract, kind, path)
    if not names:
        return None
    if names[0] in READ_ONLY or names[-1] in READ_ONLY:
        raise mutability("An operation would change what is read-only.")
    place = _shape_at(shape_of(contract, _MODELS[kind]), names)
    if place is None:  # the engine's models have an externalId for every resource
        return None
    if value is not None and op != "remove":
        value = _judged(contract, _MODELS[kind], place, selects, value)
    return Step(op, path, names, selects, value)


def _place(contract: Contract, kind: str, path: str) -> tuple[tuple[str, ...], bool]:
    """The names that lead to the place of a path, the extension's URN first where it is one of its
    attributes; nothing where there is no such attribute. And whether the path selects by a filter."""
    from scim2_models import Path, SCIMException

    from scim_contract.mock.attributes import engine

    extensions = {urn.lower(): urn for urn in extensions_of(contract)}
    path_type: Any = Path.__class_getitem__(engine(contract.edition).patched[kind])
    try:
        bound = path_type(path)
        binding = bound.resolve()
    except SCIMException as refusal:
        raise _problem(refusal.scim_type or "invalidPath") from None
    if bound.model is not None:
        own = extensions.get(path.lower())
        return ((own,) if own else ()), False
    if binding is None:
        return (), False
    schema, _, rest = binding.urn.rpartition(":")
    names = tuple(rest.split("."))
    return ((schema, *names) if schema in extensions.values() else names), bound.value_filter is not None


def _shape_at(shape: Shape, names: tuple[str, ...]) -> tuple[Shape, tuple[str, ...]] | None:
    """The shape that the names lead to, and the way there: names, and "" for an item of a list."""
    way: tuple[str, ...] = ()
    for name in names:
        if shape.kind == "list" and shape.items is not None:
            shape, way = shape.items, (*way, "")
        if name not in shape.attributes:
            return None
        shape, way = shape.attributes[name], (*way, name)
    return shape, way


def _judged(contract: Contract, model: str, place: tuple[Shape, tuple[str, ...]], selects: bool, value: Any) -> Any:
    """The value in the model's spelling.

    :raises ScimProblem: 400 invalidValue where the model does not allow it at this place.
    """
    shape, way = place
    if shape.kind == "list" and shape.items is not None and (selects or not isinstance(value, list)):
        shape, way = shape.items, (*way, "")  # one value, to add or to put in the place of the selected
    ordered = document = put_in_order(value, shape)
    for name in reversed(way):
        document = {name: document} if name else [document]
    require_valid(contract, model, document)
    return ordered
