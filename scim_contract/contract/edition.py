"""An edition of the contract: operations, models and claims, loaded from schemas/<edition>/."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from scim_contract.contract.claims import Catalogue, catalogue
from scim_contract.contract.extending import extended, reasons
from scim_contract.contract.models import Models, load_models
from scim_contract.contract.operations import Operation, operations
from scim_contract.contract.plan import Atom, atoms
from scim_contract.locate import folder

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Contract:
    """The contract of one edition, typed; `library` is the release that is held against it, empty for none."""

    edition: str
    operations: tuple[Operation, ...] = field(repr=False)
    models: Models = field(repr=False)
    claims_file: Path = field(repr=False)
    library: str = ""

    @cached_property
    def claims(self) -> Catalogue:
        """The catalogue of claims, those that it inherits from an earlier edition included."""
        return catalogue(extended(_yaml(self.claims_file), _claims_of))

    @cached_property
    def extends(self) -> str:
        """The edition that this one extends, empty for one that stands alone."""
        return str(_yaml(self.claims_file).get("extends", ""))

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Why claims of the edition that this one extends are dropped or changed here, by the claim's id."""
        return reasons(_yaml(self.claims_file))

    @cached_property
    def permissions(self) -> tuple[str, ...]:
        """Every permission that any operation lists, sorted."""
        return tuple(sorted({p for op in self.operations for p in op.permissions}))

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """The prefixes, v1 first."""
        return tuple(sorted({op.prefix for op in self.operations}))

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """Every atomic claim, in the catalogue's order; kept, since a run asks for its plan several times."""
        return tuple(atom for c in self.claims.claims for op in self.operations for atom in atoms(self, c, op))

    @cached_property
    def _by_id(self) -> dict[str, Operation]:
        return {op.id: op for op in self.operations}

    def operation(self, operation_id: str) -> Operation:
        """The operation of that id; KeyError where there is none."""
        return self._by_id[operation_id]

    def find(self, prefix: str, name: str) -> Operation:
        """The operation of a prefix-free name, such as `get_user`, in a prefix."""
        return next(op for op in self.operations if op.prefix == prefix and op.name == name)

    def twin(self, operation: Operation) -> Operation:
        """The same operation under the other prefix."""
        return next(op for op in self.operations if op.name == operation.name and op.prefix != operation.prefix)

    def validator(self, model: str) -> jsonschema_rs.Draft202012Validator:
        """The validator of a model."""
        return self.models.validator(model)

    def model(self, name: str) -> dict[str, Any]:
        """A model's JSON Schema."""
        return dict(self.models.schemas[name])


@cache
def load(edition: str = "2019") -> Contract:
    """The contract of an edition, read once a process.

    Raises:
        FileNotFoundError: no such edition is installed.
    """
    home = folder("schemas") / edition
    if not (home / "openapi.yaml").is_file():
        raise FileNotFoundError(f"no edition {edition!r} of the contract is installed")
    return Contract(
        edition=edition,
        operations=operations(_yaml(home / "openapi.yaml")),
        models=load_models(home / "models"),
        claims_file=home / "claims.yaml",
    )


def _claims_of(edition: str) -> Any:
    return _yaml(folder("schemas") / edition / "claims.yaml")


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), _Loader)
