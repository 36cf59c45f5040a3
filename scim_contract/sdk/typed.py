"""JSON documents as a driver takes them, and results as it gives them, held against the JSON they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scim_contract.contract.models import Models
from scim_contract.org.documents import said
from scim_contract.sdk.documents import is_date, resolved
from scim_contract.sdk.language import Language


def native(models: Models, language: Language, model: str, document: Any) -> Any:
    """A document as a driver takes it: objects as models of the SDK where the language has such."""
    return _native(models, language, {"$ref": f"{model}.json"}, document)


def _native(models: Models, language: Language, schema: Mapping[str, Any], value: Any) -> Any:
    model, schema = resolved(models, schema)
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        held = {language.attribute(k): _native(models, language, known.get(k, {}), v) for k, v in value.items()}
        return {"model": model, "properties": held} if language.models else {"map": held}
    if isinstance(value, dict):
        return {"map": {k: _native(models, language, {}, v) for k, v in value.items()}}
    if isinstance(value, list):
        return [_native(models, language, schema.get("items", {}), item) for item in value]
    return {"date": value} if is_date(schema) and language.dates and isinstance(value, str) else value


@dataclass(frozen=True)
class Unread:
    """A place in an answer that the library gives otherwise, or not at all."""

    path: str
    came: str


def unread(models: Models, language: Language, model: str, document: Any, result: Any) -> tuple[Unread, ...]:
    """What of a document cannot be read from a result under its name and in its type."""
    return tuple(_unread(models, language, {"$ref": f"{model}.json"}, document, result, model))


def _unread(
    models: Models, language: Language, schema: Mapping[str, Any], wanted: Any, result: Any, path: str
) -> Iterator[Unread]:
    model, schema = resolved(models, schema)
    if isinstance(wanted, dict) and "properties" in schema:
        held = properties(result)
        if held is None:
            yield Unread(path, f"{path} is read as {shown(result)}, not as an object with properties")
            return
        for name, value in wanted.items():
            attribute = language.attribute(name)
            place = f"{path}.{name}"
            if attribute not in held:
                yield Unread(place, f"{place} is not there: {model} has no {attribute!r}")
            else:
                yield from _unread(models, language, schema["properties"].get(name, {}), value, held[attribute], place)
    elif isinstance(wanted, list):
        if not isinstance(result, list) or len(result) != len(wanted):
            yield Unread(path, f"{path} is read as {shown(result)}, not as a list of {len(wanted)}")
            return
        for number, item in enumerate(wanted):
            place = f"{path}[{number}]"
            yield from _unread(models, language, schema.get("items", {}), item, result[number], place)
    elif not _same(schema, wanted, result):
        yield Unread(path, f"{path} {said(wanted)} is read as {shown(result)}")


def properties(result: Any) -> dict[str, Any] | None:
    """The properties of a result, be it a model or plain; None where it is neither."""
    if not isinstance(result, dict):
        return None
    held = result.get("properties") if "model" in result else result.get("map")
    return held if isinstance(held, dict) else None


def shown(result: Any) -> str:
    """A result as a person reads it."""
    if isinstance(result, dict) and "model" in result:
        filled = {name: value for name, value in result["properties"].items() if value is not None}
        return f"{result['model']}({', '.join(f'{name}={shown(value)}' for name, value in filled.items())})"[:300]
    if isinstance(result, dict) and "date" in result:
        return str(result["date"])
    if isinstance(result, dict) and "other" in result:
        return f"a {result['other']}: {result['text']}"[:300]
    return "nothing" if result is None else said(unwrapped(result))[:300]


def unwrapped(result: Any) -> Any:
    """A result as plain JSON, the names as the SDK has them."""
    if isinstance(result, list):
        return [unwrapped(item) for item in result]
    if isinstance(result, dict):
        held = properties(result)
        if held is not None:
            return {name: unwrapped(value) for name, value in held.items()}
        return result.get("date", result.get("text"))
    return result


def _same(schema: Mapping[str, Any], wanted: Any, result: Any) -> bool:
    if is_date(schema) and wanted is not None:
        return same_instant(wanted, result.get("date") if isinstance(result, dict) else result)
    seen = unwrapped(result)
    return bool(seen == wanted) and type(seen) is type(wanted)


def same_instant(wanted: Any, seen: Any) -> bool:
    """Whether two texts name the same point in time, or are the same."""
    if wanted == seen:
        return True
    try:
        return datetime.fromisoformat(str(wanted)) == datetime.fromisoformat(str(seen))
    except (ValueError, TypeError):
        return False
