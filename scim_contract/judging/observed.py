"""The claims that every exchange of a run is held against, whichever checks were selected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scim_contract.contract import Atom, Contract, Operation
from scim_contract.judging.behind import META, Behind
from scim_contract.judging.belated import TOLD, Belated
from scim_contract.judging.expect import DOCUMENTED_TYPES
from scim_contract.judging.judge import evidence
from scim_contract.judging.observed_errors import Finding, findings_of_error, internals, is_own
from scim_contract.judging.problem import Problem
from scim_contract.judging.sendings import ALSO_SEEN, Sendings
from scim_contract.judging.unmoved import HEADER, STABLE, Unmoved
from scim_contract.judging.unmoving import MOVES, Unmoving
from scim_contract.org.asking import JSON, SCIM_JSON
from scim_contract.org.documents import ENTERPRISE, ERROR, GROUP, LIST, PATCH_OP, USER, said
from scim_contract.org.workspace import Workspace
from scim_contract.transport import Exchange, Masker
from scim_contract.verdicts import Result, Verdict, result, worse

_URNS = {
    "ScimV2User": USER,
    "ScimV2Group": GROUP,
    "ScimConfigResourceType": "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
    "ScimServiceProviderConfig": "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
}
_ITEMS = {
    "ScimUserListResponse": "ScimV2User",
    "ScimGroupListResponse": "ScimV2Group",
    "ScimConfigResourceTypesListResponse": "ScimConfigResourceType",
    "ScimV2SchemaListResponse": "ScimV2SchemaDefinition",
}


class Observer:
    """Holds every exchange of a process against the observed claims, the first evidence of each kept."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._atoms = _by_name(workspace.contract)
        self._fresh: dict[str, Result] = {}
        self._watchers = Sendings(workspace), Unmoved(workspace), Unmoving(), Behind(), Belated()
        self.served: dict[str, set[str]] = {}
        workspace.observers.append(self.see)

    def see(self, exchange: Exchange) -> None:
        """Judge one exchange."""
        operation = exchange.operation
        if operation is None:
            return
        self._follow(exchange)
        documented = exchange.request.method == operation.method
        for claim, value, part, wrong in findings(self._workspace, exchange, operation, documented):
            atom = self._atoms.get((claim, operation.id, value, part, ""))
            if atom is not None:
                self.served.setdefault(claim, set()).add(exchange.step)
                self._note(atom, wrong, exchange, [*self._workspace.trail[-4:-1], exchange])

    def _follow(self, exchange: Exchange) -> None:
        """Hold what writes sent against what became of it; what does not show a violation is left to the checks."""
        for found in (each for watcher in self._watchers for each in watcher.see(exchange)):
            atom = self._atoms.get((found.claim, found.operation.id, found.case, found.part, found.client))
            if atom is not None:
                self._note(atom, [(found.expected, found.came)], found.shown, found.trail)

    def take(self) -> list[Result]:
        """What was found since the last call."""
        taken = list(self._fresh.values())
        self._fresh = {}
        return taken

    def _note(
        self, atom: Atom, wrong: Sequence[tuple[str, str]], exchange: Exchange, trail: Sequence[Exchange]
    ) -> None:
        held = self._fresh.get(atom.key)
        if held is not None and held.verdict is Verdict.VIOLATED:
            return
        if wrong:
            problems = [Problem(expected, came, exchange) for expected, came in wrong]
            new = result(atom, Verdict.VIOLATED, **evidence(atom, problems, trail, self._workspace))
        else:
            new = result(atom, Verdict.CONFORMS)
        self._fresh[atom.key] = new if held is None else worse(held, new)


def _by_name(contract: Contract) -> dict[tuple[str, str, str, str, str], Atom]:
    return {
        (atom.claim, atom.operation, atom.value, atom.part, atom.client): atom
        for atom in contract.atoms
        if contract.claims[atom.claim].observed or atom.claim in (*ALSO_SEEN, HEADER, MOVES, STABLE, META, *TOLD)
    }


def findings(workspace: Workspace, exchange: Exchange, operation: Operation, documented: bool) -> Iterator[Finding]:
    """What one exchange shows of the observed claims; `documented`: the method is the operation's own."""
    yield from _any_answer(exchange, documented, workspace.transport.masker)
    if not documented:
        return
    if exchange.answer.ok and operation.response_model and not exchange.strange:
        yield from _success(workspace.contract, exchange, operation)
    if operation.resource == "users":
        yield "representations.password-never-returned", "", "", _password(exchange, workspace.passwords)
    if is_own(exchange, workspace.target, operation):
        yield from findings_of_error(workspace.contract, exchange)


def _any_answer(exchange: Exchange, documented: bool, masker: Masker) -> Iterator[Finding]:
    excused = exchange.status == 501 and not documented
    broken = exchange.status >= 500 and not excused
    yield "errors.never-5xx", "", "", [("any status but a 5xx", exchange.answer.line)] if broken else []
    if exchange.status >= 400:
        yield "errors.no-internals", "", "", list(internals(exchange, masker))


def _success(contract: Contract, exchange: Exchange, operation: Operation) -> Iterator[Finding]:
    answer, model = exchange.answer, operation.response_model or ""
    problem = answer.json_problem or (None if isinstance(answer.json, dict) else "the body is no JSON object")
    if problem is None and (other := _other_model(answer.document, model)):
        problem = other
    yield (
        "representations.answer",
        "",
        "model",
        [(f"a body that is a {model}", f"{problem} ({answer.line})")] if problem else [],
    )
    if answer.body:
        wanted = 201 if operation.kind == "create" else 200
        wrong = [(f"status {wanted}", answer.line)] if answer.status != wanted else []
        yield "representations.answer", "", "status", wrong
        yield from _media_type(exchange)
    if problem is None:
        faults = contract.models.faults(model, without_nulls(answer.json))
        yield "representations.schema", "", "", [(f"a valid {model}", fault) for fault in faults[:10]]
        if not _chosen(exchange):
            yield "representations.schemas-uris", "", "", list(_urns(answer.document, model))


def _chosen(exchange: Exchange) -> bool:
    """Whether the client chose attributes, among which schemas need not be."""
    asked = parse_qs(urlsplit(exchange.request.url).query)
    return "attributes" in asked or "excludedAttributes" in asked


def _other_model(document: Mapping[str, Any], model: str) -> str | None:
    """Why a document is plainly of another model: a list where one resource belongs, or the other way round."""
    listed = "Resources" in document or "totalResults" in document
    schemas = document.get("schemas")
    if isinstance(schemas, list) and ERROR in schemas:
        return "the body is a ScimError"
    if schemas == [PATCH_OP]:
        return "the body is a PatchOp"
    if (model in _ITEMS) and not listed:
        return "the body has neither totalResults nor Resources"
    if model not in _ITEMS and "totalResults" in document and "Resources" in document:
        return "the body is a list"
    return None


def _media_type(exchange: Exchange) -> Iterator[Finding]:
    accept, came = exchange.request.header("Accept"), exchange.answer.media_type
    shown = f"Content-Type {said(exchange.answer.header('Content-Type'))}"
    either = [] if came in DOCUMENTED_TYPES else [(" or ".join(DOCUMENTED_TYPES), shown)]
    match accept:
        case "application/json":
            yield "content-types.accept-json", "", "", [] if came == JSON else [(JSON, shown)]
        case "application/scim+json":
            yield "content-types.accept-scim", "", "", [] if came == SCIM_JSON else [(SCIM_JSON, shown)]
        case None:
            yield "content-types.accept-any", "no-accept", "", either
        case "*/*":
            yield "content-types.accept-any", "any", "", either


def without_nulls(value: Any) -> Any:
    """A JSON value without its null members: null is unassigned (RFC 7643 §2.5)."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def _urns(document: Mapping[str, Any], model: str) -> Iterator[tuple[str, str]]:
    if model not in _ITEMS:
        yield from _named(document, _URNS.get(model), model)
        return
    yield from _named(document, LIST, model)
    items = document.get("Resources")
    for number, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield from _named(item, _URNS.get(_ITEMS[model]), f"Resources/{number}")


def _named(document: Mapping[str, Any], urn: str | None, where: str) -> Iterator[tuple[str, str]]:
    schemas = document.get("schemas")
    wanted = [urn] if urn else []
    if document.get(ENTERPRISE):
        wanted.append(ENTERPRISE)
    for name in wanted:
        if not isinstance(schemas, list) or name not in schemas:
            yield f"schemas of {where} names {name}", f"schemas {said(schemas)}"


def _password(exchange: Exchange, sent: Sequence[str]) -> list[tuple[str, str]]:
    wrong: list[tuple[str, str]] = []
    if exchange.answer.json is not None:
        wrong += [
            ("no password in an answer", f"a password at {path}") for path in _password_keys(exchange.answer.json, "")
        ]
    text = exchange.answer.body.decode("utf-8", "replace")
    values = exchange.answer.unmasked or "\n".join(value for _, value in exchange.answer.headers)
    if any(password in text or password in values for password in sent):
        wrong.append(("the password that was sent nowhere in the answer", "its value is in the answer"))
    return wrong


def _password_keys(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            if key.lower() == "password" and member is not None:
                yield f"{path}/{key}"
            else:
                yield from _password_keys(member, f"{path}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _password_keys(item, f"{path}/{number}")
