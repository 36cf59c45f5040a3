"""Which releases there are, by the registries' own clients."""

from __future__ import annotations

import json
import re
import sys

from scim_contract.sdk.installing import run
from scim_contract.sdk.language import Language
from scim_contract.targets import ConfigurationError

LATEST = "latest"


def versions(language: Language) -> tuple[str, ...]:
    """The published releases of a language's SDK, oldest first.

    Raises:
        ConfigurationError: the language has no registry, or it cannot be asked.
    """
    why = f"the releases of {language.package} cannot be listed"
    if language.name == "python":
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "index", "versions", language.package]
        listed = re.search(r"^Available versions: (.+)$", run(pip, why), re.MULTILINE)
        found = listed[1].split(",") if listed else []
    elif language.name == "javascript":
        told = json.loads(run(["npm", "view", language.package, "versions", "--json"], why))
        found = told if isinstance(told, list) else [told]
    else:
        raise ConfigurationError(f"SDKs of {language.name} are in no registry: give --package DIR")
    return tuple(sorted((version.strip() for version in found), key=rank))


def rank(version: str) -> tuple[int, ...]:
    """A version as numbers, to be sorted by."""
    return tuple(int(number) for number in re.findall(r"\d+", version))


def expand(text: str, language: Language) -> tuple[str, ...]:
    """The releases that `63.0.0..68.0.0,latest` names, in its order, each once.

    Raises:
        ConfigurationError: there are none such.
    """
    wanted: list[str] = []
    known: tuple[str, ...] = ()
    for word in (each.strip() for each in text.split(",") if each.strip()):
        if word != LATEST and ".." not in word:
            wanted.append(word)
            continue
        known = known or versions(language)
        if not known:
            raise ConfigurationError(f"{language.package} has no releases")
        if word == LATEST:
            wanted.append(known[-1])
            continue
        first, _, last = word.partition("..")
        between = [version for version in known if rank(first) <= rank(version) <= rank(last)]
        if not between:
            raise ConfigurationError(f"{language.package} has no release from {first} to {last}")
        wanted += between
    if not wanted:
        raise ConfigurationError(f"{text!r} names no release; write 63.0.0..68.0.0,latest")
    return tuple(dict.fromkeys(wanted))
