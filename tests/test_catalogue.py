"""The suites against the catalogue: no claim without a check, no check without a claim, and the layers kept apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scim_contract.contract import Contract, Operation, load
from scim_contract.contract.plan import atoms, plan
from scim_contract.locate import editions
from scim_contract.plugin.catalogue import Selection, checks, selection
from scim_contract.plugin.run import areas_with_checks, suites_folder
from scim_contract.plugin.scopes import DEAR, changes_group, length, scope
from tests.commands import call_pytest

SUITES = sorted(suites_folder().glob("*.py"))
PACKAGE = suites_folder().parent / "scim_contract"
NODE = re.compile(r"suites/test_\w+\.py::test_\w+\[(v1|v2)-(\w+)\]")


@pytest.fixture(scope="module", params=editions())
def contract(request: pytest.FixtureRequest) -> Contract:
    return load(request.param)


@pytest.fixture(scope="module")
def collected(contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The node ids of the suites, as pytest collects them for an edition."""
    edition = f"--scim-edition={contract.edition}"
    words = ("--collect-only", "-q", "-p", "no:randomly", f"--rootdir={suites_folder().parent}", edition)
    told = call_pytest(tmp_path_factory.mktemp("collected"), str(suites_folder()), *words)
    assert told.code == 0, told.text[-3000:]
    return tuple(line for line in told.text.splitlines() if "::" in line)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file that pytest would take for a test, however deep."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield node


# ---- claims and checks


def test_every_check_names_a_claim_of_a_catalogue() -> None:
    known = {claim.id for edition in editions() for claim in load(edition).claims.claims}
    strange = [f"{each.file}::{each.function}: {each.claim}" for each in checks(suites_folder())
               if each.claim not in known]  # fmt: skip
    assert not strange


def test_every_test_of_a_suite_is_a_check() -> None:
    """A test that the catalogue of checks does not see would judge without a claim."""
    seen = {(each.file, each.function) for each in checks(suites_folder())}
    unseen = [f"{p.name}::{f.name}" for p in SUITES for f in functions(p) if (p.name, f.name) not in seen]
    assert not unseen


def test_every_check_has_one_claim_and_a_name_of_its_own() -> None:
    named = [(each.file, each.function) for each in checks(suites_folder())]
    assert sorted(named) == sorted(set(named))


def test_every_case_that_a_check_names_is_the_claims() -> None:
    strange = []
    for each in checks(suites_folder()):
        contracts = [held for edition in editions() if each.claim in (held := load(edition)).claims]
        known = {
            atom.value
            for held in contracts
            for operation in held.operations
            for atom in atoms(held, held.claims[each.claim], operation)
        }
        strange += [f"{each.function}: {each.claim} has no case {case!r}" for case in each.cases if case not in known]
    assert not strange


def test_every_claim_of_an_area_with_a_suite_has_a_check(contract: Contract) -> None:
    checked = {each.claim for each in checks(suites_folder())}
    areas = areas_with_checks(contract)
    lacking = [c.id for c in contract.claims.claims if c.area in areas and c.id not in checked and not c.observed]
    assert areas
    assert not lacking


def test_every_planned_case_at_every_operation_has_a_check_that_is_collected(
    contract: Contract, collected: tuple[str, ...]
) -> None:
    chosen = selection(suites_folder(), collected)
    areas = areas_with_checks(contract)
    lacking = [
        atom.key for atom in plan(contract, areas=areas)
        if atom.claim.split(".")[0] in areas and not chosen.has(atom) and not contract.claims[atom.claim].observed
    ]  # fmt: skip
    assert not lacking


def test_claims_without_operations_are_no_claims(contract: Contract) -> None:
    planned = {atom.claim for atom in plan(contract)}
    assert [claim.id for claim in contract.claims.claims if claim.id not in planned] == []


def test_keys_of_the_plan_are_unique(contract: Contract) -> None:
    keys = [atom.key for atom in plan(contract)]
    assert len(keys) == len(set(keys))


# ---- how checks are named and shared out


def test_node_ids_say_check_prefix_and_operation(contract: Contract, collected: tuple[str, ...]) -> None:
    assert "suites/test_etags.py::test_stale_if_match_is_refused[v2-put_scim_v2_group]" in collected
    for node_id in collected:
        match = NODE.fullmatch(node_id)
        assert match, node_id
        assert contract.operation(match[2]).prefix == match[1]


def test_checks_that_write_the_group_share_a_worker(contract: Contract, collected: tuple[str, ...]) -> None:
    histories = [i for i in collected if "test_history_of_users_and_the_group" in i]
    writes = [i for i in collected if (op := _operation(contract, i)).writes and op.resource == "groups"] + histories
    assert writes
    assert {scope(node_id) for node_id in writes} == {"groups"}


def test_checks_that_only_read_groups_go_apart_where_there_is_another_group(
    contract: Contract, collected: tuple[str, ...]
) -> None:
    apart = [i for i in collected if scope(i, apart=True) != scope(i)]
    assert {scope(node_id, apart=True) for node_id in apart} == {"reads of groups"}
    assert {_operation(contract, node_id).name for node_id in apart} == {"list_groups", "get_group"}
    assert not any(changes_group(node_id, apart=True) for node_id in apart)


def test_scopes_whose_checks_are_dear_are_there(collected: tuple[str, ...]) -> None:
    scopes = {scope(node_id, apart=True) for node_id in collected}
    assert set(DEAR) <= scopes
    assert all(length(name, 10) > length("get_scim_user", 10) for name in DEAR)


def test_checks_of_a_list_of_users_share_a_worker(contract: Contract, collected: tuple[str, ...]) -> None:
    lists = [i for i in collected if _operation(contract, i).name == "list_users" and "_the_group[" not in i]
    assert {scope(node_id) for node_id in lists} <= {"list of users"}


def _operation(contract: Contract, node_id: str) -> Operation:
    match = NODE.fullmatch(node_id)
    assert match
    return contract.operation(match[2])


CASES = ("made-up", "before-the-last-write")


@pytest.mark.parametrize(
    ("node_ids", "has", "has_not"),
    [
        ((), (), CASES),
        (("test_etags.py::test_stale_if_match_is_refused[v2-put_scim_v2_group]",), CASES, ()),
        (("test_etags.py::test_stale_if_match_is_refused[v1-put_scim_group]",), (), CASES),
        (("test_nowhere.py::test_nothing[v2-put_scim_v2_group]",), (), CASES),
    ],
    ids=["nothing", "its own item", "the other prefix's item", "an unknown item"],
)  # fmt: skip
def test_selection_has_what_its_items_judge(
    node_ids: tuple[str, ...], has: tuple[str, ...], has_not: tuple[str, ...], contract: Contract
) -> None:
    chosen: Selection = selection(suites_folder(), [f"suites/{node_id}" for node_id in node_ids])
    claim = contract.claims["etags.stale-if-match-refused"]
    found = {a.value: chosen.has(a) for a in atoms(contract, claim, contract.operation("put_scim_v2_group"))}
    assert all(found[case] for case in has)
    assert not any(found[case] for case in has_not)


# ---- the layers


def imported(path: Path) -> set[str]:
    """The modules that a file imports, at any depth."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def texts(path: Path) -> list[str]:
    """The text constants of a file that are no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in told
    ]


NETWORK = {"httpx", "requests", "urllib3", "http", "socket", "ssl", "subprocess", "h11"}


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.name)
def test_suite_touches_no_network_by_itself(suite: Path) -> None:
    used = imported(suite)
    assert not {name for name in used if name.split(".")[0] in NETWORK}
    assert not {name for name in used if name.startswith("scim_contract.mock")}


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.name)
def test_suite_spells_out_no_operation_and_no_path(suite: Path, contract: Contract) -> None:
    known = {operation.id for operation in contract.operations}
    assert not [text for text in texts(suite) if text in known or text.startswith("/api/")]


@pytest.mark.parametrize("layer", ["contract", "org", "transport", "mock"])
def test_nothing_below_the_suites_knows_a_claim(layer: str, contract: Contract) -> None:
    claims = {claim.id for claim in contract.claims.claims}
    planted = ("faults", "variants", "planting.py")  # which say what they break, and are no part of the server
    paths = [path for path in (PACKAGE / layer).rglob("*.py") if not {path.name, path.parent.name} & set(planted)]
    known = [(path.name, t) for path in paths for t in texts(path) if t in claims]
    assert not known


@pytest.mark.parametrize(
    ("layer", "above"),
    [
        ("contract", ("org", "transport", "judging", "plugin", "reports", "mock")),
        ("transport", ("org", "judging", "plugin", "reports", "mock")),
        ("org", ("judging", "plugin", "reports", "mock")),
        ("mock", ("org", "transport", "judging", "plugin", "reports")),
        ("judging", ("plugin", "reports", "mock")),
    ],
)
def test_layers_import_only_what_is_below_them(layer: str, above: tuple[str, ...]) -> None:
    wrong = [
        f"{path.name}: {name}"
        for path in (PACKAGE / layer).rglob("*.py")
        for name in imported(path)
        if name.startswith(tuple(f"scim_contract.{word}" for word in above))
    ]
    assert not wrong
