"""Passwords that the run sets."""

from __future__ import annotations

from scim_contract.org.workspace import Workspace
from scim_contract.transport import Secret

SET_PASSWORD = "directory:user:setPassword"


def password(workspace: Workspace, step: str) -> Secret:
    """A password that derives from a step; no output shows it, and no answer may."""
    word = Secret(f"Aa1!{workspace.token(step, 16)}")
    workspace.passwords.append(word)
    workspace.transport.masker.learn(word)
    return word
