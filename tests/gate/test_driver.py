"""A driver that hangs, dies or talks nonsense: said with its standard error, within its time, and never waited for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scim_contract.org.errors import Lost
from scim_contract.sdk.driver import Driver
from scim_contract.secret import Secret

SCRIPT = """
import json, os, sys, time
for line in sys.stdin:
    question = json.loads(line)
    answer = {"id": question["id"], "version": "1", "methods": {}, "result": question.get("signed_in")}
    match question.get("method"):
        case "hang":
            print("stuck in a loop", file=sys.stderr, flush=True)
            time.sleep(60)
        case "die":
            print("segmentation fault", file=sys.stderr, flush=True)
            os._exit(139)
        case "babble":
            print("not JSON", flush=True)
            continue
        case "fail":
            answer = {"id": question["id"], "failed": "cannot do it"}
        case "tokens":
            answer["result"] = tokens
    if question["do"] == "sign_in":
        tokens = question["secret"]
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    script = tmp_path / "driver.py"
    script.write_text(SCRIPT, "utf-8")
    made = Driver([sys.executable, str(script)], {}, "http://127.0.0.1:1", seconds=1.0)
    yield made
    made.close()


def test_a_call_is_answered(driver: Driver) -> None:
    assert driver.open()["version"] == "1"
    assert driver.call("any", {}, True)["result"] is True


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("hang", "did not answer within 1 s; its standard error: stuck in a loop"),
        ("die", "ended with exit code 139; its standard error: segmentation fault"),
        ("babble", "answered out of turn: 'not JSON"),
        ("fail", "could not do it: cannot do it"),
    ],
)
def test_what_went_wrong_is_said_and_the_next_call_works(driver: Driver, method: str, said: str) -> None:
    with pytest.raises(Lost, match=said):
        driver.call(method, {}, False)
    assert driver.call("any", {}, False)["result"] is False


def test_a_new_process_is_signed_in_as_the_old_one_was(driver: Driver) -> None:
    driver.sign_in("gate", Secret("a-secret"), Secret("a-token"))
    with pytest.raises(Lost):
        driver.call("die", {}, True)
    assert driver.call("tokens", {}, True)["result"] == "a-secret"


def test_one_that_is_lost_again_and_again_is_left_alone(driver: Driver) -> None:
    for _ in range(3):
        with pytest.raises(Lost, match="exit code"):
            driver.call("die", {}, False)
    with pytest.raises(Lost, match="lost 3 times"):
        driver.call("any", {}, False)


def test_one_that_cannot_be_started_says_so() -> None:
    driver = Driver(["/no/such/program"], {}, "http://127.0.0.1:1")
    with pytest.raises(Lost, match="did not start: /no/such/program: No such file"):
        driver.open()
    driver.close()
