"""The operations of every edition, the same for both prefixes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scim_contract.contract import Contract, Operation
from scim_contract.mock.behaviour import Behaviour, Document
from scim_contract.mock.directory import EXTENSIONS, Directory, Record
from scim_contract.mock.errors import ScimProblem, invalid_filter, not_found
from scim_contract.mock.etags import etag
from scim_contract.mock.filters import FilterEngine
from scim_contract.mock.representation import GROUP_URN, USER_URN, Links

CONFIG_VERSION = 1


@dataclass(frozen=True)
class Service:
    """What every operation works on. `started` is in milliseconds."""

    contract: Contract
    directory: Directory
    started: int
    filters: FilterEngine = field(default_factory=FilterEngine)


@dataclass(frozen=True)
class Call:
    """One request for an operation, already authorised; header names are in lower case."""

    operation: Operation
    behaviour: Behaviour
    service: Service
    links: Links
    permissions: frozenset[str]
    item: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What an operation answers; without a document there is no body."""

    status: int
    document: Document | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(call: Call) -> Answer:
    """Carry out an operation, from its checks to its write in one piece.

    :raises ScimProblem: where the request is refused; then nothing has changed.
    """
    with call.service.directory.lock:
        return _HANDLERS[call.operation.name](call)


def _list_resources(call: Call) -> Answer:
    directory, behaviour = call.service.directory, call.behaviour
    users = call.operation.resource == "users"
    kind = "User" if users else "Group"
    records = list((directory.users if users else directory.groups).values())
    text = call.query.get("filter", "")
    if text.strip():
        matches = behaviour.matcher(call.service.filters, kind, text, lambda record: _shown(call, record))
        records = [record for record in records if matches(record)]
    elif behaviour.requires_filter(call.operation):
        raise invalid_filter("A filter is required.")
    else:
        records = list(behaviour.listed_without_filter(call.operation, records))
    page = behaviour.page_asked(_integer(call, "startIndex"), _integer(call, "count"))
    shown = [_projected(call, _shown(call, record)) for record in behaviour.cut(records, page)]
    return Answer(200, behaviour.list_response(shown, len(records), page))


def _integer(call: Call, name: str) -> int:
    parameter = call.operation.parameter(name)
    default = 0 if parameter is None else int(parameter.default)
    return call.behaviour.integer(name, call.query.get(name), default)


def _get_resource(call: Call) -> Answer:
    return _conditional(call, _shown(call, _found(call)))


def _conditional(call: Call, document: Document) -> Answer:
    current = document["meta"]["version"]
    if call.behaviour.if_none_match_hits(call.headers.get("if-none-match"), current):
        return Answer(304, None, _etag_header(call, current))
    return Answer(200, _projected(call, document), _etag_header(call, current))


def _projected(call: Call, document: Document) -> Document:
    """What of a document is given, where the operation lets a client choose."""
    if call.operation.parameter("attributes") is None:
        return document
    asked = call.query.get("attributes", ""), call.query.get("excludedAttributes", "")
    return call.behaviour.projected(document, *asked)


def _create_user(call: Call) -> Answer:
    document = _whole_body(call)
    content = call.behaviour.user_content(document, None)
    _check_user(call, content, None)
    record = call.service.directory.add("User", content, document.get("password"))
    shown = _shown(call, record)
    headers = {"Location": shown["meta"]["location"], **_etag_header(call, shown["meta"]["version"])}
    return Answer(call.behaviour.created_status, shown, headers)


def _replace_user(call: Call) -> Answer:
    before = _writable(call)
    document = _whole_body(call)
    return _store_user(call, before, document)


def _modify_user(call: Call) -> Answer:
    before = _writable(call)
    operations = call.behaviour.patch_operations(call.service.contract, call.body)
    document = call.behaviour.patched(call.service.contract, "User", _editable(before), operations)
    return _store_user(call, before, document)


def _store_user(call: Call, before: Record, document: Document) -> Answer:
    content = call.behaviour.user_content(document, before)
    if call.behaviour.sets_password_only(call.permissions, call.operation):
        call.behaviour.require_password_only(content, before)
    _check_user(call, content, before)
    return _written(call, call.service.directory.update(before, content, document.get("password")))


def _check_user(call: Call, content: Document, before: Record | None) -> None:
    behaviour, directory = call.behaviour, call.service.directory
    behaviour.require_name(content, "userName")
    behaviour.require_name(content, "displayName")
    behaviour.require_one_primary(content)
    behaviour.require_limits(content)
    behaviour.require_manager(content, directory)
    behaviour.require_free_user_name(content, before, directory)


def _delete_user(call: Call) -> Answer:
    call.service.directory.delete_user(_writable(call).id)
    return Answer(call.behaviour.deleted_status)


def _replace_group(call: Call) -> Answer:
    before = _writable(call)
    return _store_group(call, before, _whole_body(call))


def _modify_group(call: Call) -> Answer:
    before = _writable(call)
    operations = call.behaviour.patch_operations(call.service.contract, call.body)
    document = call.behaviour.patched(call.service.contract, "Group", _editable(before), operations)
    return _store_group(call, before, document)


def _store_group(call: Call, before: Record, document: Document) -> Answer:
    directory = call.service.directory
    content = call.behaviour.group_content(document, before, directory)
    call.behaviour.require_name(content, "displayName")
    return _written(call, directory.update(before, content))


def _list_resourcetypes(call: Call) -> Answer:
    documents = call.behaviour.resource_types(call.links)
    page = call.behaviour.page_asked(1, len(documents))
    return Answer(200, call.behaviour.list_response(documents, len(documents), page))


def _get_resourcetype(call: Call) -> Answer:
    document = call.behaviour.resource_type(call.item, call.links)
    if document is None:
        raise not_found("resource type")
    return Answer(200, document)


def _list_schemas(call: Call) -> Answer:
    if call.query.get("filter") is not None:
        raise call.behaviour.schemas_filtered()
    documents = call.behaviour.schemas(call.service.contract, call.links)
    page = call.behaviour.page_asked(1, len(documents))
    return Answer(200, call.behaviour.list_response(documents, len(documents), page))


def _get_schema(call: Call) -> Answer:
    for document in call.behaviour.schemas(call.service.contract, call.links):
        if document["id"] == call.item:
            return Answer(200, document)
    raise not_found("schema")


def _get_serviceproviderconfig(call: Call) -> Answer:
    document = call.behaviour.provider_config(call.links, etag(CONFIG_VERSION), call.service.started)
    return _conditional(call, document)


_HANDLERS: Mapping[str, Callable[[Call], Answer]] = {
    "list_users": _list_resources,
    "get_user": _get_resource,
    "create_user": _create_user,
    "replace_user": _replace_user,
    "modify_user": _modify_user,
    "delete_user": _delete_user,
    "list_groups": _list_resources,
    "get_group": _get_resource,
    "replace_group": _replace_group,
    "modify_group": _modify_group,
    "list_resourcetypes": _list_resourcetypes,
    "get_resourcetype": _get_resourcetype,
    "list_schemas": _list_schemas,
    "get_schema": _get_schema,
    "get_serviceproviderconfig": _get_serviceproviderconfig,
}


def _found(call: Call) -> Record:
    directory = call.service.directory
    table = directory.users if call.operation.resource == "users" else directory.groups
    record = table.get(call.item)
    if record is None:
        raise not_found("user" if call.operation.resource == "users" else "group")
    return record


def _writable(call: Call) -> Record:
    """The resource that a write is about, once its precondition and its body's type are checked."""
    record = _found(call)
    if not call.behaviour.if_match_holds(call.headers.get("if-match"), etag(record.version)):
        raise ScimProblem(400, "The resource has changed since the version in If-Match.", "invalidVers")
    if call.operation.request_model is not None:
        _require_body_type(call)
    return record


def _whole_body(call: Call) -> Document:
    _require_body_type(call)
    model = call.operation.request_model
    assert model is not None
    return call.behaviour.conforming(call.service.contract, model, call.behaviour.parse(call.body))


def _require_body_type(call: Call) -> None:
    if not call.behaviour.body_type_supported(call.headers.get("content-type")):
        raise ScimProblem(415, "A body is application/json or application/scim+json, in UTF-8.")


def _editable(record: Record) -> Document:
    urns = [USER_URN if record.kind == "User" else GROUP_URN]
    urns += [urn for urn in EXTENSIONS if urn in record.content]
    return {"schemas": urns, "id": record.id, **record.content}


def _written(call: Call, record: Record) -> Answer:
    shown = _shown(call, record)
    return Answer(200, shown, _etag_header(call, shown["meta"]["version"]))


def _shown(call: Call, record: Record) -> Document:
    return call.behaviour.show(record, call.service.directory, call.links)


def _etag_header(call: Call, current: str) -> dict[str, Any]:
    header = call.behaviour.etag_header(current)
    return {} if header is None else {"ETag": header}
