"""Discovery: what a server says of itself, the types of its resources and what it supports, is there and is true."""

from collections.abc import Callable, Mapping
from typing import Any

from scim_contract.checks import Blocked, Exchange, Expect, Judge, Operation, Org, Untested, claim, needed
from scim_contract.judging.entries import entries
from scim_contract.org.documents import GROUP, USER, differences, ids, resources, said, total
from scim_contract.org.documents import entries as items_of
from scim_contract.org.endpoints import at_endpoint, leads_somewhere
from scim_contract.org.far import shows_most
from scim_contract.org.features import declared, longest_lists, works
from scim_contract.org.provoking import unknown_id
from scim_contract.org.reading import read
from scim_contract.org.workspace import Resource

NAMES = {
    "user": "User",
    "group": "Group",
    "service-provider-config": "ServiceProviderConfig",
    "resource-type": "ResourceType",
}
COMMON = ("schemas", "id", "externalId", "meta")
"""The attributes that every resource has, and no schema need define (RFC 7643 §3.1)."""
SCHEMAS: Mapping[str, Callable[[object], bool]] = {
    "user": lambda urn: urn == USER,
    "group": lambda urn: urn == GROUP,
    "others": lambda urn: isinstance(urn, str) and urn not in ("", USER, GROUP),
}
FLAGS = {"patch": "patch", "etag": "etag", "filter": "filter", "change-password": "changePassword"}


@claim("discovery.resource-types")
def test_resource_types_are_listed(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        listed = needed(read(org, operation))
        types = resources(listed.document)
        names = [each.get("name") for each in types]
        missing = [name for name in ("User", "Group") if name not in names]
        expect.nothing(missing, "User and Group among the Resources", listed)
        expect.equal(len(types), total(listed.document), "totalResults", listed)
        for number, each in enumerate(types):
            has_texts(expect, listed, f"Resources/{number}", each, "name", "endpoint", "schema")


@claim("discovery.by-name")
def test_resource_type_is_there_by_name(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            name = NAMES[case]
            answer = org.ask_once(operation, Resource("resourcetypes", name))
            expect.need(expect.status(answer, 200))
            expect.equal(name, answer.document.get("name"), "name", answer)
            listed = read(org, org.operation(operation.prefix, "list_resourcetypes"))
            for entry in resources(listed.document) if listed.answer.ok else []:
                if entry.get("name") == name:
                    unlike = differences(entry, answer.document)
                    expect.nothing(unlike, "the entry that the list of resource types has", answer)


@claim("discovery.listed-by-name")
def test_listed_resource_types_are_there_by_name(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        listed = needed(read(org, org.operation(operation.prefix, "list_resourcetypes")))
        named = [
            (each, name) for each in resources(listed.document) if isinstance(name := each.get("name"), str) and name
        ]
        if not named:
            raise Blocked("the list names no resource types", listed)
        for entry, name in named:
            is_the_entry(expect, org.ask_once(operation, Resource("resourcetypes", name)), entry)


@claim("discovery.schemas")
def test_schemas_are_listed(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        listed = needed(read(org, operation))
        schemas = resources(listed.document)
        missing = [urn for urn in (USER, GROUP) if urn not in ids(listed.document)]
        expect.nothing((f"no {urn}" for urn in missing), "the schemas of users and groups", listed)
        expect.equal(len(schemas), total(listed.document), "totalResults", listed)
        for number, each in enumerate(schemas):
            has_texts(expect, listed, f"Resources/{number}", each, "id")
            for place, attribute in enumerate(said_of(each)):
                has_texts(expect, listed, f"Resources/{number}/attributes/{place}", attribute, "name", "type")


@claim("discovery.schemas-of-extensions")
def test_extensions_of_resource_types_have_schemas(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        listed = needed(read(org, operation))
        types = needed(read(org, org.operation(operation.prefix, "list_resourcetypes")))
        extensions = [one.get("schema") for each in resources(types.document) for one in entries_of(each)]
        if not extensions:
            raise Untested("no resource type has an extension")
        lost = [said(urn) for urn in extensions if urn not in ids(listed.document)]
        expect.nothing((f"no {urn}" for urn in lost), "a schema for each extension of a resource type", listed)


@claim("discovery.schema-by-id")
def test_schema_is_there_by_id(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            listed = needed(read(org, org.operation(operation.prefix, "list_schemas")))
            wanted = [each for each in resources(listed.document) if SCHEMAS[case](each.get("id"))]
            if not wanted:
                raise Untested("the list has no such schema")
            for entry in wanted:
                is_the_entry(expect, org.ask_once(operation, Resource("schemas", str(entry["id"]))), entry)


@claim("discovery.unknown-schema-is-404")
def test_schema_of_another_id_is_not_found(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        is_not_found(expect, unknown_id(org, operation))


@claim("discovery.schemas-take-no-filter")
def test_filtered_list_of_schemas_is_refused(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        needed(read(org, operation))
        expect.status(org.ask_once(operation, params={"filter": f'id eq "{USER}"'}, case="filter"), 403)


@claim("discovery.schemas-name-what-is-shown")
def test_schema_names_what_a_resource_shows(operation: Operation, org: Org, judge: Judge) -> None:
    for case in judge.cases:
        with judge(case) as expect:
            name, urn = (("get_user", USER), ("get_group", GROUP))[case == "group"]
            about = org.something_for(org.operation(operation.prefix, name))
            assert about is not None
            shown = org.in_model(org.look(about, operation.prefix))
            schema = needed(org.ask_once(operation, Resource("schemas", urn)))
            known = {str(each.get("name")).lower() for each in said_of(schema.document)}
            lacking = [key for key in shown if key.lower() not in known and key not in COMMON and ":" not in key]
            expect.nothing((f"no {key}" for key in lacking), f"the attributes that a {case} shows", schema)


@claim("discovery.unknown-is-404")
def test_resource_type_of_another_name_is_not_found(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        is_not_found(expect, unknown_id(org, operation))


@claim("discovery.endpoints-lead-somewhere")
def test_endpoints_lead_somewhere(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        listed = needed(read(org, operation))
        for each in resources(listed.document):
            endpoint = each.get("endpoint")
            if isinstance(endpoint, str) and endpoint:
                found = at_endpoint(org, operation, endpoint)
                wanted = f"something at {endpoint}, the endpoint of {each.get('name')}: neither 404, 405 nor 5xx"
                came, seen = (found, listed) if isinstance(found, str) else (found.answer.line, found)
                expect.that(leads_somewhere(found), wanted, came, seen)


@claim("discovery.flags-are-true", "patch", "etag", "filter", "change-password")
def test_flags_are_true(operation: Operation, org: Org, judge: Judge) -> None:
    for case, name in FLAGS.items():
        with judge(case) as expect:
            config = config_of(org, operation)
            flag = declared(config.document, name)
            does, shown = works(org, operation.prefix, name)
            said = f"{name}.supported {str(does).lower()}, as {shown.request.method} {shown.path} shows"
            came = f"{name}.supported {str(flag).lower()}, where it was answered {shown.answer.line}"
            expect.that(flag is does, said, came, config)


@claim("discovery.flags-are-true", "max-results")
def test_no_list_is_longer_than_max_results(operation: Operation, org: Org, judge: Judge) -> None:
    with judge("max-results") as expect:
        most = most_results(config_of(org, operation))
        pages = longest_lists(org, operation.prefix, most)
        for page in pages:
            seen = len(ids(page.document))
            expect.that(seen <= most, f"at most {most} Resources, filter.maxResults", f"{seen} Resources", page)
        if not any(shows_most(page, most) for page in pages):
            raise Untested(f"no list that is known has more than {most} resources, the declared filter.maxResults")


@claim("discovery.authentication-schemes")
def test_authentication_schemes_are_described(operation: Operation, org: Org, judge: Judge) -> None:
    with judge() as expect:
        config = config_of(org, operation)
        schemes = entries(config, "authenticationSchemes")
        if not schemes:
            raise Untested("the service provider configuration names no authentication scheme")
        scheme = expect.contract.model("ScimServiceProviderConfigAuthenticationScheme")
        allowed = scheme["properties"]["type"]["enum"]
        for number, each in enumerate(schemes):
            where, kind = f"authenticationSchemes/{number}", each.get("type")
            if has_texts(expect, config, where, each, "name", "description", "type"):
                wanted = f"type of {where}, one of {', '.join(allowed)}"
                expect.that(kind in allowed, wanted, f"type {said(kind)}", config)


# what a document says ---------------------------------------------------------------------------------


def is_not_found(expect: Expect, answer: Exchange) -> None:
    """What nobody has is told as a ScimError: 404, or 400 for an id of no form."""
    expect.need(expect.status(answer, 404, 400))
    expect.scim_error(answer)


def is_the_entry(expect: Expect, answer: Exchange, entry: dict[str, Any]) -> None:
    """Answered with success, and by the document that the list has."""
    if expect.status(answer, 200):
        expect.nothing(differences(entry, answer.document), "the entry that the list has", answer)


def said_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The attributes that a schema defines."""
    return items_of(schema, "attributes")


def entries_of(resource_type: dict[str, Any]) -> list[dict[str, Any]]:
    """The extensions of a resource type."""
    return items_of(resource_type, "schemaExtensions")


def config_of(org: Org, operation: Operation) -> Exchange:
    """The service provider configuration."""
    return needed(org.ask_once(operation))


def most_results(config: Exchange) -> int:
    """The declared filter.maxResults."""
    feature = config.document.get("filter")
    most = feature.get("maxResults") if isinstance(feature, dict) else None
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        raise Untested("the service provider configuration declares no filter.maxResults")
    return most


def has_texts(expect: Expect, answer: Exchange, where: str, entry: dict[str, Any], *names: str) -> bool:
    """Each of these attributes is a text that is not empty."""
    lacking = [name for name in names if not (isinstance(entry.get(name), str) and entry[name])]
    return expect.nothing((f"{name} {said(entry.get(name))}" for name in lacking), f"a text in {where}", answer)
