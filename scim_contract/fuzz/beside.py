"""Bodies beside the schema: one with something in it put otherwise, and text that is hardly JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from scim_contract.fuzz.examples import NAME, written
from scim_contract.fuzz.texts import odd_values, weighted

Document = dict[str, Any]
_Place = tuple[Any, Any]
_DEPTHS = (20, 101, 1_000, 10_000)


def beside(documents: SearchStrategy[Document]) -> SearchStrategy[str]:
    """Texts of bodies near to those of a strategy that the schema does not allow, or may not."""
    return weighted((5, _changed(documents)), (3, _respelled(documents)), (3, _broken(documents)))


@st.composite
def _changed(draw: DrawFn, documents: SearchStrategy[Document]) -> str:
    """One value of a document becomes another, is taken out, or is joined by one more."""
    document = deepcopy(draw(documents))
    places = list(_places(document))
    holder, key = draw(st.sampled_from(places))
    match draw(st.sampled_from(("null", "other", "out", "wrapped", "unwrapped", "deep"))):
        case "null":
            _put(holder, key, None)
        case "other":
            _put(holder, key, draw(odd_values()))
        case "out":
            if not _named(holder[key]):
                del holder[key]
        case "wrapped":
            holder[key] = draw(st.sampled_from(([holder[key]], {"value": holder[key]})))
        case "unwrapped" if isinstance(holder[key], (list, dict)) and holder[key]:
            inside = holder[key]
            holder[key] = inside[0] if isinstance(inside, list) else next(iter(inside.values()))
        case _:
            depth = draw(st.sampled_from(_DEPTHS))
            marker = '"fuzz-deep"'
            holder[key] = [holder[key], "fuzz-deep"] if isinstance(holder[key], str) else "fuzz-deep"
            return written(document).replace(marker, "[" * depth + "]" * depth)
    return written(document)


def _put(holder: Any, key: Any, value: Any) -> None:
    """Another value; a userName stays one that bears the run's marker."""
    if not _named(holder[key]) or isinstance(value, (list, dict)) or value is None:
        holder[key] = value


def _named(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(NAME)


def _places(value: Any) -> Iterator[_Place]:
    """Every place in a document that holds a value."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from _places(value[key])


_SPELLINGS: tuple[Callable[[str], str], ...] = (str.upper, str.lower, str.title, str.swapcase)
_WORDS = ("op", "type")


@st.composite
def _respelled(draw: DrawFn, documents: SearchStrategy[Document]) -> str:
    """Names of attributes, enum values or op in other case, or a name that is there twice."""
    document = draw(documents)
    spell = draw(st.sampled_from(_SPELLINGS))
    match draw(st.sampled_from(("names", "values", "twice"))):
        case "names":
            return written(spelled(document, spell, names=True))
        case "values":
            return written(spelled(document, spell, names=False))
    name = draw(st.sampled_from(sorted(document)))
    twin = f"{json.dumps(name)}: {written(document[name])}"
    return f"{{{twin}, {written(document)[1:]}"


def spelled(value: Any, spell: Callable[[str], str], names: bool) -> Any:
    """A document with the names of its attributes in another case, or its op and types."""
    if isinstance(value, dict):
        return {
            spell(k) if names and not k.startswith("urn:") else k: spell(v)
            if not names and k in _WORDS and isinstance(v, str)
            else spelled(v, spell, names)
            for k, v in value.items()
        }
    return [spelled(item, spell, names) for item in value] if isinstance(value, list) else value


@st.composite
def _broken(draw: DrawFn, documents: SearchStrategy[Document]) -> str:
    """A body that is no JSON object: cut short, of another kind, in another encoding."""
    text = written(draw(documents))
    return draw(
        st.sampled_from(
            (
                text[: len(text) // 2],
                text[:-1],
                f"{text}{text}",
                f"[{text}]",
                "",
                "null",
                "0",
                '""',
                "[]",
                text.replace('"', "'"),
                f"{text},",
                text.replace("}", ",}", 1),
                text.replace('"', '"\udcff', 1),
                "\udcfe\udcff",
            )
        )
    )
