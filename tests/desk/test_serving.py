"""The command: it makes a desk and serves it, tells of what does not fit, and looks at the audit trail alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from clausewise.desk.site.configuration import DeskConfiguration, configuration_of
from clausewise.desk.site.database import database_of
from clausewise.dossier.signing import new_key
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.intake.extras import cannot_load, missing

ENVIRONMENT = {
    k: v for k, v in os.environ.items() if not k.startswith(("CLAUSEWISE_", "DESK_", "DJANGO_"))
}
PREPARED = """
import json, sys
from pathlib import Path
from clausewise.desk.serving import prepare
found = prepare(Path(sys.argv[1]), 8100)
from django.conf import settings as s
told = found.address, s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.ALLAUTH_TRUSTED_PROXY_COUNT
print(json.dumps(told))
"""


def prepared(folder: Path) -> list[object]:
    """Make a desk; its address, hosts, whether its cookies are for TLS alone, and its proxies."""
    command = [sys.executable, "-c", PREPARED, str(folder)]
    found: list[object] = json.loads(subprocess.check_output(command, env=ENVIRONMENT))
    return found


def desk(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "clausewise", "desk", *words]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "desk"
    assert prepared(folder) == ["http://127.0.0.1:8100", ["127.0.0.1"], False, 0]
    return folder


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "desk"))


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def a_free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def test_one_command_makes_a_desk_and_serves_it(tmp_path: Path) -> None:
    folder, address = tmp_path / "desk", f"http://127.0.0.1:{(port := a_free_port())}"
    command = [sys.executable, "-m", "clausewise", "desk", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stdout
        lines = [process.stdout.readline(), process.stdout.readline()]
        assert address in lines[0]
        assert "password" in lines[1]
        for _ in range(100):
            try:
                with urllib.request.urlopen(f"{address}/sign-in/", timeout=20) as answer:
                    assert "Sign in" in answer.read().decode()
                break
            except (ConnectionError, urllib.error.URLError):
                time.sleep(0.1)
        else:
            pytest.fail("it was not served")
        audit = desk(str(folder), "--verify-audit")  # while it is served, too
        assert (audit.returncode, audit.stdout[:15]) == (0, "whole: 1 events")
        process.send_signal(signal.SIGINT)
    for name, mode in (("secret.key", 0o600), ("signing.pem", 0o600)):
        assert (folder / name).stat().st_mode & 0o777 == mode
    assert folder.stat().st_mode & 0o777 == 0o700


# the audit trail, from outside


def test_who_looks_at_the_audit_trail_changes_nothing(copied: Path) -> None:
    (copied / "secret.key").unlink()
    database = sqlite3.connect(copied / "desk.sqlite3", isolation_level=None)
    database.execute("DELETE FROM records_grant")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    before = content(copied)
    found = desk("audit", "verify", str(copied))
    wrong = "person 1 has the roles “none”, and by the events “administrator”"
    assert (found.returncode, wrong in found.stderr) == (2, True), found.stderr
    assert content(copied) == before


def test_heads_are_signed_and_kept_elsewhere(copied: Path, tmp_path: Path) -> None:
    signed = desk(str(copied), "--sign-head")
    assert (signed.returncode, signed.stdout[:8]) == (0, "signed: "), signed.stderr
    kept = shutil.copytree(copied / "heads", tmp_path / "kept")
    key = shutil.copy(copied / "signing.pem.pub", tmp_path / "desk.pub")
    shutil.rmtree(copied / "heads")
    asked = ("--verify-audit", "--heads", str(kept), "--key")
    found = desk(str(copied), *asked, str(key))
    assert (found.returncode, "signed heads to which it leads: 1\n" in found.stdout) == (0, True)
    (tmp_path / "other.pub").write_bytes(new_key()[1])
    found = desk(str(copied), *asked, str(tmp_path / "other.pub"))
    assert (found.returncode, "is no head that a key of the desk signed" in found.stderr) == (
        2,
        True,
    )


def test_heads_are_verified_after_the_key_is_renewed(copied: Path, tmp_path: Path) -> None:
    for act in ("--sign-head", "--new-key", "--sign-head"):
        assert desk(str(copied), act).returncode == 0
    asked = ("--verify-audit", "--heads", str(copied / "heads"), "--key", str(copied / "keys"))
    found = desk(str(copied), *asked)
    assert "signed heads to which it leads: 2\n" in found.stdout, found.stderr
    (tmp_path / "none").mkdir()
    for option, told in (("--heads", "no signed head in"), ("--key", "no public key in")):
        found = desk(str(copied), "--verify-audit", option, str(tmp_path / "none"))
        assert (found.returncode, told in found.stderr) == (2, True), found.stderr


def test_a_desk_without_the_tables_is_told_of(copied: Path) -> None:
    database = sqlite3.connect(copied / "desk.sqlite3", isolation_level=None)
    database.execute("DROP TABLE records_auditevent")
    database.close()
    found = desk(str(copied), "--verify-audit")
    assert found.returncode == 2
    assert "no such table: records_auditevent" in found.stderr


def test_a_folder_without_a_desk_is_left_alone(tmp_path: Path) -> None:
    assert desk(str(tmp_path / "none"), "--verify-audit").returncode == 2
    assert not [*tmp_path.iterdir()]


def test_what_is_erased_is_gone_from_the_file(copied: Path) -> None:
    database = sqlite3.connect(copied / "desk.sqlite3", isolation_level=None)
    ((detail,),) = database.execute("SELECT text FROM records_auditdetail")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    assert detail.encode() in b"".join(content(copied).values())
    found = desk(str(copied), "--erase", "1")
    assert found.stdout.startswith("whole: 2 events, 1 of them with details erased"), found.stderr
    assert detail.encode() not in b"".join(content(copied).values())
    none = desk(str(copied), "--erase", "17")
    assert (none.returncode, none.stdout) == (2, "")
    assert "no event 17" in none.stderr


# mail

QUEUED = """
import sys
from pathlib import Path
from clausewise.desk.serving import prepare
prepare(Path(sys.argv[1]), 8100)
from clausewise.desk.mail.outbox import tell
from clausewise.desk.records.models import Person
tell(Person.objects.all(), "judged-again", "a test", policy="gate-code 2.0", count=12)
"""


def test_mail_that_waits_is_sent_by_a_command(copied: Path) -> None:
    subprocess.check_call([sys.executable, "-c", QUEUED, str(copied)], env=ENVIRONMENT)
    with socket.socket() as nobody:  # bound, and nothing listens: it refuses
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        (copied / "desk.toml").write_text(f'mail-server = "127.0.0.1:{port}"\n')
        failed = desk(str(copied), "--send-mail")
    assert failed.returncode == 2
    assert "mail: 0 sent, 1 could not be sent, 1 wait" in failed.stderr
    (copied / "desk.toml").unlink()
    database = sqlite3.connect(copied / "desk.sqlite3", isolation_level=None)
    database.execute("UPDATE records_mail SET due = '2020-01-01'")
    database.close()
    found = desk(str(copied), "--send-mail")
    assert (found.returncode, found.stdout.splitlines()[-1]) == (
        0,
        "mail: 1 sent, 0 could not be sent, 0 wait",
    )
    assert "To: admin@desk.localhost" in found.stdout
    assert "12 more would come out otherwise" in found.stdout.replace("\n", " ")
    assert desk(str(copied), "--send-mail").stdout.startswith("mail: 0 sent")


OIDC = """
import sys
from pathlib import Path
from clausewise.desk.serving import prepare
prepare(Path(sys.argv[1]), 8100)
from django.conf import settings
(app,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
print(settings.SIGN_IN_WITH, app["client_id"], app["secret"], app["settings"]["server_url"])
print(*settings.SECOND_FACTOR_FOR)
"""


def test_the_file_says_by_way_of_which_site_people_sign_in(copied: Path) -> None:
    lines = ('oidc-server = "https://login.example.org"', 'oidc-client = "desk"')
    (copied / "desk.toml").write_text("\n".join((*lines, 'second-factor-for = ["lead"]')))
    (copied / "oidc.secret").write_text("a secret\n")
    command = [sys.executable, "-c", OIDC, str(copied)]
    told = subprocess.check_output(command, env=ENVIRONMENT, text=True)
    assert told == "single sign-on desk a secret https://login.example.org\nlead\n"


def test_a_password_that_is_not_there_is_told_of(copied: Path) -> None:
    (copied / "desk.toml").write_text('mail-server = "127.0.0.1:25"\nmail-user = "desk"\n')
    found = desk(str(copied), "--send-mail")
    assert found.returncode == 2
    assert "mail.secret" in found.stderr.replace("\n", "")


def test_another_key_signs_from_now_on(copied: Path) -> None:
    before = {name: (copied / name).read_bytes() for name in ("signing.pem", "signing.pem.pub")}
    found = desk(str(copied), "--new-key")
    assert found.returncode == 0, found.stderr
    for name, content in before.items():
        assert (copied / name).read_bytes() != content
    (key,) = re.findall(r"[0-9a-f]{64}", found.stdout)
    assert (copied / "keys" / f"{key}.pub").read_bytes() == (
        copied / "signing.pem.pub"
    ).read_bytes()
    assert desk(str(copied), "--verify-audit").stdout.startswith("whole: 2 events")
    assert desk(str(copied / "none"), "--new-key").returncode == 2


# what others wrote into the folder


def test_the_file_says_under_which_address(copied: Path) -> None:
    text = 'address = "https://desk.example.org"\nproxies = 1\n'
    (copied / "desk.toml").write_text(text)
    assert prepared(copied) == ["https://desk.example.org", ["desk.example.org"], True, 1]


def test_all_that_the_page_shows_fits(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "desk.md").read_text(encoding="utf-8")
    shown = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "desk.toml").write_text("".join(shown))
    for name in ("mail.secret", "oidc.secret"):
        (tmp_path / name).write_text("a password\n")
    scan = ("clamdscan", "--fdpass", "--no-summary")
    assert configuration_of(tmp_path) == DeskConfiguration(
        database="postgresql:///clausewise",
        address="https://desk.example.org",
        mail_from="desk@example.org",
        mail_server="mail.example.org:587",
        mail_user="desk",
        mail_tls="starttls",
        oidc_server="https://login.example.org",
        oidc_client="desk",
        oidc_name="Example Ltd.",
        second_factor_for=("reviewer", "lead", "administrator", "auditor"),
        time_zone="Europe/Berlin",
        proxies=1,
        evidence_mib=10,
        scan=scan,
        decided_by=2,
        keep_days=730,
    )
    assert configuration_of(tmp_path / "none") == DeskConfiguration()


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("address = ", "E108", 1),
        ('\nadress = "https://desk.example.org"', "E109", 2),
        ('address = "desk.example.org"', "E109", 1),
        ('address = "https://desk.example.org/desk"', "E109", 1),
        ('address = "https://[::1"', "E109", 1),
        ("address = 7", "E109", 1),
        ('\n\ntime-zone = "Europe/Nowhere"', "E109", 3),
        ("time-zone = [1]", "E109", 1),
        ("proxies = -1", "E109", 1),
        ("proxies = true", "E109", 1),
        ("mail-from = false", "E109", 1),
        ('mail-server = "mail.example.org"', "E109", 1),
        ('mail-server = "mail.example.org:none"', "E109", 1),
        ('mail-server = "smtp://mail.example.org:25"', "E109", 1),
        ('mail-user = ""', "E109", 1),
        ('mail-tls = "perhaps"', "E109", 1),
        ('second-factor-for = ["member"]', "E109", 1),
        ('\noidc-server = "https://login.example.org"', "E109", 2),
        ('oidc-client = "desk"', "E109", 1),
        ('oidc-server = "http://login.example.org"\noidc-client = "desk"', "E109", 1),
        ("evidence-mib = 0", "E109", 1),
        ('scan = "clamdscan"', "E109", 1),
        ("decided-by = 3", "E109", 1),
        ("keep-days = 30", "E109", 1),
        ('database = "mysql://localhost/desk"', "E109", 1),
        ('database = "postgresql://"', "E109", 1),
        ('database = "postgresql:///desk?nothing=1"', "E109", 1),
        ("database = 7", "E109", 1),
        ("target-days = 0", "E109", 1),
        ("\0", "E100", 0),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(
    tmp_path: Path, text: str, code: str, line: int
) -> None:
    (tmp_path / "desk.toml").write_text(text)
    with pytest.raises(InvalidError) as caught:
        configuration_of(tmp_path)
    (found,) = caught.value.diagnostics
    assert found.code == code
    assert found.hint
    if line and found.source and found.span:
        assert found.source.position(found.span.start)[0] == line


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("desk.toml", 'address = "desk"', "E109"),
        ("forms/broken.design", 'deployment "x"\njudged by no-such-policy\n', "E204"),
        ("forms/worse.design", 'policy "x"', "error[E"),
        ("forms/large.design", "#" * 600_000, "E100"),
    ],
)
def test_a_desk_does_not_begin_with_what_does_not_fit(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    path = tmp_path / "desk" / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    before = sorted(tmp_path.rglob("*"))
    found = desk(str(tmp_path / "desk"), "--port", str(a_free_port()))
    assert found.returncode == 2
    assert told in found.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_an_address_of_a_server_becomes_the_settings_of_django() -> None:
    found = database_of("postgresql://clerk@db.example.org:5433/desk?sslmode=require", Path("none"))
    assert found["NAME"] == "desk"
    wanted = {"host": "db.example.org", "port": "5433", "user": "clerk", "sslmode": "require"}
    assert wanted.items() <= found["OPTIONS"].items()


def test_a_server_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    nowhere = f'database = "postgresql:///desk?host={tmp_path}"'
    (tmp_path / "desk.toml").write_text(nowhere)
    for words in (["--prepare"], ["--verify-audit"], ["--judge-again"]):
        found = desk(str(tmp_path), *words)
        assert (found.returncode, found.stdout) == (2, "")
        assert "its database cannot be" in found.stderr
        assert "No such file" in found.stderr


def test_without_the_extra_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "desk.toml").write_text('database = "postgresql:///desk"')
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InvalidError) as caught:
        configuration_of(tmp_path)
    assert "clausewise[postgresql]" in (caught.value.diagnostics[0].hint or "")


# what it needs


def test_what_the_extra_brings_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing("desk") == []
    monkeypatch.setattr("clausewise.intake.extras._is_installed", lambda _: False)
    wanted = {"cryptography", "django", "django-allauth", "waitress", "weasyprint", "whitenoise"}
    assert wanted <= {*missing("desk")}
    assert missing("editor") == ["lsprotocol", "pygls"]


@pytest.mark.parametrize(
    ("name", "extra"),
    [("allauth.account", "desk"), ("pysat.solvers", "solver"), ("hcl2", "import")],
)
def test_what_cannot_be_loaded_is_told_with_its_extra(name: str, extra: str) -> None:
    said = cannot_load(ImportError("x", name=name)) or ""
    assert said.endswith(f'--force-reinstall "clausewise[{extra}]"')


def test_what_was_installed_and_lacks_a_part_is_told_in_a_line(tmp_path: Path) -> None:
    """`pip` has noted it all the same, so that nothing seems to be missing."""
    run = "import sys; sys.modules['django'] = None\nfrom clausewise.start import main; main()"
    command = [sys.executable, "-c", run, "desk", "d", "--prepare"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, "`django` cannot be loaded" in line) == (2, True), line


def test_a_module_of_ours_that_is_missing_is_a_bug() -> None:
    assert cannot_load(ImportError("x", name="clausewise.desk")) is None
