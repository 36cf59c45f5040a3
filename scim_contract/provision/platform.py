"""The plan as curl lines for the platform's public API, in one script for bash.

Paths and bodies are those of the vendor's SDK (PureCloudPlatformClientV2): AuthorizationApi.post_authorization_roles,
put_authorization_role_users_add and put_authorization_role_users_remove, get_authorization_divisions_home,
OAuthApi.post_oauth_clients, UsersApi.get_users_me, GroupsApi.post_groups.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

from scim_contract.provision.plan import Plan, Wanted

_HEAD = """\
# For bash: save it, read it, and run it with TOKEN set, somebody's who may add roles, OAuth clients and groups.
set -euo pipefail
umask 077
: "${{TOKEN:?is not set: a token of somebody who may add roles, OAuth clients and groups}}"
API={api}
FILE={file}   # the ids and secrets go there, and nowhere else
pick() {{ python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }}
keep() {{ printf 'export %s=%q\\n' "$1" "$2" >> "$FILE"; }}"""


def script(plan: Plan) -> str:
    """The curl lines; a line that says so where nothing is lacking."""
    lines = [line for each in _parts(plan) for line in each]
    if not lines:
        return "# Nothing is lacking."
    file = f"{plan.target.name}.env"
    return "\n".join([_HEAD.format(api=shlex.quote(plan.target.base_url), file=shlex.quote(file)), *lines])


def _parts(plan: Plan) -> Iterator[Iterator[str]]:
    if plan.lacking:
        yield _who_and_where()
    for client in plan.lacking:
        yield _client(client)
    if not plan.group_there:
        yield _group(plan)


def _who_and_where() -> Iterator[str]:
    yield "\n# A role can be given to a client only by somebody who has it: by you, for as long as that takes."
    yield f"ME=$({_curl('GET', '/api/v2/users/me')} | pick id)"
    yield f"DIVISION=$({_curl('GET', '/api/v2/authorization/divisions/home')} | pick id)"


def _client(client: Wanted) -> Iterator[str]:
    yield f"\n# {client.permission or 'no permission'}"
    yield f"ROLE=$({_curl('POST', '/api/v2/authorization/roles', _role(client))} | pick id)"
    yield f"{_curl('PUT', '/api/v2/authorization/roles/$ROLE/users/add', ['$ME'])} > /dev/null"
    yield f"CLIENT=$({_curl('POST', '/api/v2/oauth/clients', _oauth_client(client))})"
    yield f'keep {client.id_variable} "$(pick id <<< "$CLIENT")"'
    yield f'keep {client.secret_variable} "$(pick secret <<< "$CLIENT")"'
    yield f"{_curl('PUT', '/api/v2/authorization/roles/$ROLE/users/remove', ['$ME'])} > /dev/null"


def _group(plan: Plan) -> Iterator[str]:
    yield "\n# the group that the run may change" + ("" if plan.group_there is False else ", unless the org has it")
    body = {
        "name": plan.target.group,
        "description": "For conformance runs: changed and put back every night. Keep people out of it.",
        "type": "official",
        "visibility": "public",
        "rulesVisible": True,
    }
    yield f"{_curl('POST', '/api/v2/groups', body)} > /dev/null"


def _role(client: Wanted) -> dict[str, Any]:
    domain, entity, action = client.permission.split(":") if client.permission else ("", "", "")
    policy = {"domain": domain, "entityName": entity, "actionSet": [action], "allowConditions": False}
    return {
        "name": client.name,
        "description": f"For conformance runs: {client.permission or 'no permission'}, and nothing else.",
        "permissionPolicies": [policy] if client.permission else [],
    }


def _oauth_client(client: Wanted) -> dict[str, Any]:
    return {
        "name": client.name,
        "description": f"For conformance runs: {client.permission or 'no permission'}, and nothing else.",
        "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": "$ROLE", "divisionId": "$DIVISION"}],
    }


def _curl(method: str, path: str, body: Any = None) -> str:
    """One curl line; `$NAME` in path and body is a variable of the script."""
    words = ["curl -sS --fail-with-body", *([f"-X {method}"] if method != "GET" else []), f'"$API{path}"']
    words.append('-H "Authorization: Bearer $TOKEN"')
    if body is not None:
        words.append("-H 'Content-Type: application/json'")
        words.append(f"--data-raw {_filled(shlex.quote(json.dumps(body, ensure_ascii=False)))}")
    return " ".join(words)


def _filled(quoted: str) -> str:
    """The script's variables, taken out of the single quotes in which a shell would leave them alone."""
    for name in ("$ROLE", "$DIVISION", "$ME"):
        quoted = quoted.replace(name, f"'\"{name}\"'")
    return quoted
