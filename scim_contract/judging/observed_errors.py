"""What an error shows of the claims that every exchange of a run is held against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from scim_contract.contract import Contract, Operation
from scim_contract.judging.expect import DOCUMENTED_TYPES
from scim_contract.org.documents import ERROR, said
from scim_contract.targets import Target
from scim_contract.transport import Answer, Exchange, Masker

Finding = tuple[str, str, str, list[tuple[str, str]]]
"""Claim, value, part, and what is wrong: pairs of expected and came; none where the claim was kept."""

_ERROR_CASE = {404: "unknown-id", 400: "bad-request", 409: "conflict"}
# Every repetition has an end: a body may be 200,000 characters made to be slow to search.
_STACK = (
    r"\bat [\w$.]+\([\w$]+\.(?:java|kt|scala|cs):\d+\)|\bTraceback \(most recent call last\)"
    r"|\n[ \t]{1,40}at \S{1,300} \(.{1,300}:\d+:\d+\)|\bat (?:\S{1,200} \()?/\S{1,300}\.[cm]?[jt]s:\d+:\d+"
    r"|\bgoroutine \d+ \[\w"
)
_CLASS = r"\b(?:[a-z]\w*\.){2,12}[A-Z]\w*(?:Exception|Error)\b|\b[A-Z]\w+Exception\b"
# In capitals the words of SQL are enough; in small letters they are English too ("select a value from the list").
_STATEMENT = r"\b(?:SELECT\s.{1,400}?\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\s"
_SMALL_STATEMENT = (
    r"(?i:\bselect\s.{1,200}?\sfrom\s+\w\S{0,60}\s+(?:\w{1,30}\s+)?where\b|\binsert\s+into\s+\S{1,60}\s*\("
    r"|\bdelete\s+from\s+\S{1,60}\s+where\b|\bupdate\s+\S{1,60}\s+set\s+\S{1,60}\s*=)"
)
_SQL_WORDS = (
    r"(?i:\bSQLSTATE\b|\bORA-\d{5}\b|\bsyntax error at or near\b"
    r"|\bviolates (?:unique|foreign key|not-null|check|exclusion) constraint\b"
    r"|\bDuplicate entry '.{0,200}' for key\b|\b(?:UNIQUE|NOT NULL) constraint failed: \w{1,80}\.\w"
    r"|\bE11000 duplicate key\b)"
)
_INTERNALS = (
    (re.compile(_STACK), "a stack trace"),
    (re.compile(_CLASS), "a class name"),
    (re.compile(f"{_STATEMENT}|{_SMALL_STATEMENT}|{_SQL_WORDS}", re.DOTALL), "SQL"),
    (re.compile(r'File "[^"]+\.py", line \d+'), "a line of a source file"),
)


def internals(exchange: Exchange, masker: Masker) -> Iterator[tuple[str, str]]:
    """What an error shows of the server's inside; what it only repeats of the request is not that."""
    text = _lines(exchange.answer.body[:200_000])
    sent = unquote(exchange.request.url) + _lines(exchange.request.body or b"")
    for pattern, what in _INTERNALS:
        match = next((m for m in pattern.finditer(text) if m.group(0).strip() not in sent), None)
        if match is not None:
            shown = " ".join(match.group(0).split())[:80]
            yield "an error that shows nothing of the inside", f"{what} in the body: {shown}"
    if masker.betrayed(text):
        yield "an error that shows no secret", "a token, a client's secret or a password in the body"


def _lines(body: bytes) -> str:
    """A body as text, the line breaks and tabs in JSON strings written out: a stack trace is told by its lines."""
    text = body.decode("utf-8", "replace")
    return re.sub(r"\\([nrt])", lambda match: {"n": "\n", "r": "\r", "t": "\t"}[match[1]], text)


def findings_of_error(contract: Contract, exchange: Exchange) -> Iterator[Finding]:
    """What an error that is an operation's own word (see `is_own`) shows: its shape, its status, its type."""
    answer, document = exchange.answer, exchange.document
    schemas, status = document.get("schemas"), document.get("status")
    standard: list[tuple[str, str]] = []
    if not document:
        standard.append(("a ScimError", _no_document(answer)))
    else:
        if not (isinstance(schemas, list) and ERROR in schemas):
            standard.append((f"schemas holds {ERROR}", f"schemas {said(schemas)}"))
        if status is None:
            standard.append(("status in the body", "status absent"))
    yield "errors.shape", "", "standard", standard
    yield "errors.shape", "", "documented", _documented_error(contract, document)
    if status is not None:
        right = isinstance(status, str) and status == str(answer.status)
        wrong = [] if right else [(f'status "{answer.status}", a string', f"status {said(status)}")]
        yield "errors.status-is-string", "", "", wrong
    if answer.body:
        wrong = (
            []
            if answer.media_type in DOCUMENTED_TYPES
            else [(" or ".join(DOCUMENTED_TYPES), f"Content-Type {said(answer.header('Content-Type'))}")]
        )
        yield "content-types.errors-too", _ERROR_CASE[answer.status], "", wrong


def _no_document(answer: Answer) -> str:
    if answer.body.strip() and answer.media_type not in (None, *DOCUMENTED_TYPES):
        return f"a body in {answer.media_type}"
    return answer.json_problem or "the body is no JSON object"


def _documented_error(contract: Contract, document: Mapping[str, Any]) -> list[tuple[str, str]]:
    detail, kind = document.get("detail"), document.get("scimType")
    wrong = [] if detail is None or isinstance(detail, str) else [("detail, a string", f"detail {said(detail)}")]
    allowed = contract.model("ScimError")["properties"]["scimType"]["enum"]
    if kind is not None and kind not in allowed:
        wrong.append((f"scimType, one of {', '.join(allowed)}", f"scimType {said(kind)}"))
    return wrong


def is_own(exchange: Exchange, target: Target, operation: Operation) -> bool:
    """Whether an error is the operation's own word.

    It is not with another status than 400, 404 and 409, where the client may not ask, where the types asked for or
    sent are none of the documented ones, or where no operation documents the request: the platform in front may have
    answered then.
    """
    if exchange.strange or exchange.status not in _ERROR_CASE:
        return False
    if target.clients and not operation.open:
        held = exchange.client.split(", ")
        if not any(permission in held for permission in operation.permissions):
            return False
    accept = exchange.request.header("Accept")
    sent = (exchange.request.header("Content-Type") or DOCUMENTED_TYPES[0]).split(";")[0]
    return accept in (None, "*/*", *DOCUMENTED_TYPES) and sent in DOCUMENTED_TYPES
