"""Where the contract's data, the suites and the report templates lie: beside the package or inside the wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `schemas`, `suites` or `reports`.

    A checkout has them at its top level, an installed wheel under `scim_contract/data`.

    Raises:
        FileNotFoundError: neither place has it, so the installation is broken.
    """
    packed = _PACKAGE / "data" / name
    if packed.is_dir():
        return packed
    checkout = _PACKAGE.parent / name
    if (_PACKAGE.parent / "pyproject.toml").is_file() and checkout.is_dir():
        return checkout
    raise FileNotFoundError(f"scim-contract is not installed whole: no folder {name!r}; install it again")


def editions() -> tuple[str, ...]:
    """The editions of the contract that are installed, oldest first."""
    return tuple(sorted(p.name for p in folder("schemas").iterdir() if (p / "openapi.yaml").is_file()))
