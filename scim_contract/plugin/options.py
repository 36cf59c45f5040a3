"""The plugin's options, and the settings of a run that they come to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from scim_contract.contract import Contract
from scim_contract.mock.settings import SEED
from scim_contract.targets import EMBEDDED, ConfigurationError, Target, from_url, load_target, nearest, target_tables

# Option, environment variable and default: the precedence is in this order.
_ENVIRONMENT = {
    "scim_target": "SCIM_CONTRACT_TARGET",
    "scim_targets": "SCIM_CONTRACT_TARGETS",
    "scim_reports": "SCIM_CONTRACT_REPORTS",
}
_DEFAULTS = {
    "scim_target": EMBEDDED,
    "scim_targets": "targets.toml",
    "scim_reports": "reports",
    "scim_ledger": ".scim-contract",
}


@dataclass(frozen=True)
class Settings:
    """What the user asked for."""

    target: str = EMBEDDED
    targets: str = "targets.toml"
    reports: str = "reports"
    ledger: str = ".scim-contract"
    areas: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    strict: bool = False
    max_seconds: float = 0
    mock_faults: tuple[str, ...] = ()
    mock_variants: tuple[str, ...] = ()
    hollow: tuple[str, ...] = ()
    record: str = ""
    mock_seed: int = SEED
    fuzz: int | None = None
    seed: int | None = None
    fuzz_seconds: float = 0
    known_examples: str = ""
    example: str = ""
    edition: str = ""

    def pytest_arguments(self) -> list[str]:
        """The settings as options of the plugin."""
        words = [f"--scim-target={self.target}", f"--scim-targets={self.targets}", f"--scim-reports={self.reports}"]
        words += [f"--scim-ledger={self.ledger}", f"--scim-max-seconds={self.max_seconds:g}"]
        words += ["--scim-strict"] if self.strict else []
        for option, values in (("area", self.areas), ("prefix", self.prefixes), ("claim", self.claims)):
            words += [f"--scim-{option}={value}" for value in values]
        words += [f"--scim-mock-fault={name}" for name in self.mock_faults]
        words += [f"--scim-mock-variant={name}" for name in self.mock_variants]
        words += [f"--scim-hollow={check}" for check in self.hollow]
        words += [f"--scim-record={self.record}"] if self.record else []
        words += [f"--scim-fuzz={self.fuzz}"] if self.fuzz is not None else []
        words += [f"--scim-seed={self.seed}"] if self.seed is not None else []
        words += [f"--scim-fuzz-seconds={self.fuzz_seconds:g}"] if self.fuzz_seconds else []
        words += [f"--scim-known-examples={self.known_examples}"] if self.known_examples else []
        words += [f"--scim-example={self.example}"] if self.example else []
        words += [f"--scim-edition={self.edition}"] if self.edition else []
        return words

    def echo(self) -> dict[str, Any]:
        """The settings in force, for the header and report.json."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]


def add_options(parser: pytest.Parser) -> None:
    """Add the plugin's options to pytest's."""
    group = parser.getgroup("scim-contract", "scim-contract: does a server keep the SCIM contract?")
    group.addoption("--scim-target", metavar="NAME", help="a target of the targets file, 'mock', or a URL")
    group.addoption("--scim-targets", metavar="FILE", help="the targets file (default: targets.toml)")
    group.addoption("--scim-reports", metavar="DIR", help="where reports go (default: reports)")
    group.addoption("--scim-ledger", metavar="DIR", help="where ledgers go (default: .scim-contract)")
    group.addoption("--scim-area", metavar="AREA", action="append", default=[], help="only this area; may be repeated")
    group.addoption("--scim-prefix", metavar="v1|v2", action="append", default=[], help="only this prefix")
    group.addoption("--scim-claim", metavar="KEY", action="append", default=[], help="only this claim, or atomic claim")
    group.addoption("--scim-strict", action="store_true", help="a violated inferred claim fails the run as well")
    group.addoption("--scim-max-seconds", metavar="N", type=float, default=0, help="stop judging after so many seconds")
    group.addoption(
        "--scim-mock-fault", metavar="NAME", action="append", default=[], help="a fault of the embedded mock"
    )
    group.addoption(
        "--scim-mock-variant", metavar="NAME", action="append", default=[], help="a variant of the embedded mock"
    )
    group.addoption(
        "--scim-hollow", metavar="CHECK", action="append", default=[], help="leave the body of this check out"
    )
    group.addoption("--scim-record", metavar="FILE", default="", help="write every exchange to this HAR file")
    group.addoption("--scim-fuzz", metavar="N", type=int, help="generated examples for each operation (0: none)")
    group.addoption("--scim-seed", metavar="N", type=int, help="of what is generated: the same seed, the same requests")
    group.addoption(
        "--scim-fuzz-seconds", metavar="N", type=float, default=0, help="stop generating after so many seconds"
    )
    group.addoption(
        "--scim-known-examples", metavar="FILE", default="", help="examples to try first; what is found is added"
    )
    group.addoption("--scim-example", metavar="ID", default="", help="only this one of the known examples")
    group.addoption(
        "--scim-edition", metavar="EDITION", default="", help="the contract's edition, in place of the profile's"
    )


def settings_of(config: pytest.Config, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that command line, environment and defaults come to, in this order."""
    environment = os.environ if environment is None else environment

    def value(name: str) -> str:
        given = config.getoption(name)
        return str(given or environment.get(_ENVIRONMENT.get(name, ""), "") or _DEFAULTS[name])

    return Settings(
        target=value("scim_target"),
        targets=value("scim_targets"),
        reports=value("scim_reports"),
        ledger=value("scim_ledger"),
        areas=tuple(config.getoption("scim_area")),
        prefixes=tuple(config.getoption("scim_prefix")),
        claims=tuple(config.getoption("scim_claim")),
        strict=bool(config.getoption("scim_strict")),
        max_seconds=float(config.getoption("scim_max_seconds")),
        mock_faults=tuple(config.getoption("scim_mock_fault")),
        mock_variants=tuple(config.getoption("scim_mock_variant")),
        hollow=tuple(config.getoption("scim_hollow")),
        record=str(config.getoption("scim_record")),
        fuzz=config.getoption("scim_fuzz"),
        seed=config.getoption("scim_seed"),
        fuzz_seconds=float(config.getoption("scim_fuzz_seconds")),
        known_examples=str(config.getoption("scim_known_examples")),
        example=str(config.getoption("scim_example")),
        edition=str(config.getoption("scim_edition")),
    )


def find_target(settings: Settings) -> Target | None:
    """The target that the settings name, in the edition that they name, if any; None for the embedded mock,
    which the run has yet to start.

    Raises:
        ConfigurationError: there is no such target, or its profile cannot be used.
    """
    name = settings.target
    if "://" in name:
        return from_url(name, settings.edition)
    path = Path(settings.targets)
    if name == EMBEDDED and not path.exists():
        return None
    target = load_target(path, name, edition=settings.edition)
    if target is None and name != EMBEDDED:
        names = [*target_tables(path), EMBEDDED]
        raise ConfigurationError(f"{path}: has no target {name!r}{nearest(name, names)}")
    return target


def check(settings: Settings, contract: Contract) -> None:
    """Refuse an unknown area, prefix or claim, with the nearest right name.

    Raises:
        ConfigurationError: one of them is unknown.
    """
    claim_ids = tuple(claim.id for claim in contract.claims.claims)
    for kind, given, right in (
        ("area", settings.areas, contract.claims.areas),
        ("prefix", settings.prefixes, contract.prefixes),
        ("claim", tuple(key.split("|")[0] for key in settings.claims), claim_ids),
    ):
        for word in given:
            if word not in right:
                shown = right if kind != "claim" else ("`scim-contract claims` lists them",)
                hint = (
                    nearest(word, right)
                    if kind != "claim" or "did you mean" in nearest(word, right)
                    else f"; {shown[0]}"
                )
                raise ConfigurationError(f"no {kind} {word!r}{hint}")
