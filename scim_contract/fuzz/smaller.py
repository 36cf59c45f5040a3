"""Simpler examples than one: less of it, or shorter texts in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from scim_contract.fuzz.examples import Body, Question, written
from scim_contract.fuzz.model import History

_FEW = 4


def of_body(example: Body) -> Iterator[Body]:
    """Bodies with something taken out or made shorter, the largest pieces first."""
    try:
        document = json.loads(example.text)
    except (ValueError, RecursionError):
        yield from (replace(example, text=text) for text in _shorter(example.text))
        return
    for smaller in _of_document(document):
        text = written(smaller)
        if text != example.text:
            yield replace(example, text=text)


def of_question(example: Question) -> Iterator[Question]:
    """Questions with a parameter less, or a shorter one."""
    pairs = example.query.split("&") if example.query else []
    for number, pair in enumerate(pairs):
        rest = pairs[:number] + pairs[number + 1 :]
        if rest:
            yield replace(example, query="&".join(rest))
        name, _, value = pair.partition("=")
        for shorter in _shorter(value):
            yield replace(example, query="&".join([*pairs[:number], f"{name}={shorter}", *pairs[number + 1 :]]))
    if example.path_id:
        yield from (replace(example, path_id=text) for text in _shorter(example.path_id) if text)
    for name, value in example.headers:
        yield from (replace(example, headers=((name, text),)) for text in _shorter(value) if text)


def of_history(example: History) -> Iterator[History]:
    """Histories with fewer steps."""
    steps, size = example.steps, len(example.steps)
    halves = [steps[: size // 2], steps[size // 2 :]] if size >= _FEW else []
    yield from (History(part) for part in halves)
    if size > 1:
        yield from (History(steps[:n] + steps[n + 1 :]) for n in reversed(range(size)))


def _of_document(document: Any) -> Iterator[Any]:
    for path in sorted(_paths(document), key=len):
        holder, key = _at(document, path[:-1]), path[-1]
        if isinstance(holder, list) and key == 0 and len(holder) > _FEW:
            for part in (holder[: len(holder) // 2], holder[len(holder) // 2 :]):
                yield _with(document, path[:-1], part)
        yield _without(document, path)
    for path in _paths(document):
        value = _at(document, path)
        if isinstance(value, str) and "{{" not in value and not value.startswith("urn:"):
            yield from (_with(document, path, text) for text in _shorter(value))


def _shorter(text: str) -> Iterator[str]:
    """Shorter texts: halves of a long one, one character less of a short one."""
    if len(text) > _FEW:
        yield text[: len(text) // 2]
        yield text[len(text) // 2 :]
        yield text[: len(text) * 7 // 8]
    elif len(text) > 1:
        yield from (text[:n] + text[n + 1 :] for n in range(len(text)))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys: Any = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from _paths(value[key], (*path, key))


def _at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def _without(document: Any, path: tuple[Any, ...]) -> Any:
    smaller = deepcopy(document)
    del _at(smaller, path[:-1])[path[-1]]
    return smaller


def _with(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    other = deepcopy(document)
    _at(other, path[:-1])[path[-1]] = value
    return other
