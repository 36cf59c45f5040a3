"""`scim-contract drift`: two contracts held against each other, printed and written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import click

from scim_contract.contract import Contract
from scim_contract.drift import page
from scim_contract.drift.operations import drifted
from scim_contract.drift.promises import of_claims
from scim_contract.drift.reading import of_edition, of_file
from scim_contract.drift.report import Drift
from scim_contract.drift.show import lines
from scim_contract.targets import ConfigurationError


@dataclass(frozen=True)
class Wanted:
    """What to hold against what, and where to write it; `swagger` is a document in place of a second edition."""

    old: Contract
    new: Contract | None
    swagger: Path | None
    json: Path | None
    html: Path | None


def carry_out(wanted: Wanted) -> int:
    """Compare, print and write.

    Returns:
        0 nothing differs that can break a client, 1 something does.

    Raises:
        ConfigurationError: the document cannot be used, or a report cannot be written.
    """
    drift = compared(wanted)
    for line in lines(drift):
        click.echo(line)
    if wanted.json is not None:
        _write(wanted.json, json.dumps(drift.to_json(), indent=1, ensure_ascii=False) + "\n")
    if wanted.html is not None:
        _write(wanted.html, page.page(drift))
    return 1 if drift.breaking else 0


def compared(wanted: Wanted) -> Drift:
    """What drifted between the two.

    Raises:
        ConfigurationError: the document cannot be used.
    """
    old = of_edition(wanted.old)
    if wanted.new is not None:
        new = of_edition(wanted.new)
        return Drift(old, new, (*drifted(old, new), *of_claims(wanted.old, wanted.new)))
    assert wanted.swagger is not None
    new = of_file(wanted.swagger)
    return Drift(old, new, tuple(drifted(old, new)))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written ({error.strerror or error})") from None
