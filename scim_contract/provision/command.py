"""`scim-contract provision`: the plan, printed. Nothing is changed."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from scim_contract.provision.plan import Plan, plan
from scim_contract.provision.platform import script
from scim_contract.provision.profile import section
from scim_contract.provision.steps import needs, steps

PARTS = ("needs", "steps", "curl", "profile")


def provision(targets: Path, name: str, base_url: str, part: str, edition: str, console: Console) -> None:
    """Print what a target lacks for a full run; of several parts each under a heading, one alone as it is.

    Raises:
        ConfigurationError: the profile cannot be used.
    """
    made = plan(targets, name, base_url, edition)
    for each in (part,) if part != "all" else PARTS:
        if part == "all":
            console.print(f"\n[bold]{_HEADINGS[each].format(file=targets)}[/]", highlight=False)
        console.print(_text(made, each), markup=False, highlight=False, soft_wrap=True)


_HEADINGS = {
    "needs": "What a full run needs",
    "steps": "By hand",
    "curl": "Or with curl",
    "profile": "Then, in {file}",
}


def _text(made: Plan, part: str) -> str:
    match part:
        case "needs":
            return "\n".join(needs(made))
        case "steps":
            return "\n".join(steps(made))
        case "curl":
            return script(made)
    return section(made)
