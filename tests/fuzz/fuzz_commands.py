"""Hostile files through every command, guided by atheris where it is installed. See README.md beside this file."""

from __future__ import annotations

import random
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.fuzz.commands import KINDS, NASTY, drive, seeds, words_of

MOST_BYTES = 8_192
MEMORY = 2 * 1024**3
"""What the interpreter with all its libraries, and a run, may take."""


def mutated(rng: random.Random, seed: bytes) -> bytes:
    """A file, changed in a few places: token by token, or byte by byte."""
    parts: list[bytes] = words_of(seed) if rng.random() < 0.7 else [bytes([b]) for b in seed]
    own = tuple(parts) or (b" ",)
    for _ in range(rng.choice((1, 1, 2, 3, 5, 20))):
        at = rng.randrange(len(parts) + 1)
        upto = at + rng.choice((0, 1, 1, 2, 10, 100))
        new = rng.choice(NASTY) if rng.random() < 0.4 else rng.choice(own)
        put = [new] * rng.choice((0, 1, 1, 1, 2, 30))
        if rng.random() < 0.1:
            start = rng.randrange(len(own))
            put = list(own[start : start + rng.randrange(200)])
        parts[at:upto] = put
    return b"".join(parts)


def by_chance(seconds: float, kinds: list[str], number: int) -> None:
    """Mutate the project's own files until the time is over."""
    rng, begun, count, ran = random.Random(number), time.monotonic(), 0, 0
    own = seeds()
    with TemporaryDirectory() as folder:
        while time.monotonic() - begun < seconds:
            kind = rng.choice(kinds)
            content = mutated(rng, rng.choice(own[kind]))
            try:
                ran += drive(kind, content, Path(folder))
            except AssertionError as error:
                words, code, why, _ = error.args[0]
                kept = Path(f"found-{kind}-{number}-{count}{Path(KINDS[kind]).suffix}")
                kept.write_bytes(content)
                print(f"FOUND {kept}: {' '.join(words)}: {code} {why!r}", flush=True)
            count += 1
            if count % 100 == 0:
                print(f"{count} files, {ran} runs", flush=True)
    print(f"{count} files, each through every command: {ran} runs")


def guided() -> None:
    """Let atheris choose the bytes: the first chooses the kind of file, the second the command."""
    import atheris

    kinds = list(KINDS)
    folder = TemporaryDirectory()

    def try_one(content: bytes) -> None:
        if len(content) > 1:
            drive(kinds[content[0] % len(kinds)], content[2:], Path(folder.name), content[1])

    with TemporaryDirectory() as corpus:
        for number, kind in enumerate(kinds):
            for index, seed in enumerate(seeds()[kind]):
                head = bytes([number, index])
                Path(corpus, f"{kind}-{index}").write_bytes(head + seed[: MOST_BYTES - 2])
        atheris.instrument_all()
        atheris.Setup([*sys.argv[:1], *sys.argv[2:], f"-max_len={MOST_BYTES}", corpus], try_one)
        atheris.Fuzz()


def main() -> None:
    """`python tests/fuzz/fuzz_commands.py MINUTES [KIND ...]`, or `guided` with libFuzzer's options."""
    if sys.argv[1] == "guided":
        guided()
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    minutes, *kinds = sys.argv[1:]
    by_chance(60 * float(minutes), kinds or list(KINDS), random.randrange(10**6))


if __name__ == "__main__":
    main()
