"""From a request to an operation of the contract, and from its answer to a response."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from scim_contract.contract import Operation
from scim_contract.mock import negotiation
from scim_contract.mock.behaviour import Behaviour
from scim_contract.mock.errors import ScimProblem, error_document, internal
from scim_contract.mock.handlers import Answer, Call, Service, answer
from scim_contract.mock.oauth import Tokens
from scim_contract.mock.representation import Links, extensions_of, paths_under

CLIENT_KEY = "scim_contract.client"


@dataclass(frozen=True)
class Endpoint:
    """The operations of one path, by method."""

    operations: Mapping[str, Operation]
    behaviours: Mapping[str, Behaviour]
    service: Service
    tokens: Tokens
    paths: Mapping[str, str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._respond(request)
        if request.method == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        operation = self.operations.get("GET" if request.method == "HEAD" else request.method)
        if operation is None:
            return self._not_an_operation(request)
        behaviour = self.behaviours[operation.id]
        headers = _headers(request)
        wanted = behaviour.answer_type(headers.get("accept"))
        media_type = wanted or negotiation.JSON
        try:
            permissions = self._authorise(request, operation, behaviour)
            if wanted is None and operation.method != "DELETE":
                raise ScimProblem(406, "An answer is application/json or application/scim+json.")
            call = Call(
                operation=operation,
                behaviour=behaviour,
                service=self.service,
                links=Links(_base(request), self.paths, extensions_of(self.service.contract)),
                permissions=permissions,
                item=next(iter(request.path_params.values()), ""),
                query=request.query_params,
                headers=headers,
                body=await request.body(),
            )
            return _rendered(answer(call), media_type)
        except ScimProblem as problem:
            return refusal(problem, media_type, behaviour.error_document)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return refusal(internal(), media_type, behaviour.error_document)

    def _authorise(self, request: Request, operation: Operation, behaviour: Behaviour) -> frozenset[str]:
        """The permissions that the request comes with.

        :raises ScimProblem: 401 without a token that the mock gave, 403 where its client may not.
        """
        if not self.tokens.clients:
            return frozenset(operation.permissions)
        authorization = request.headers.get("authorization")
        client = self.tokens.client_of(authorization)
        request.scope[CLIENT_KEY] = None if client is None else client.id
        held = frozenset[str]() if client is None else client.permissions
        nobody = client is None and operation.open and not behaviour.admits_anonymous(operation)
        if behaviour.permitted(held, operation) and not nobody:
            return held
        if client is None:
            headers = behaviour.challenge(authorization is not None)
            raise ScimProblem(401, "A valid token is needed.", headers=headers)
        raise ScimProblem(403, "The client holds none of the permissions that this needs.")

    def _not_an_operation(self, request: Request) -> Response:
        allow = ", ".join([*self.operations, *(["HEAD"] if "GET" in self.operations else []), "OPTIONS"])
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": allow})
        media_type = negotiation.answer_type(request.headers.get("accept")) or negotiation.JSON
        problem = ScimProblem(405, "This path has no such method.", headers={"Allow": allow})
        return refusal(problem, media_type)


def routes(service: Service, tokens: Tokens, behaviours: Callable[[Operation], Behaviour]) -> Iterable[Route]:
    """A route for each path of the contract.

    :param behaviours: gives the behaviour of each operation.
    """
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in service.contract.operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    for path, operations in by_path.items():
        prefix = next(iter(operations.values())).prefix
        endpoint = Endpoint(
            operations=operations,
            behaviours={operation.id: behaviours(operation) for operation in operations.values()},
            service=service,
            tokens=tokens,
            paths=paths_under(service.contract, prefix),
        )
        yield Route(path, endpoint)


def refusal(
    problem: ScimProblem,
    media_type: str,
    document: Callable[[ScimProblem], dict[str, Any]] = error_document,
) -> Response:
    """The response that tells of a refusal."""
    return Response(_bytes(document(problem)), problem.status, problem.headers, media_type)


def _rendered(given: Answer, media_type: str) -> Response:
    if given.document is None:
        return Response(status_code=given.status, headers=dict(given.headers))
    return Response(_bytes(given.document), given.status, dict(given.headers), media_type)


def _bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _headers(request: Request) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _base(request: Request) -> str:
    server = request.scope.get("server") or ("127.0.0.1", None)
    port = "" if server[1] is None else f":{server[1]}"
    host = request.headers.get("host") or f"{server[0]}{port}"
    return f"{request.scope.get('scheme', 'http')}://{host}"
