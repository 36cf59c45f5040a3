"""junit.xml: as its schema has it, whatever a target sends, and with messages that a list can show."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema

from scim_contract.reports.junit import short, tidy
from tests import pages
from tests.harness import run
from tests.servers import Reply, Seen, Tamper, serving

SCHEMA = Path(__file__).parent / "facts" / "junit.xsd"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a run on a server whose ETags and texts mean harm."""

    def after(seen: Seen, reply: Reply) -> None:
        if isinstance(reply.json, dict) and "/users" in seen.path and seen.method == "GET":
            reply.put({**reply.json, "title": f"{pages.HOSTILE}]]>\u0000\ufffe", "displayName": pages.RTL})
            reply.headers["etag"] = f'"{pages.SCRIPT}]]>"'

    folder = tmp_path_factory.mktemp("hostile")
    with serving(Tamper(after=after)) as server:
        run(
            folder,
            server.profile(),
            "--claim",
            "etags.equals-meta-version",
            "--claim",
            "etags.stable",
            "--prefix",
            "v2",
        )
    return folder / "reports" / "broken" / "junit.xml"


def test_it_keeps_its_schema_whatever_came(hostile: Path) -> None:
    xmlschema.validate(str(hostile), str(SCHEMA))
    suite = ElementTree.parse(hostile).getroot().find("testsuite")
    assert suite is not None
    cases = list(suite.iter("testcase"))
    assert len(cases) == int(suite.get("tests", "0"))
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    assert len(list(suite.iter("failure"))) == int(suite.get("failures", "0")) > 0


def test_a_failure_is_a_line_and_its_text_is_whole(hostile: Path) -> None:
    failure = next(
        element
        for element in ElementTree.parse(hostile).getroot().iter("failure")
        if "etags.equals-meta-version" in element.get("message", "")
    )
    message = failure.get("message", "")
    assert message.startswith("etags.equals-meta-version (documented) — get_scim_v2_user · v2; Expected: ")
    assert "\n" not in message
    assert "  Promise:" in str(failure.text)
    assert pages.SCRIPT in str(failure.text)
    assert "  Request:   curl" in str(failure.text)


def test_what_is_short_stays_and_what_has_no_end_is_cut() -> None:
    assert short("no answer within the timeout") == "no answer within the timeout"
    assert short("") == ""
    assert len(short("x" * 10_000)) < 600


@pytest.mark.parametrize("text", [None, "", "<testsuites><testsuite"])
def test_a_file_that_was_not_written_to_its_end_is_left_alone(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "junit.xml"
    if text is not None:
        path.write_text(text, "utf-8")
    tidy(path)
    assert (path.read_text("utf-8") if path.exists() else None) == text
