"""What a comparison leaves behind: compare.json, and results for Allure."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Label, Status, StatusDetails, TestResult

from scim_contract import __version__
from scim_contract.compare.difference import Comparison, Difference
from scim_contract.contract import Contract
from scim_contract.recording import Recording
from scim_contract.share import Share


def as_json(found: Comparison, baseline: Recording, candidate: Recording, contract: Contract) -> dict[str, Any]:
    """A comparison as compare.json has it (its schema: reports/compare.schema.json)."""
    return {
        "tool": "scim-contract",
        "version": __version__,
        "edition": contract.edition,
        "baseline": _side(baseline),
        "candidate": _side(candidate),
        "fidelity": _share(found.fidelity),
        "steps": {
            "compared": sum(share.compared for share in found.answers.values()),
            "compared_loosely": found.loose,
            "asked_differently": found.apart,
            "only_baseline": found.only_baseline,
            "only_candidate": found.only_candidate,
        },
        "operations": [_operation(found, op.id, op.prefix) for op in contract.operations],
        "differences": [_difference(each) for each in found.differences],
        "ignored": [_difference(each) for each in found.ignored],
        "stale_ignores": list(found.stale),
    }


def write(document: Mapping[str, Any], folder: Path) -> Path:
    """Write compare.json into a folder; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "compare.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def write_allure(found: Comparison, contract: Contract, folder: Path, name: str) -> None:
    """Write a result for each operation: failed where it differs, skipped where nothing of it was compared."""
    logger = AllureFileLogger(str(folder), clean=True)
    now = int(time.time() * 1000)
    for operation in contract.operations:
        own = [each for each in found.differences if each.operation == operation.id]
        share = found.of(operation.id)
        status = Status.FAILED if own else Status.PASSED if share.compared else Status.SKIPPED
        said = "\n".join(line(each) for each in own) or f"{share.alike} of {share.compared} alike"
        labels = (("epic", "fidelity"), ("feature", operation.prefix), ("story", operation.id), ("severity", "normal"))
        logger.report_result(
            TestResult(
                uuid=str(uuid4()),
                historyId=hashlib.sha256(f"{name} {operation.id}".encode()).hexdigest()[:32],
                name=f"{operation.id}: answers as {name}",
                fullName=f"compare#{operation.id}",
                status=status,
                statusDetails=StatusDetails(message=said),
                labels=[Label(name=key, value=value) for key, value in labels],
                start=now,
                stop=now,
            )
        )


def line(difference: Difference) -> str:
    """A difference in one line."""
    d = difference
    times = f" ({d.times} times)" if d.times > 1 else ""
    return f"{d.kind}: {d.where}: {d.baseline} → {d.candidate}{times}"


def _side(recording: Recording) -> dict[str, str]:
    about = recording.about
    return {"target": about.target, "base_url": about.base_url, "run": about.run, "version": about.version}


def _share(share: Share) -> dict[str, Any]:
    return {"percent": share.percent if share.compared else None, "alike": share.alike, "compared": share.compared}


def _operation(found: Comparison, name: str, prefix: str) -> dict[str, Any]:
    return {
        "operation": name,
        "prefix": prefix,
        "fidelity": _share(found.of(name)),
        "answers": _share(found.answers.get(name, Share())),
        "promises": _share(found.promises.get(name, Share())),
        "differences": {kind.value: number for kind, number in sorted(found.table().get(name, {}).items())},
    }


def _difference(difference: Difference) -> dict[str, Any]:
    d = difference
    return {**vars(d), "kind": d.kind.value, "steps": list(d.steps), "claims": list(d.claims)}
