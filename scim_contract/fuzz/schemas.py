"""Bodies by schemathesis, which knows nothing of SCIM but openapi.yaml: what it makes nobody would have thought of."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from scim_contract.contract import Operation
from scim_contract.fuzz.examples import DOMAIN, NAME, PASSWORD, Body, written
from scim_contract.locate import folder

FEWEST = 50
"""With fewer examples the second that it takes to load is better spent on requests."""


def bodies(edition: str, operation: Operation) -> SearchStrategy[Body] | None:
    """Bodies that the schema allows and bodies that it forbids; None where the edition has no document of its own."""
    import schemathesis
    from schemathesis.generation import GenerationMode

    path = folder("schemas") / edition / "openapi.yaml"
    try:
        asked = schemathesis.openapi.from_path(path)[operation.path][operation.method]
    except (KeyError, LookupError):
        return None
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    cases = st.one_of(*(asked.as_strategy(generation_mode=mode) for mode in modes))
    return cases.map(lambda case: _body(operation, case))


def _body(operation: Operation, case: Any) -> Body:
    sent = case.as_transport_kwargs(base_url="http://localhost")
    raw = sent.get("data")
    text = written(_ours(sent.get("json"))) if raw is None else _text(raw)
    return Body(operation.id, text, case.media_type or "application/json")


def _text(raw: Any) -> str:
    return raw.decode("utf-8", "surrogateescape") if isinstance(raw, bytes) else str(raw)


def _ours(value: Any, key: str = "") -> Any:
    """The document with every userName one of the run's own, and every password the one that is masked.

    A userName keeps nothing of what was generated: a filter must find the user again, whoever cleans up.
    """
    if isinstance(value, dict):
        path = str(value.get("path", "")).lower().rpartition(":")[2]
        named = {"value": path} if path in ("username", "password") else {}
        return {k: _ours(v, named.get(k, k.lower())) for k, v in value.items()}
    if isinstance(value, list):
        return [_ours(item) for item in value]
    if key == "username":
        return f"{NAME}@{DOMAIN}"
    return PASSWORD if key == "password" and isinstance(value, str) else value
