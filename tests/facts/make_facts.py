"""Reads an edition's facts out of the vendor's reference, to hold the schemas against.

    python tests/facts/make_facts.py REFERENCE MODELS OUTPUT

REFERENCE is the text of the page of the Ruby SDK on its SCIM API, MODELS a JSON file with the models of the
same edition ({model: {property: {type, doc, required, enum}}}), OUTPUT the JSON file to write. The script
shares no code with what reads openapi.yaml, and takes facts alone: no description reaches the output.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_HEADING = re.compile(r"^## \[\*\*(?P<returns>\w+)\*\*\]\(\w+\.html\) (?P<id>\w+)(?:\((?P<arguments>.*)\))?$")
_WRAPS = re.compile(r"^Wraps (?P<method>[A-Z]+) (?P<path>\S+)$", re.MULTILINE)
_REQUIRES = re.compile(r"^Requires (?P<type>ANY|ALL|NO) permissions:(?P<listed>(?:\n\* \S+)*)", re.MULTILINE)
_ROW = re.compile(r"^\*\*(?P<name>[a-z_]+)\*\* \| (?P<type>\*\*\w+\*\*|\[\*\*\w+\*\*\]\(\w+\.html\))\| ", re.MULTILINE)
_HEADERS = {"if_match": "If-Match", "if_none_match": "If-None-Match"}
_TYPES = {"String": str, "Integer": int}


def sections(reference: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each operation's heading with the text up to the next heading."""
    heading: re.Match[str] | None = None
    lines: list[str] = []
    for line in reference.splitlines():
        found = _HEADING.match(line)
        if found and heading:
            yield heading, "\n".join(lines)
        if found:
            heading, lines = found, []
        else:
            lines.append(line)
    if heading:
        yield heading, "\n".join(lines)


def operation(heading: re.Match[str], text: str) -> dict[str, Any]:
    """The facts about one operation.

    Raises:
        ValueError: the text is not laid out like an operation of the reference.
    """
    wraps, requires = _WRAPS.search(text), _REQUIRES.search(text)
    if not wraps or not requires:
        raise ValueError(f"{heading['id']}: no 'Wraps' or no 'Requires' line")
    rows = list(parameter_rows(text, wraps["path"]))
    parameters = [row for row in rows if row["place"] != "body"]
    body = next((row["type"] for row in rows if row["place"] == "body"), None)
    positional = [a.strip() for a in (heading["arguments"] or "").split(",") if a.strip() not in ("", "opts")]
    required = [row["ruby"] for row in rows if row["required"]]
    if positional != required:
        raise ValueError(f"{heading['id']}: positional are {positional}, but not marked optional {required}")
    return {
        "id": heading["id"],
        "method": wraps["method"],
        "path": wraps["path"],
        "requires": requires["type"],
        "permissions": re.findall(r"^\* (\S+)", requires["listed"], re.MULTILINE),
        "parameters": [{k: v for k, v in row.items() if k != "ruby"} for row in parameters],
        "request_model": body,
        "return_model": heading["returns"],
        "request_types": media_types(text, "Content-Type"),
        "answer_types": media_types(text, "Accept"),
    }


def parameter_rows(text: str, path: str) -> Iterator[dict[str, Any]]:
    """The rows of an operation's table of parameters, the body among them, in the reference's order."""
    table = text.partition("### Parameters")[2].partition("### Return type")[0]
    rows = list(_ROW.finditer(table))
    ends = [row.start() for row in rows[1:]] + [len(table)]
    for row, end in zip(rows, ends, strict=False):  # one end too many where there are no rows
        notes = table[row.end() : end]
        ruby, type_ = row["name"], re.sub(r"\(.*\)|[\[\]*]", "", row["type"])
        name, place = on_the_wire(ruby, path)
        default = re.search(r"\[default to (\S+)\]", notes)
        values = re.search(r"^\*\*Values\*\*: (.*?) \|", notes, re.MULTILINE)
        example = re.search(rf'^{ruby}(?:: | = )"((?!{ruby}_example)[^"]*)"', text, re.MULTILINE)
        yield {
            "ruby": ruby,
            "name": name,
            "place": place,
            "type": type_,
            "required": "[optional]" not in notes,
            "default": _TYPES[type_](default[1]) if default else None,
            "values": values[1].split(", ") if values else None,
            "example": example[1] if example else None,
        }


def on_the_wire(ruby: str, path: str) -> tuple[str, str]:
    """Name and place on the wire of a parameter that the reference calls by its Ruby name."""
    if ruby == "body":
        return ruby, "body"
    if ruby in _HEADERS:
        return _HEADERS[ruby], "header"
    first, *rest = ruby.split("_")
    name = first + "".join(word.capitalize() for word in rest)
    return name, "path" if f"{{{name}}}" in path else "query"


def media_types(text: str, header: str) -> list[str]:
    """The media types that an operation lists for a header."""
    listed = re.search(rf"^- \*\*{header}\*\*: (.*)$", text, re.MULTILINE)
    return listed[1].split(", ") if listed else []


def model(properties: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The facts about one model's properties."""
    return {
        name: {"type": p["type"], "required": bool(p.get("required")), "enum": p.get("enum")}
        for name, p in properties.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Reads an edition's facts out of the vendor's reference.")
    parser.add_argument("reference", type=Path)
    parser.add_argument("models", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    models = json.loads(arguments.models.read_text("utf-8"))
    facts = {
        "operations": [operation(*each) for each in sections(arguments.reference.read_text("utf-8"))],
        "models": {name: model(properties) for name, properties in models.items()},
    }
    arguments.output.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
