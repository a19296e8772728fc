"""Packs from elsewhere: found by a package's metadata or in a folder, read as files, held to digests."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.commands.cli import app
from clausewise.configuration.options import options_here
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.editor.analysis import analyse
from clausewise.editor.completing.completion import completion
from clausewise.editor.kinds import kind_of
from clausewise.importing.rules import rules_for
from clausewise.intake import packages
from clausewise.intake.access import Access
from clausewise.intake.judges import named_policy, names_allowed, origin_of
from clausewise.intake.load import load_policy, versions
from clausewise.testing import Drawn, deployments
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
LAKE = {
    f"lake-law.{kind}": text
    for kind, text in re.findall(
        r"```(vocabulary|policy|cases|laws) lake-law\n(.*?)```", PAGE, re.DOTALL
    )
}
"""The files of the pack that the page writes."""
DESIGN = """deployment "Boats"
judged by lake-law
as of 2026-11-26
actor club {
  kind  company
}
camera pier {
  place  US-MI
}
use watch {
  by              club
  camera          pier
  looks-at-boats  yes
}
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def install(
    site: Path, name: str, files: dict[str, str], value: str = "", *, edited: bool = False
) -> Path:
    """Install a package with a pack, as pip does; gives the folder of its files."""
    module = name.replace("-", "_")
    folder = write(site / module, files)
    about = write(
        site / f"{module}-1.0.dist-info",
        {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            "entry_points.txt": f"[clausewise.packs]\n{name} = {value or module}\n",
        },
    )
    rows = [
        f"{module}/{file},sha256={digest(folder / file)},{(folder / file).stat().st_size}"
        for file in files
    ]
    rows.append(f"{about.name}/RECORD,,")
    if edited:
        rows = []
        says = {"url": (site.parent / "source").as_uri(), "dir_info": {"editable": True}}
        (about / "direct_url.json").write_text(json.dumps(says), encoding="utf-8")
    (about / "RECORD").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def digest(path: Path) -> str:
    found = hashlib.sha256(path.read_bytes()).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which packages are installed; one stands in another, which is empty."""
    found = tmp_path / "site"
    found.mkdir()
    monkeypatch.syspath_prepend(str(found))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return found


def verdict(options: Options | None = None) -> str:
    (report,) = check_source(Source("x.design", DESIGN), options or Options())
    return report.verdict.value


def test_the_wheel_of_the_page(site: Path, tmp_path: Path) -> None:
    """What the page writes builds, is found, judges, and is listed; and nothing of it is imported."""
    project = write(tmp_path / "lake-law-pack" / "lake_law", LAKE).parent
    (shown,) = re.findall(r"```toml pyproject\n(.*?)```", PAGE, re.DOTALL)
    (project / "pyproject.toml").write_text(shown, encoding="utf-8")
    build = "import sys, setuptools.build_meta as b; b.build_wheel(sys.argv[1])"
    done = [sys.executable, "-c", build, str(tmp_path)]
    subprocess.run(done, cwd=project, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as held:
        held.extractall(site)
    assert verdict() == "prohibited"
    assert "lake_law" not in sys.modules
    listed = CliRunner().invoke(app, ["packs"])
    assert listed.exit_code == 0
    ((printed,),) = [re.findall(r"\$ clausewise packs\n(lake-law(?s:.*?))```", PAGE)]
    assert printed in listed.stdout
    assert origin_of(load_policy("lake-law")) == "the pack lake-law of lake-law-pack 1.0.0"


def test_what_is_not_installed_is_not_there(site: Path) -> None:
    with pytest.raises(InvalidError, match="E204"):
        verdict()
    install(site, "lake-law", LAKE)
    assert verdict() == "prohibited"


def test_an_installed_pack_judges_where_only_packs_do(site: Path) -> None:
    install(site, "lake-law", LAKE)
    assert verdict(Options(access=Access(is_isolated=True))) == "prohibited"
    assert "lake-law" in names_allowed(Access())
    listed = Options(access=Access(policies=("lake-law",)))
    assert verdict(listed) == "prohibited"
    with pytest.raises(InvalidError, match="E511"):
        verdict(Options(access=Access(policies=("eu-ai-act",))))


def test_rules_of_import_that_have_changed_since_are_refused(site: Path) -> None:
    folder = install(site, "lake-law", {**LAKE, "lake-law.imports.toml": ""})
    vocabulary = load_policy("lake-law").vocabulary
    assert rules_for(vocabulary) is not None
    (folder / "lake-law.imports.toml").write_text("# more\n", encoding="utf-8")
    with pytest.raises(InvalidError, match="E210"):
        rules_for(vocabulary)


@pytest.mark.parametrize("file", ["lake-law.policy", "lake-law.vocabulary"])
def test_a_file_that_has_changed_since_is_refused(site: Path, file: str) -> None:
    folder = install(site, "lake-law", LAKE)
    (folder / file).write_text(LAKE[file] + "\n# more\n", encoding="utf-8")
    with pytest.raises(InvalidError, match="E210"):
        verdict()


def test_a_file_that_was_added_since_is_refused(site: Path) -> None:
    folder = install(site, "lake-law", {"README.md": "x"})
    write(folder, LAKE)
    with pytest.raises(InvalidError, match="E210"):
        verdict()


def record(site: Path, text: bytes) -> None:
    """Write another RECORD for the package `lake-law`."""
    (site / "lake_law-1.0.dist-info" / "RECORD").write_bytes(text)


ROW = b"lake_law/lake-law.policy,"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        ROW + b",",
        ROW + b"sha512=AAAA,1",
        ROW + b"sha256,1",
        ROW + b"sha256=AAAAA,1",
        ROW + "sha256=é!,1".encode(),
        b'"' + ROW + b"sha256=AAAA,1",
        b"\x00,\x00",
        b"\xff",
        b'"' + b"x" * 200_000 + b'"',
    ],
)
def test_a_file_without_a_digest_is_refused_and_others_judge(site: Path, text: bytes) -> None:
    """What breaks the metadata of one package concerns nobody else."""
    install(site, "lake-law", LAKE)
    record(site, text)
    with pytest.raises(InvalidError, match=r"E210|E204"):
        verdict()
    assert load_policy("eu-ai-act")


def test_a_package_without_record_is_refused(site: Path) -> None:
    install(site, "lake-law", LAKE)
    (site / "lake_law-1.0.dist-info" / "RECORD").unlink()
    with pytest.raises(InvalidError, match="has no SHA-256"):
        verdict()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("entry_points.txt", "[clausewise.packs]\nno sign of equality\n"),
        ("direct_url.json", "[1"),
        ("direct_url.json", "[]"),
        ("direct_url.json", '{"dir_info": {"editable": true}, "url": 1}'),
    ],
)
def test_broken_metadata_are_told_of_their_own_package(site: Path, file: str, content: str) -> None:
    install(site, "lake-law", {}, "no_such")
    (site / "lake_law-1.0.dist-info" / file).write_text(content, encoding="utf-8")
    install(site, "pond-law", LAKE)
    assert verdict() == "prohibited"
    listed = CliRunner().invoke(app, ["packs"])
    assert listed.exit_code == 2
    assert "lake-law cannot be read: its metadata are broken" in " ".join(listed.stderr.split())


def test_of_a_long_record_only_the_lines_of_packs_are_kept(site: Path) -> None:
    folder = install(site, "lake-law", LAKE)
    rows = [f"lake_law/{file},sha256={digest(folder / file)},1" for file in LAKE]
    rows += [f"lake_law/{number}.txt,sha256=AAAA,1" for number in range(10_000)]
    record(site, "\n".join(rows).encode())
    (found,) = packages.outside()
    assert len(found.digests) == 2
    assert verdict() == "prohibited"


def test_a_folder_of_the_working_folder_is_nobodys_pack(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(site, "lake-law", {}, "gone_lake")
    about = site / "lake_law-1.0.dist-info"
    write(Path.cwd() / "gone_lake", LAKE)
    monkeypatch.syspath_prepend(str(Path.cwd()))
    assert [pack.folder for pack in packages.outside()] == [""]
    says = {"url": (site / "elsewhere").as_uri(), "dir_info": {"editable": True}}
    (about / "direct_url.json").write_text(json.dumps(says), encoding="utf-8")
    packages._outside.cache_clear()
    assert [pack.folder for pack in packages._looked_for()] == [""]


def test_a_package_that_is_installed_for_editing_is_read_where_it_is_written(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(site, "lake-law", {}, "edited_lake.deeper", edited=True)
    source = tmp_path / "source"
    write(source / "edited_lake" / "deeper", LAKE)
    (source / "edited_lake" / "__init__.py").write_text("raise ValueError", encoding="utf-8")
    monkeypatch.syspath_prepend(str(source))
    assert verdict() == "prohibited"
    assert "edited_lake" not in sys.modules


def test_a_pack_that_comes_with_us_is_never_shadowed(site: Path) -> None:
    text = LAKE["lake-law.policy"].replace("policy lake-law", "policy eu-ai-act")
    install(site, "lake-law", {**LAKE, "eu-ai-act.policy": text})
    assert origin_of(load_policy("eu-ai-act")) == "the pack eu-ai-act"
    listed = CliRunner().invoke(app, ["packs"])
    assert listed.exit_code == 2
    assert "E209" in listed.stderr
    said = " ".join(listed.stderr.split())
    assert "the pack eu-ai-act and in the pack lake-law of lake-law 1.0" in said


def test_of_two_packs_that_hold_one_name_none_judges(site: Path) -> None:
    install(site, "lake-law", LAKE)
    install(site, "pond-law", LAKE)
    with pytest.raises(InvalidError, match="E209"):
        verdict()
    assert CliRunner().invoke(app, ["packs"]).exit_code == 2
    chosen = str(site / "pond_law" / "lake-law.policy")
    assert verdict(Options(access=Access(policies=(chosen,)))) == "prohibited"


def test_two_entry_points_that_lead_to_one_folder_hold_nothing_twice(site: Path) -> None:
    install(site, "lake-law", LAKE)
    points = "[clausewise.packs]\nlake-law = lake_law\nlake = lake_law\n"
    (site / "lake_law-1.0.dist-info" / "entry_points.txt").write_text(points, encoding="utf-8")
    assert verdict() == "prohibited"
    assert packages.problems() == []


def test_a_pack_whose_name_another_has_is_told_of(site: Path) -> None:
    install(site, "lake-law", LAKE)
    about = site / "lake_law-1.0.dist-info" / "entry_points.txt"
    about.write_text("[clausewise.packs]\nface = lake_law\n", encoding="utf-8")
    (told,) = packages.problems()
    said = "several packs are called `face`: one comes with Clausewise, one is of lake-law 1.0"
    assert (told.code, told.message) == ("E209", said)
    assert packages.folders()["face"] != site / "lake_law"


def test_of_two_packs_of_one_name_none_is_meant_by_it(site: Path) -> None:
    install(site, "lake-law", LAKE)
    install(site, "pond-law", {"pond.vocabulary": "vocabulary pond\n"})
    about = site / "pond_law-1.0.dist-info" / "entry_points.txt"
    about.write_text("[clausewise.packs]\nlake-law = pond_law\n", encoding="utf-8")
    (told,) = packages.problems()
    assert "one is of lake-law 1.0, one is of pond-law 1.0" in told.message
    assert "lake-law" not in packages.folders()


def test_packages_without_a_name_are_each_told_of(site: Path) -> None:
    for name in ("lake-law", "pond-law"):
        install(site, name, {})
        about = site / f"{name.replace('-', '_')}-1.0.dist-info"
        (about / "METADATA").write_bytes(b"")
        (about / "entry_points.txt").write_text("[clausewise.packs]\nno sign\n", encoding="utf-8")
    told = [found.message for found in packages.problems()]
    assert len(told) == 2
    for message, folder in zip(
        told, ("lake_law-1.0.dist-info", "pond_law-1.0.dist-info"), strict=True
    ):
        assert folder in message
        assert "  " not in message
        assert message.endswith("cannot be read: its metadata are broken")


def test_neither_a_pack_nor_a_file_beside_shadows_the_other(site: Path) -> None:
    write(Path.cwd(), LAKE)
    assert verdict() == "prohibited"
    install(site, "lake-law", LAKE)
    with pytest.raises(InvalidError, match="E209"):
        verdict()


def test_what_lies_in_the_working_folder_is_installed_by_nobody(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(Path.cwd(), "lake-law", LAKE)
    monkeypatch.syspath_prepend(str(Path.cwd()))
    monkeypatch.syspath_prepend("")
    assert [pack.name for pack in packages.outside()] == []
    assert site in map(Path, packages._places())


@pytest.mark.parametrize("value", ["no_such", "../../etc", "os", "lake-law"])
def test_an_entry_point_that_leads_nowhere_is_told_of(site: Path, value: str) -> None:
    install(site, "lake-law", {}, value)
    (found,) = packages.outside()
    assert found.folder == ""
    assert found.files(".policy") == {}
    listed = CliRunner().invoke(app, ["packs"])
    assert listed.exit_code == 2
    assert "E209" in listed.stderr


def test_older_versions_lie_in_folders_called_after_them(site: Path) -> None:
    old = LAKE["lake-law.policy"].replace('version     "1.0"', 'version "0.9"')
    install(site, "lake-law", {**LAKE, "0.9/lake-law.policy": old})
    assert load_policy("lake-law 0.9").version == "0.9"
    assert versions(load_policy("lake-law")) == ["0.9", "1.0"]


@pytest.mark.parametrize("file", ["lake-law.vocabulary", "lake-law.policy", "helper.policy"])
def test_what_lies_beside_an_older_version_is_held_to_its_digest(site: Path, file: str) -> None:
    helper = LAKE["lake-law.policy"].replace("policy lake-law", "policy helper")
    old = LAKE["lake-law.policy"].replace('version     "1.0"', 'version "0.9"')
    old += "\ndefine is-fine(u: use) means policy helper is prohibited\n"
    older = {
        "0.9/lake-law.policy": old,
        "0.9/lake-law.vocabulary": LAKE["lake-law.vocabulary"],
        "0.9/helper.policy": helper,
    }
    folder = install(site, "lake-law", {**LAKE, **older}) / "0.9"
    assert load_policy("lake-law 0.9").version == "0.9"
    (folder / file).write_text(older[f"0.9/{file}"] + "# more\n", encoding="utf-8")
    with pytest.raises(InvalidError, match="E210"):
        load_policy("lake-law 0.9")


def test_vocabularies_of_other_packs_can_be_extended(site: Path) -> None:
    install(site, "lake-law", LAKE)
    river = {
        "river-law.policy": LAKE["lake-law.policy"].replace("lake-law", "river-law"),
        "river-law.vocabulary": "vocabulary river-law extends lake-law\n",
    }
    install(site, "river-law", river)
    text = DESIGN.replace("lake-law", "river-law")
    (report,) = check_source(Source("x.design", text), Options())
    assert report.verdict == "prohibited"


def test_the_words_of_other_packs_are_offered_and_drawn_from(site: Path) -> None:
    install(site, "lake-law", LAKE)
    text = "policy mine\nvocabulary \n"
    kind = kind_of("mine.policy")
    assert kind
    offered = completion(analyse("mine.policy", text, kind, Options()), len(text) - 1)
    assert offered
    assert "lake-law" in [offer.label for offer in offered.offers]
    drawn: list[str] = []

    @settings(max_examples=1, database=None)
    @given(one=deployments("lake-law"))
    def draw(one: Drawn) -> None:
        drawn.append(one.vocabulary.name)

    draw()
    assert drawn == ["lake-law"]


def test_the_laws_of_the_page_are_proved(tmp_path: Path) -> None:
    write(tmp_path, LAKE)
    done = CliRunner().invoke(app, ["prove", str(tmp_path), "--laws-only"])
    assert done.exit_code == 0, done.stdout
    assert "✓ only-rescue" in done.stdout
    assert "1 law: 1 holds for designs of any size." in done.stdout


# folders and digests, by the configuration


def configured(text: str) -> Options:
    Path("clausewise.toml").write_text(text, encoding="utf-8")
    return options_here()


def test_a_folder_in_the_configuration(site: Path) -> None:
    write(Path("packs/lake"), LAKE)
    options = configured('packs = ["packs/lake"]\n')
    assert verdict(options) == "prohibited"
    assert "lake-law" in names_allowed(options.access)
    assert CliRunner().invoke(app, ["packs"]).stdout.count("packs/lake/lake-law.policy") == 1
    install(site, "lake-law", LAKE)
    with pytest.raises(InvalidError, match="E209"):
        verdict(options)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("command", ["packs", "check", "config"])
def test_a_folder_that_is_not_there_is_told_of(command: str) -> None:
    Path("clausewise.toml").write_text('packs = ["nope"]\n', encoding="utf-8")
    done = CliRunner().invoke(app, [command])
    assert done.exit_code == 2
    assert "E109" in done.stderr
    said = "".join(done.stderr.split())  # a long path is broken where a line ends
    assert "nope`,whichisnofolder" in said


def test_a_name_that_two_hold_is_the_only_mistake(site: Path) -> None:
    """The words of its vocabulary are no mistake for the others."""
    write(Path.cwd(), LAKE)
    install(site, "lake-law", LAKE)
    text = DESIGN.replace("judged by lake-law", "judged by lake-law, us-il-bipa")
    with pytest.raises(InvalidError) as raised:
        check_source(Source("x.design", text), Options())
    assert [found.code for found in raised.value.diagnostics] == ["E209"]


def test_a_pack_that_is_installed_for_editing_judges_in_its_own_folder(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(site, "lake-law", {}, edited=True)
    monkeypatch.chdir(write(tmp_path / "source" / "lake_law", LAKE))
    assert verdict() == "prohibited"


@pytest.mark.usefixtures("site")
def test_a_folder_can_be_narrowed_by_the_list_of_policies() -> None:
    write(Path("packs/lake"), LAKE)
    options = configured('packs = ["packs/lake"]\npolicies = ["lake-law"]\n')
    assert verdict(options) == "prohibited"
    assert names_allowed(options.access) == ["lake-law"]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("file", ["lake-law.policy", "lake-law.vocabulary"])
def test_a_pinned_file_must_have_its_digest(file: str) -> None:
    folder = write(Path("packs/lake"), LAKE)
    found = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    text = f'packs = ["packs/lake"]\n[digests]\n"{file}" = "{found}"\n'
    assert verdict(configured(text)) == "prohibited"
    (folder / file).write_text(LAKE[file] + "# more\n", encoding="utf-8")
    with pytest.raises(InvalidError, match="E210"):
        verdict(options_here())
    with pytest.raises(InvalidError, match="E210"):
        named_policy("packs/lake/lake-law.policy", options_here().access)


@pytest.mark.parametrize("by", ["file", "environment"])
def test_several_versions_can_be_pinned(
    site: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = LAKE["lake-law.policy"].replace('version     "1.0"', 'version "0.9"')
    install(site, "lake-law", {**LAKE, "0.9/lake-law.policy": old})
    both = [hashlib.sha256(text.encode()).hexdigest() for text in (LAKE["lake-law.policy"], old)]

    def pinned(digests: list[str]) -> Access:
        if by == "file":
            return configured(f'digests = {{ "lake-law.policy" = {json.dumps(digests)} }}\n').access
        said = ",".join(f"lake-law.policy={digest}" for digest in digests)
        monkeypatch.setenv("CLAUSEWISE_DIGESTS", said)
        return options_here().access

    for name in ("lake-law", "lake-law 0.9"):
        assert named_policy(name, pinned(both))
    assert named_policy("lake-law", pinned(both[:1]))
    with pytest.raises(InvalidError, match="E210"):
        named_policy("lake-law 0.9", pinned(both[:1]))
    shown = CliRunner().invoke(app, ["config"])
    assert both[0] in shown.stdout


@pytest.mark.usefixtures("site")
def test_what_comes_with_us_can_be_pinned() -> None:
    options = configured(f'[digests]\n"face-recognition.vocabulary" = "{"0" * 64}"\n')
    with pytest.raises(InvalidError, match="E210"):
        named_policy("eu-ai-act", options.access)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "said",
    [
        "digests = 1",
        '[digests]\n"lake-law.policy" = 1',
        '[digests]\n"lake-law.policy" = "0d24"',
        '[digests]\n"lake-law.policy" = []',
        f'[digests]\n"../lake-law.policy" = "{"0" * 64}"',
        f'[digests]\n"lake-law" = "{"0" * 64}"',
    ],
)
def test_digests_that_are_none_are_refused(said: str) -> None:
    with pytest.raises(InvalidError, match="E109"):
        configured(f"{said}\n")


def test_digests_can_stand_in_the_environment(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site, "lake-law", LAKE)
    monkeypatch.setenv("CLAUSEWISE_DIGESTS", f"lake-law.policy={'0' * 64}")
    with pytest.raises(InvalidError, match="E210"):
        verdict(options_here())
