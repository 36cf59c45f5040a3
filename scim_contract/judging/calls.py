"""The judge's words for calls of a library: what went over the wire, and what the caller got of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from scim_contract.contract import Operation
from scim_contract.judging.expect import DOCUMENTED_TYPES, Expect
from scim_contract.org.documents import differences, said
from scim_contract.org.errors import Blocked
from scim_contract.sdk.documents import is_date, resolved
from scim_contract.sdk.library import Called, Library
from scim_contract.sdk.recorder import TOKEN_PATHS, Recorded
from scim_contract.sdk.typed import same_instant

_CONDITIONS = ("If-Match", "If-None-Match")


def sent(expect: Expect, called: Called) -> Recorded | None:
    """The one request of a call; a problem and None where there was none, or more than one."""
    number = len(called.recorded)
    told = "none" if not number else f"{number}: " + ", ".join(f"{r.method} {r.target}" for r in called.recorded[:4])
    good = number == 1 and not called.recorded[0].malformed
    if number == 1 and not good:
        told = f"no HTTP: {called.recorded[0].method} {called.recorded[0].target}"
    came = f"{told}; {called.text} {called.ended}"
    return called.recorded[0] if expect.that(good, "one request", came, called.exchange) else None


def reached(called: Called) -> Recorded:
    """The first request of a call that a check builds on.

    Raises:
        Blocked: none was sent, which is the business of sdk.request.
    """
    if not called.recorded:
        raise Blocked(f"{called.text} sent no request: it {called.ended}")
    return called.recorded[0]


def request_line(expect: Expect, operation: Operation, called: Called, given: Mapping[str, Any]) -> bool:
    """Method, path and query as documented, with the values that the caller gave."""
    recorded = sent(expect, called)
    if recorded is None:
        return False
    exchange, whose = called.exchange, f"; {called.text}"
    method = expect.that(
        recorded.method == operation.method, f"method {operation.method}", f"{recorded.method}{whose}", exchange
    )
    parts = urlsplit(f"http://host{recorded.target}")
    path = expect.that(
        _is_path(operation, parts.path, given),
        f"path {operation.path} with {_path_value(operation, given)}",
        f"{parts.path}{whose}",
        exchange,
    )
    wanted = sorted(
        (p.name, _as_sent(given[p.name])) for p in operation.parameters if p.place == "query" and p.name in given
    )
    query = sorted(parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape"))
    same = query == wanted
    shown = f"query {dict(query)} from {said(parts.query)}{whose}" if query else f"no query{whose}"
    return expect.that(same, f"query {dict(wanted)}" if wanted else "no query", shown, exchange) and method and path


def _as_sent(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)


def _is_path(operation: Operation, path: str, given: Mapping[str, Any]) -> bool:
    wanted, came = operation.path.split("/"), path.split("/")
    return len(wanted) == len(came) and all(
        unquote(have) == str(given[want[1:-1]]) if want.startswith("{") else have == want
        for want, have in zip(wanted, came, strict=True)
    )


def _path_value(operation: Operation, given: Mapping[str, Any]) -> str:
    name = operation.path_parameter
    return f"{name} {said(given[name])} as one part of it" if name else "nothing to fill in"


def conditions(expect: Expect, called: Called, given: Mapping[str, Any]) -> bool:
    """If-Match and If-None-Match exactly as the caller gave them, and none that was not given."""
    recorded = reached(called)
    good = True
    for name in _CONDITIONS:
        wanted, came = given.get(name), recorded.header(name)
        seen = f"{name} {said(came)}" if came is not None else f"no {name}"
        expected = f"{name}: {wanted}" if wanted is not None else f"no {name}"
        good = expect.that(came == wanted, expected, f"{seen}; {called.text}", called.exchange) and good
    return good


def media_types(expect: Expect, operation: Operation, called: Called) -> bool:
    """Accept and Content-Type are documented ones, as far as they are there."""
    recorded = reached(called)
    accept, sending = recorded.header("Accept"), recorded.header("Content-Type")
    wanted = " or ".join(DOCUMENTED_TYPES)
    asked = [word.split(";")[0].strip().lower() for word in (accept or "*/*").split(",")]
    good = expect.that(
        bool({*DOCUMENTED_TYPES, "*/*"} & set(asked)),
        f"Accept that names {wanted}",
        f"Accept: {accept}; {called.text}",
        called.exchange,
    )
    kind = sending.split(";")[0].strip().lower() if sending else None
    fits = kind in DOCUMENTED_TYPES if operation.request_model else kind in (*DOCUMENTED_TYPES, None)
    came = f"Content-Type: {sending}; {called.text}" if sending else f"no Content-Type; {called.text}"
    return expect.that(fits, f"Content-Type {wanted}", came, called.exchange) and good


def body_is(expect: Expect, library: Library, operation: Operation, called: Called, wanted: Any) -> bool:
    """The body on the wire is the document that the caller gave, each property under its JSON name."""
    recorded = reached(called)
    if wanted is None:
        came = f"a body of {len(recorded.body)} bytes; {called.text}"
        return expect.that(not recorded.body, "no body", came, called.exchange)
    try:
        document = json.loads(recorded.body)
    except ValueError:
        came = f"{recorded.body[:100]!r}; {called.text}"
        return expect.that(False, "a JSON body", came, called.exchange)
    lacking = [f"the library has no {name}" for name in called.missing]
    unlike = [*_unlike(library, operation, wanted, document)] if not lacking else []
    told = [*lacking, *unlike, *_left_out(library, operation, wanted, document, called)]
    return expect.nothing(dict.fromkeys(told), f"the body holds every property of {operation.request_model}",
                          called.exchange)  # fmt: skip


def _unlike(library: Library, operation: Operation, wanted: Any, document: Any) -> Iterator[str]:
    yield from differences(
        _instants(library, operation, wanted, wanted), _instants(library, operation, wanted, document)
    )


def _left_out(library: Library, operation: Operation, wanted: Any, document: Any, called: Called) -> Iterator[str]:
    """What else is not on the wire, where the library lacks some of the model's properties already."""
    if not called.missing:
        return
    spared = {name.split(".")[-1] for name in called.missing}
    for row in _unlike(library, operation, wanted, document):
        place = row.split(":")[0].replace("[", ".").split(".")
        if not any(library.language.attribute(word) in spared or word in spared for word in place):
            yield row


def _instants(library: Library, operation: Operation, wanted: Any, document: Any) -> Any:
    """A document whose dates are written as the caller gave them, where they mean the same."""
    models = library.contract.models

    def walk(schema: Mapping[str, Any], want: Any, have: Any) -> Any:
        _, schema = resolved(models, schema)
        if isinstance(want, dict) and isinstance(have, dict) and "properties" in schema:
            return {k: walk(schema["properties"].get(k, {}), want.get(k), v) for k, v in have.items()}
        return want if is_date(schema) and same_instant(want, have) else have

    return walk({"$ref": f"{operation.request_model}.json"}, wanted, document)


# credentials ----------------------------------------------------------------------------------------


def token_request(expect: Expect, library: Library) -> bool:
    """Signing in asks for a token by client credentials: Basic with id and secret, a form that names the grant."""
    recorded, exchanges, failed = library.signing_in()
    exchange = exchanges[0] if exchanges else None
    if not expect.that(not failed, "signing in by client credentials succeeds", f"it raised {failed}", exchange):
        return False
    asked = [each for each in recorded if each.target.split("?")[0] in TOKEN_PATHS]
    if not expect.that(len(asked) == 1, "one request for a token", f"{len(asked)}", exchange):
        return False
    given = f"{library.recorder.client}:{library.recorder.secret}"
    basic = f"Basic {base64.b64encode(given.encode()).decode()}"
    good = expect.that(asked[0].header("Authorization") == basic, "Authorization: Basic with the id and the secret",
                       "another Authorization" if asked[0].header("Authorization") else "none", exchange)  # fmt: skip
    form = dict(parse_qsl(asked[0].body.decode("utf-8", "replace")))
    grant = form.get("grant_type")
    return (
        expect.that(grant == "client_credentials", "grant_type=client_credentials in the form",
                    f"grant_type {said(grant)}", exchange) and good
    )  # fmt: skip


def carries_token(expect: Expect, library: Library, called: Called) -> bool:
    """The call carries the token that signing in got."""
    came = reached(called).header("Authorization")
    scheme, _, token = (came or "").partition(" ")
    good = scheme.lower() == "bearer" and token == str(library.recorder.token)
    told = "no Authorization" if came is None else f"Authorization: {scheme} with another token"
    return expect.that(good, "Authorization: Bearer with the token", f"{told}; {called.text}", called.exchange)


def carries_nothing(expect: Expect, called: Called) -> bool:
    """The call has no Authorization header: one without a token in it is a malformed credential."""
    came = reached(called).header("Authorization")
    return expect.that(came is None, "no Authorization", f"Authorization: {came}; {called.text}", called.exchange)


# answers ----------------------------------------------------------------------------------------------


def gave_result(expect: Expect, called: Called, what: str) -> bool:
    """The call ended with a result."""
    good = called.raised is None
    return expect.that(good, f"{what} is read", f"{called.text} {called.ended}", called.exchange)


def raised_for(expect: Expect, called: Called, status: int, body: Any) -> bool:
    """The call raised the library's own error, with the status and the body of the answer."""
    exchange = called.exchange
    if not expect.that(called.raised is not None, f"an error for status {status}", f"{called.text} {called.ended}",
                       exchange):  # fmt: skip
        return False
    raised = called.raised
    assert raised is not None
    good = expect.that(raised.api, "the error class of the library", f"{called.text} {called.ended}", exchange)
    if not good:
        return False
    good = expect.that(raised.status == status, f"an error with status {status}", f"status {raised.status}", exchange)
    readable = _content(raised.body) == body
    return expect.that(readable, f"an error with the body {said(body)[:200]}", f"body {said(raised.body)[:200]}",
                       exchange) and good  # fmt: skip


def _content(body: Any) -> Any:
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return body


def query_of(recorded: Recorded) -> dict[str, str]:
    """The query of a request, decoded."""
    return dict(parse_qsl(urlsplit(f"http://host{recorded.target}").query, keep_blank_values=True))


def is_resource(result: Any) -> bool:
    """Whether a result looks like a resource: an object of a model, or anything with properties."""
    return isinstance(result, (dict, list)) and bool(result)
