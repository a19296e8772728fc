"""The cache: used only if nobody else can write to it, and never needed."""

from __future__ import annotations

import hashlib
import os
import pickle
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausewise import policies as packs
from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.dsl.parsing import parser
from clausewise.dsl.startup import store
from clausewise.dsl.text.source import Source
from clausewise.intake import load, shared
from tests.conftest import ROOT, write_reference


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "cache"
    monkeypatch.setenv("CLAUSEWISE_CACHE", str(path))
    store.folder.cache_clear()
    yield path
    store.folder.cache_clear()


def test_what_is_kept_comes_back(folder: Path) -> None:
    assert store.load("a") is None
    store.keep("a", {"b": 1})
    assert store.load("a") == {"b": 1}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_can_write_to_is_not_used(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)
    assert store.folder() is None
    store.keep("a", 1)
    assert store.load("a") is None
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_to_is_not_read(folder: Path, mode: int) -> None:
    store.keep("a", 1)
    next(folder.iterdir()).chmod(mode)
    assert store.load("a") is None


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    store.keep("a", 1)
    (file,) = folder.iterdir()
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert store.load("a") is None


def test_a_spoilt_file_is_made_anew(folder: Path) -> None:
    load._once_loaded.cache_clear()
    load.load_policy("face-code-of-conduct")
    for path in folder.iterdir():
        path.write_bytes(os.urandom(100))
    load._once_loaded.cache_clear()
    assert load.load_policy("face-code-of-conduct").clauses
    load._once_loaded.cache_clear()


def test_one_changed_byte_is_noticed(folder: Path) -> None:
    store.keep("a", b"some code")
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes().replace(b"some", b"same"))
    assert store.load("a") is None


def test_what_has_another_key_is_not_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where both are kept at the same place."""
    monkeypatch.setattr(store, "crc32", lambda _: 0)
    store.keep("a", 1)
    assert store.load("b") is None
    store.keep("b", 2)
    assert (store.load("a"), store.load("b")) == (None, 2)
    assert len(list(folder.iterdir())) == 1


def test_what_is_a_month_old_is_removed(folder: Path) -> None:
    for name, days in (("old", store.KEPT_DAYS + 1), ("young", store.KEPT_DAYS - 1)):
        store.keep(name, 1)
        then = time.time() - days * 86_400
        os.utime(store._place(str(folder), name), (then, then))
    store.keep("new", 1)
    assert {*map(str, folder.iterdir())} == {
        store._place(str(folder), name) for name in ("young", "new")
    }


@pytest.mark.parametrize("cache", ["kept", ""])
def test_designs_are_read_alike_with_and_without_it(
    folder: Path, cache: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEWISE_CACHE", str(folder) if cache else "")
    for kept in (store.folder, parser._parser, parser._explanations):
        kept.cache_clear()
    wrong = Source("a.design", 'deployment "x"\nactor a {\n  kind b ;\n}\n')
    text = (ROOT / "examples/lobby.design").read_text(encoding="utf-8")
    _, problems = parser.parse(wrong, "design")
    tree, none = parser.parse(Source("lobby.design", text), "design")
    for kept in (parser._parser, parser._explanations):  # the states of another parser differ
        kept.cache_clear()
    assert [found.message for found in problems] == ["a field ends with its line"]
    assert tree
    assert (len(tree.blocks), none) == (text.count("{"), [])
    assert any(folder.glob("*")) == bool(cache)


def test_a_changed_vocabulary_is_seen(folder: Path, doors: Path, tmp_path: Path) -> None:
    for name in ("doors.vocabulary", "door-code.policy"):
        (tmp_path / name).write_text((doors / name).read_text())
    path = str(tmp_path / "door-code.policy")
    assert load.load_policy(path).vocabulary.title == "Doors that open for people"
    load._once_loaded.cache_clear()
    vocabulary = tmp_path / "doors.vocabulary"
    vocabulary.write_text(vocabulary.read_text().replace("Doors that open", "Doors that close"))
    assert load.load_policy(path).vocabulary.title == "Doors that close for people"
    assert folder.is_dir()


def test_a_changed_policy_is_seen_even_in_its_line_ends(
    folder: Path, doors: Path, tmp_path: Path
) -> None:
    for name in ("doors.vocabulary", "door-code.policy"):
        (tmp_path / name).write_bytes((doors / name).read_bytes())
    path = tmp_path / "door-code.policy"
    content = path.read_bytes()
    digests = []
    for changed in (content, content.replace(b"\n", b"\r\n"), content + b"# more\n"):
        path.write_bytes(changed)
        load._once_loaded.cache_clear()
        digests.append(load.load_policy(str(path)).source.sha256)
        assert digests[-1] == hashlib.sha256(changed).hexdigest()
    assert len(set(digests)) == 3
    assert folder.is_dir()


def test_policies_that_judge_together_share_their_vocabulary_and_the_laws_read(
    folder: Path,
) -> None:
    names = "judged by face-code-of-conduct, us-or-portland"
    text = (ROOT / "policies" / "face" / "patrol.design").read_text(encoding="utf-8")
    source = Source("a.design", text.replace("judged by face-code-of-conduct", names))
    for _ in range(2):  # made anew, and from the cache
        load._once_loaded.cache_clear()
        shared._kept.cache_clear()
        code, law = (report.judgement for report in check_source(source, Options()))
        assert code.policy.vocabulary is law.policy.vocabulary
        assert code.deployment is law.deployment
        assert code.policy.policies["us-or-portland"] is law.policy
    law.policy.vocabulary.kept["a test"] = folder
    assert "a test" not in pickle.loads(pickle.dumps(law.policy.vocabulary)).kept


def test_a_policy_is_made_anew_where_its_vocabulary_is_kept_no_more(
    folder: Path, doors: Path
) -> None:
    path = str(doors / "door-code.policy")
    before = load.load_policy(path)
    (folder / store._place(str(folder), shared._key(shared._name(before.vocabulary)))).unlink()
    load._once_loaded.cache_clear()
    shared._kept.cache_clear()
    again = load.load_policy(path)
    assert again is not before
    assert again.vocabulary == before.vocabulary


@pytest.mark.usefixtures("folder")
def test_a_vocabulary_whose_sum_is_made_to_fit_another_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "crc32", lambda _: 0)
    write_reference(tmp_path)
    path, words = tmp_path / "door-code.policy", tmp_path / "doors.vocabulary"
    load.load_policy(str(path))
    changed = words.read_text(encoding="utf-8").replace("ask", "ask ", 1).rstrip("\n")
    words.write_text(changed, encoding="utf-8")
    for _ in range(2):  # made anew, and from the cache
        assert load.load_policy(str(path)).vocabulary.source.text == changed
        load._once_loaded.cache_clear()
        shared._kept.cache_clear()


@pytest.mark.usefixtures("folder")
def test_a_vocabulary_that_now_stands_beside_the_policy_is_seen(
    doors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is preferred to that of a pack, of which the kept policy was made."""
    pack, beside = tmp_path / "packs" / "doors", tmp_path / "beside"
    for path in (pack, beside):
        path.mkdir(parents=True)
    (pack / "doors.vocabulary").write_bytes((doors / "doors.vocabulary").read_bytes())
    (beside / "door-code.policy").write_bytes((doors / "door-code.policy").read_bytes())
    monkeypatch.setattr(packs, "FOLDER", tmp_path / "packs")
    for place in (pack, beside):
        (place / "doors.vocabulary").write_bytes((doors / "doors.vocabulary").read_bytes())
        load._once_loaded.cache_clear()
        found = load.load_policy(str(beside / "door-code.policy"))
        assert found.vocabulary.source.path == str(place / "doors.vocabulary")
    load._once_loaded.cache_clear()


def test_the_key_covers_every_module_at_any_depth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / "engine" / "backends" / "python"
    deep.mkdir(parents=True)
    for folder in set(store.CODE) - {"engine"}:
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(store, "__file__", str(tmp_path / "dsl" / "startup" / "store.py"))

    def key() -> str:
        store._state_of_code.cache_clear()
        return store.key_of("a")

    keys = [key()]
    (deep / "program.py").write_text("one = 1")
    keys.append(key())
    (deep / "program.py").write_text("one = 12")
    keys.append(key())
    (deep / "__pycache__").mkdir()
    (deep / "__pycache__" / "program.pyc").write_bytes(b"what Python made of it")
    assert len(set(keys)) == 3
    assert key() == keys[-1]
    store._state_of_code.cache_clear()


def test_a_checkout_that_is_installed_as_it_is_holds_all_packages() -> None:
    """`pip install -e .` leaves the packages in the folders of the checkout, those of `app` among them."""
    for package in store.CODE:
        assert (ROOT / store._folder_of(package, str(ROOT))).is_dir()
