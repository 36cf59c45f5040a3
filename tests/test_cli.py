"""What a user may do wrong costs one clear line and the right exit code, and what the small commands print."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from scim_contract.contract import load
from tests.commands import Told, call, call_pytest, invoke, spawn
from tests.servers import serving

ONE_CLAIM = ("--claim", "etags.stable|get_scim_serviceproviderconfig")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# ---- words that nobody knows


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("frobnicate", "Error: no command 'frobnicate'; known: "),
        ("claimz", "Error: no command 'claimz'; did you mean 'claims'?"),
        ("run --traget mock", "Error: No such option '--traget'. (Did you mean one of: '--strict', '--target', "),
        ("run --max-seconds soon", "Error: Invalid value for '--max-seconds': 'soon' is not a valid float range."),
        ("run --max-seconds -1", "Error: Invalid value for '--max-seconds': -1.0 is not in the range x>=0."),
        ("run --area etag", "scim-contract: no area 'etag'; did you mean 'etags'?"),
        ("run --area nonsense", "scim-contract: no area 'nonsense'; known: content-types, discovery, "),
        ("run --prefix v3", "scim-contract: no prefix 'v3'; known: v1, v2"),
        ("run --claim etags.stabel", "scim-contract: no claim 'etags.stabel'; did you mean 'etags.stable'?"),
        ("run --claim nonsense", "scim-contract: no claim 'nonsense'; `scim-contract claims` lists them"),
        ("run --target nightly", "scim-contract: targets.toml: cannot be read (No such file or directory)"),
        ("run --target ftp://host", "scim-contract: the target is no URL: 'ftp://host'; write it as https://host"),
        ("run --targets . --target nightly", "scim-contract: .: cannot be read (Is a directory)"),
        ("cleanup --target nightly", "scim-contract: targets.toml: cannot be read (No such file or directory)"),
        ("claims --area etag", "scim-contract: no area 'etag'; did you mean 'etags'?"),
        ("claims --edition 2018", "scim-contract: no edition '2018'; did you mean '2019'?"),
        ("mock --edition 2018", "scim-contract: no edition '2018'; did you mean '2019'?"),
        ("mock --port 65536", "Error: Invalid value for '--port': 65536 is not in the range 0<=x<=65535."),
        ("mock --client lonely", "scim-contract: --client: A client is written ID:SECRET:permission,permission; id "),
        (
            "mock --client :secret",
            "scim-contract: --client: A client is written ID:SECRET:permission,permission; id ",
        ),
        (
            "mock --client me:secret:directory:user:veiw",
            "scim-contract: --client: The client 'me' names a permission that no operation asks for, "
            "'directory:user:veiw': did you mean 'directory:user:view'?",
        ),
        ("mock --fault zzz", "scim-contract: no fault 'zzz'; `scim-contract mock --list-faults` lists them"),
        ("mock --variant zzz", "scim-contract: no variant 'zzz'; `scim-contract mock --list-faults` lists them"),
    ],
)
def test_a_mistyped_command_is_answered_by_one_line(words: str, says: str) -> None:
    told = invoke(*words.split())
    assert told.code == 2, told.text
    assert told.last.startswith(says)
    if says.startswith("scim-contract:"):
        assert told.text.count("\n") == 1


def test_secret_of_a_refused_client_is_not_repeated() -> None:
    assert "hunter2" not in invoke("mock", "--client", "me:hunter2:directory:user:veiw").text


# ---- profiles

USABLE = '[targets.t]\nbase_url = "http://127.0.0.1:9"\n'
CLIENT = f'{USABLE}token_url = "http://127.0.0.1:9/oauth/token"\n[[targets.t.clients]]\n'
IDS = 'id = "me"\nsecret = "s"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[targets", "is not TOML: "),
        ("", "has no [targets.NAME] section"),
        ("[target.t]\n", "unknown key 'target'; did you mean 'targets'?"),
        ("[targets]\nt = 3\n", "[targets.t]: is not a table"),
        ("[targets.nightly]\n", "has no target 't'; known: mock, nightly"),
        ("[targets.tt]\n", "has no target 't'; did you mean 'tt'?"),
        ("[targets.t]\n", "[targets.t]: base_url is missing, the server's address without the prefixes"),
        ('[targets.t]\nbase_url = "host"\n', "[targets.t]: base_url is no URL: 'host'; write it as https://host"),
        (f"{USABLE}sandbx = true\n", "[targets.t]: unknown key 'sandbx'; did you mean 'sandbox'?"),
        (f'{USABLE}sandbox = "yes"\n', "[targets.t]: sandbox is true or false, not 'yes'"),
        (f'{USABLE}rate_limit = "300"\n', "[targets.t]: rate_limit is a whole number, not '300'"),
        (f"{USABLE}rate_limit = -1\n", "[targets.t]: rate_limit cannot be -1; it is 0 or more"),
        (f"{USABLE}timeout_seconds = true\n", "[targets.t]: timeout_seconds is a number, not True"),
        (f"{USABLE}timeout_seconds = 0\n", "[targets.t]: timeout_seconds must be above 0"),
        (f"{USABLE}timeout_seconds = nan\n", "[targets.t]: timeout_seconds cannot be nan; it is 0 or more"),
        (f"{USABLE}consistency_seconds = inf\n", "[targets.t]: consistency_seconds cannot be inf; it is 0 or more"),
        (f'{USABLE}edition = "2018"\n', "[targets.t]: no edition '2018'; did you mean '2019'?"),
        (f'{USABLE}roles = "admin"\n', "[targets.t]: roles is a list of strings, not 'admin'"),
        (f'{USABLE}group = {{ env = "NO_SUCH" }}\n', "[targets.t]: group: the environment variable NO_SUCH is not set"),
        (f'{USABLE}waivers = "none.toml"\n', "none.toml: cannot be read (No such file or directory)"),
        (f"{USABLE}clients = 3\n", "[targets.t]: clients: write [[targets.t.clients]], with two brackets"),
        (f"{USABLE}[[targets.t.clients]]\n{IDS}", "[targets.t]: token_url is missing, the clients cannot sign in "),
        (f'{CLIENT}id = "me"\n', "[targets.t] client 1: secret is missing"),
        (f'{CLIENT}{IDS}scope = "x"\n', "[targets.t] client 1: unknown key 'scope'; known: id, permissions, secret"),
        (
            f'{CLIENT}id = "me"\nsecret = {{ env = "NO_SUCH" }}\n',
            "[targets.t] client 1: secret: the environment variable NO_SUCH is not set",
        ),
        (
            f'{CLIENT}{IDS}permissions = ["directory:user:veiw"]\n',
            "[targets.t] client 1: no operation asks for permission 'directory:user:veiw'; "
            "did you mean 'directory:user:view'?",
        ),
        (
            f"{CLIENT}{IDS}".replace("http://127.0.0.1:9", "https://api.example.com"),
            "[targets.t] client 1: a secret written out is taken for loopback targets only; "
            'write secret = { env = "NAME" }',
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_profile_is_named_with_its_place(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text(text, "utf-8")
    told = invoke("run", "--target", "t")
    assert told.code == 2, told.text
    place, _, what = told.text.partition(": ")[2].partition(": ") if "none.toml" not in says else ("", "", told.text)
    assert place in ("targets.toml", "")
    assert says in what
    assert told.text.count("\n") == 1


def test_a_profile_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_bytes('[targets.t]\ngroup = "Größe"\n'.encode("latin-1"))
    told = invoke("run", "--target", "t")
    assert told.code == 2
    assert told.text.startswith("scim-contract: targets.toml: is not TOML: ")


def test_another_targets_mistake_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text(f"{USABLE}[targets.other]\nsandbx = 3\n", "utf-8")
    assert invoke("run", "--target", "t").code == 3  # nobody listens on port 9: the profile itself was taken


# ---- places that cannot be used


@pytest.fixture
def file_in_the_way(tmp_path: Path) -> str:
    path = tmp_path / "taken"
    path.write_text("", "utf-8")
    return str(path)


def test_reports_that_cannot_be_written_are_known_before_anything_is_judged(file_in_the_way: str) -> None:
    with serving() as server:
        server.write_profile(Path())
        told = invoke("run", "--target", "broken", "--reports", file_in_the_way)
        assert not [seen for seen in server.log if seen.method not in ("GET", "POST")]
    says = f"scim-contract: {file_in_the_way}/broken: reports cannot be written there (Not a directory)\n"
    assert told == Told(2, says)


def test_ledger_that_cannot_be_kept_is_known_before_anything_is_asked(file_in_the_way: str) -> None:
    with serving() as server:
        server.write_profile(Path())
        told = invoke("run", "--target", "broken", "--ledger", file_in_the_way)
        assert not server.log
    assert told == Told(2, f"scim-contract: {file_in_the_way}/broken: no ledger can be kept there (Not a directory)\n")


def test_certificates_that_cannot_be_read_are_named(file_in_the_way: str) -> None:
    for path, why in (("/no/such", "No such file or directory"), (file_in_the_way, "[X509")):
        told = invoke("run", "--target", "http://127.0.0.1:9", SSL_CERT_FILE=path)
        assert (told.code, told.text.count("\n")) == (2, 1)
        assert told.text.startswith(f"scim-contract: SSL_CERT_FILE: {path}: no certificates to be had there ({why}")


# ---- what goes to pytest


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--", "--frobnicate"), "error: unrecognized arguments: --frobnicate"),
        ((*ONE_CLAIM, "--", "-k", "nothing_like_it"), "scim-contract: nothing was selected: "),
        (("--claim", "etags.stable|nonsense"), "scim-contract: nothing was selected: "),
    ],
)
def test_a_run_that_cannot_judge_anything_is_a_mistake(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    told = call(tmp_path, "run", *words)
    assert told.code == 2, told.text
    assert says in told.text
    assert "Traceback" not in told.text
    assert not (tmp_path / "reports" / "mock" / "report.json").exists()


# ---- precedence


def test_environment_stands_in_for_options() -> None:
    told = invoke("run", SCIM_CONTRACT_TARGET="ours", SCIM_CONTRACT_TARGETS="other.toml")
    assert told.text == "scim-contract: other.toml: cannot be read (No such file or directory)\n"
    Path("other.toml").write_text("[targets.theirs]\n", "utf-8")
    told = invoke("run", SCIM_CONTRACT_TARGET="ours", SCIM_CONTRACT_TARGETS="other.toml")
    assert told.text == "scim-contract: other.toml: has no target 'ours'; known: mock, theirs\n"


def test_options_win_over_the_environment() -> None:
    Path("given.toml").write_text("[targets.theirs]\n", "utf-8")
    told = invoke(
        "run", "--target", "mine", "--targets", "given.toml",
        SCIM_CONTRACT_TARGET="ours", SCIM_CONTRACT_TARGETS="other.toml",
    )  # fmt: skip
    assert told.text == "scim-contract: given.toml: has no target 'mine'; known: mock, theirs\n"


@pytest.mark.parametrize(("option", "used"), [((), "variable"), (("--reports", "option"), "option")])
def test_reports_folder_is_the_options_else_the_environments(option: tuple[str, ...], used: str) -> None:
    for name in ("variable", "option"):
        Path(name).write_text("in the way", "utf-8")
    with serving() as server:
        server.write_profile(Path())
        told = invoke("run", "--target", "broken", *option, SCIM_CONTRACT_REPORTS="variable")
    assert told.text == f"scim-contract: {used}/broken: reports cannot be written there (Not a directory)\n"


def test_pytest_takes_the_environment_as_well(tmp_path: Path) -> None:
    suites = Path(__file__).parent.parent / "suites"
    told = call_pytest(tmp_path, str(suites / "test_etags.py"), SCIM_CONTRACT_TARGET="ours")
    assert "scim-contract: targets.toml: cannot be read (No such file or directory)" in told.text
    assert told.code == 2


# ---- the small commands


def test_version_is_the_packages() -> None:
    assert invoke("--version") == Told(0, f"scim-contract, version {version('scim-contract')}\n")


def test_claims_lists_the_whole_catalogue() -> None:
    told = invoke("claims")
    listed = re.findall(r"^  (\S+) \(", told.text, re.MULTILINE)
    assert told.code == 0
    assert listed == [claim.id for claim in load("2019").claims.claims]


def test_claims_of_an_area_are_listed_with_statement_and_source() -> None:
    told = invoke("claims", "--area", "etags")
    claims = [claim for claim in load("2019").claims.claims if claim.area == "etags"]
    assert re.findall(r"^  (\S+) \(", told.text, re.MULTILINE) == [claim.id for claim in claims]
    for claim in claims:
        assert claim.statement in told.text
        assert claim.sources[0].text() in told.text


def test_every_command_explains_itself() -> None:
    for command in ("run", "mock", "claims", "cleanup"):
        assert command in invoke("--help").text
        told = invoke(command, "--help")
        assert told.code == 0
        assert told.text.startswith(f"Usage: main {command}")


@pytest.mark.parametrize(
    "clients",
    [(), ("--client", "first:nothing", "--client", "me:pa$s w'rd\"&:directory:user:view")],
    ids=["its own client", "a client that may view, with a secret that the shell would change"],
)
def test_lines_that_the_mock_prints_work_when_pasted(clients: tuple[str, ...], tmp_path: Path) -> None:
    process = spawn(tmp_path, "mock", *clients)
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        assert lines[1] == "Get a token:\n", "".join(lines)
        assert lines[3] == "Use it:\n"
        pasted = subprocess.run(
            ["bash", "-c", lines[2] + lines[4]], capture_output=True, text=True, timeout=20, check=True
        )
        answer = json.loads(pasted.stdout)
        assert len(answer["Resources"]) == 2, answer
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=10)
    assert (process.returncode, rest) == (0, "")
