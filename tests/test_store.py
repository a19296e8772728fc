"""The cache: used only if nobody else can write to it, and never needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausewise import load
from clausewise.dsl import store


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
    (folder / "a").chmod(mode)
    assert store.load("a") is None


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    store.keep("a", 1)
    (folder / "a").rename(tmp_path / "elsewhere")
    (folder / "a").symlink_to(tmp_path / "elsewhere")
    assert store.load("a") is None


def test_a_spoilt_file_is_made_anew(folder: Path) -> None:
    load._load_policy.cache_clear()
    load.load_policy("face-code-of-conduct")
    for path in folder.iterdir():
        path.write_bytes(os.urandom(100))
    load._load_policy.cache_clear()
    assert load.load_policy("face-code-of-conduct").clauses
    load._load_policy.cache_clear()


def test_a_changed_vocabulary_is_seen(folder: Path, doors: Path, tmp_path: Path) -> None:
    for name in ("doors.vocabulary", "door-code.policy"):
        (tmp_path / name).write_text((doors / name).read_text())
    path = str(tmp_path / "door-code.policy")
    assert load.load_policy(path).vocabulary.title == "Doors that open for people"
    load._load_policy.cache_clear()
    vocabulary = tmp_path / "doors.vocabulary"
    vocabulary.write_text(vocabulary.read_text().replace("Doors that open", "Doors that close"))
    assert load.load_policy(path).vocabulary.title == "Doors that close for people"
    assert folder.is_dir()
