"""Reading what is held against each other: an edition of ours, or a document such as the vendor publishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from scim_contract.contract import Contract
from scim_contract.drift.surface import Reader, Surface
from scim_contract.locate import folder
from scim_contract.targets import ConfigurationError

_LARGEST = 200_000_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def of_edition(contract: Contract) -> Surface:
    """What an edition offers."""
    path = folder("schemas") / contract.edition / "openapi.yaml"
    document = yaml.load(path.read_text("utf-8"), _LOADER)
    return Reader(document, dict(contract.models.schemas)).surface(f"edition {contract.edition}")


def of_file(path: Path) -> Surface:
    """What a Swagger 2.0 or OpenAPI 3 document offers of SCIM, in JSON or YAML.

    Raises:
        ConfigurationError: it cannot be read, is no such document, or has no SCIM operations.
    """
    document = _parsed(path)
    version = str(document.get("swagger") or document.get("openapi") or "")
    if not version.startswith(("2.", "3.")) or not isinstance(document.get("paths"), dict):
        raise ConfigurationError(f"{path}: is no Swagger 2.0 and no OpenAPI 3 document")
    models = document.get("definitions") or (document.get("components") or {}).get("schemas") or {}
    try:
        surface = Reader(document, models).surface(path.name)
    except (AttributeError, TypeError, KeyError, ValueError) as error:
        raise ConfigurationError(f"{path}: is not laid out like Swagger or OpenAPI ({error!r})") from None
    if not surface.operations:
        raise ConfigurationError(f"{path}: has no operation under /api/v2/scim")
    return surface


def _parsed(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigurationError(f"{path}: is larger than {_LARGEST // 1_000_000} MB")
        text = path.read_text("utf-8")
        document = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, _LOADER)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ConfigurationError(f"{path}: is neither JSON nor YAML ({first})") from None
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path}: is no Swagger 2.0 and no OpenAPI 3 document")
    return document
