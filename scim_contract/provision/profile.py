"""The plan as the finished section of targets.toml."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from typing import Any

from scim_contract.provision.plan import Plan
from scim_contract.targets import Target

_LEFT_OUT = ("name", "folder", "clients")
_ALWAYS = ("base_url", "token_url", "sandbox", "user_domain", "group", "wide_user_filter", "wide_group_filter")
_SAYS = {
    "sandbox": "without it the run only reads",
    "user_domain": "of created userNames; a domain that gets no mail",
    "group": "the one group that the run may change; it is put back afterwards",
    "wide_user_filter": "a filter that matches many users",
    "wide_group_filter": "likewise for groups",
}
_OPEN = {
    "roles": ('["employee"]', "names of roles that created users may be given"),
    "division": ('"Home"', "the name of a division that created users may be put into"),
    "photo_url": ('"https://example.com/photo.jpg"', "a photo that created users may have"),
    "routing_skill": ('"Billing"', "the name of a routing skill that created users may be given (edition 2026)"),
    "routing_language": ('"Deutsch"', "the name of a routing language, likewise (edition 2026)"),
}


def section(plan: Plan) -> str:
    """The section of targets.toml with which a run shows all that this org can."""
    target = replace(
        plan.target,
        sandbox=True,
        wide_user_filter=plan.target.wide_user_filter or "active eq true",
        wide_group_filter=plan.target.wide_group_filter or "displayName pr",
    )
    return "\n".join([f"[targets.{_key(target.name)}]", *_settings(target), *_clients(plan)])


def _settings(target: Target) -> Iterator[str]:
    for each in fields(Target):
        value = getattr(target, each.name)
        default = each.default if each.default is not MISSING else None
        if each.name in _LEFT_OUT:
            continue
        if each.name in _ALWAYS or value != default:
            yield _line(each.name, value)
        elif each.name in _OPEN:
            example, says = _OPEN[each.name]
            yield f"# {each.name} = {example}   # {says}; without it those cases are untested"


def _line(name: str, value: Any) -> str:
    text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
    return f"{name} = {text}" + (f"   # {_SAYS[name]}" if name in _SAYS else "")


def _clients(plan: Plan) -> Iterator[str]:
    for client in plan.clients:
        yield f"\n[[targets.{_key(plan.target.name)}.clients]]"
        yield f'id = {{ env = "{client.id_variable}" }}'
        yield f'secret = {{ env = "{client.secret_variable}" }}'
        yield f"permissions = {json.dumps([client.permission] if client.permission else [])}"


def _key(name: str) -> str:
    """A name as a key of TOML."""
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else json.dumps(name)
