"""Files broken at random: seeds with wounds in their bytes, numbers, headers, lists and sizes."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.conftest import real_data_folder
from tests.events.hostile_files import hostile
from tests.events.made_files import Seed, archive, mat, mat_header, mat_packed, seeds

_MOST_SEED_BYTES = 300_000

_NUMBER = re.compile(rb"[-+]?\d+(?:\.\d+)?")
_NASTY_NUMBERS = (
    *(
        b"0 -1 1 nan inf -inf 1e308 1e-308 1e999 99999999 -99999999 2147483648 4294967296 "
        b"18446744073709551616 0x10 1_000 1,5 1e9 86400 23:59:60 25:00:00 -0.5"
    ).split(),
    b"",
    b"9" * 400,
    "٣".encode(),
    b"\xff",
    b" " * 20,
)
_NASTY_BYTES = b"\x00\x14\x15\xff\x7f\n\r\t \"',;<>&[]=:+-.0%@\\"
_NASTY_INTEGERS = (0, 1, 2, 3, 7, 8, 255, 2**16, 2**24, 2**31 - 1, 2**31, 2**32 - 1)


def real_seeds() -> list[Seed]:
    """Beginnings of the real files, where there are any."""
    folder = real_data_folder()
    if folder is None:
        return []
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in {".npz", ".eeg", ".json"}:
            with path.open("rb") as file:
                found.append(Seed(path.name, file.read(_MOST_SEED_BYTES)))
    return found


def mutated(chance: random.Random, pool: list[Seed]) -> Seed:
    """A seed with one to four wounds, in it or in a file beside it."""
    seed = chance.choice(pool)
    if seed.name == "packed.mat" and chance.random() < 0.7:
        inside = _wounded(mat()[128:], chance, pool)
        return replace(seed, content=mat_header() + mat_packed(inside))
    if seed.name == "grass.xls" and chance.random() < 0.7:
        return replace(seed, content=_wounded_workbook(seed.content, chance, pool))
    if seed.beside and chance.random() < 0.5:
        beside = {end: _wounded(content, chance, pool) for end, content in seed.beside.items()}
        return replace(seed, beside=beside)
    return replace(seed, content=_wounded(seed.content, chance, pool))


def _wounded_workbook(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    hit = chance.choice(sorted(parts))
    parts[hit] = _wounded(parts[hit], chance, pool)
    if chance.random() < 0.1:
        del parts[chance.choice(sorted(parts))]
    return archive(parts)


def _wounded(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 4))):
        wound = chance.choice(_WOUNDS)
        content = wound(content, chance, pool)
    return content[: 4 * _MOST_SEED_BYTES]


def _place(content: bytes, chance: random.Random) -> int:
    """Somewhere, more often near the beginning, where the headers are."""
    return int(len(content) * chance.random() ** chance.choice((1, 3, 8)))


def _change_byte(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance)
    other = chance.choice(_NASTY_BYTES) if chance.random() < 0.6 else chance.randrange(256)
    return content[:at] + bytes([other]) + content[at + 1 :]


def _change_number(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance)
    found = _NUMBER.search(content, at)
    if found is None:
        return content
    nasty = chance.choice(_NASTY_NUMBERS)
    if chance.random() < 0.5:  # fields of fixed width stay in their place
        nasty = nasty[: len(found[0])].ljust(len(found[0]))
    return content[: found.start()] + nasty + content[found.end() :]


def _change_header_field(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    """A number of eight letters in the header of an EDF file."""
    n_signals = max(1, min(300, len(content) // 256 - 1))
    column = chance.choice((104, 112, 120, 128, 216))
    at = chance.choice(
        (168, 176, 184, 236, 244, 252, 256 + n_signals * column + 8 * chance.randrange(n_signals))
    )
    nasty = chance.choice(_NASTY_NUMBERS)[:8].ljust(8 if at != 252 else 4)
    return content[:at] + nasty + content[at + len(nasty) :]


def _change_integer(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance) // 4 * 4
    form = chance.choice("<>") + "I"
    return content[:at] + struct.pack(form, chance.choice(_NASTY_INTEGERS)) + content[at + 4 :]


def _cut_out(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance)
    return content[:at] + content[at + chance.choice((1, 2, 8, 100, 4096)) :]


def _truncate(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    return content[: _place(content, chance)]


def _repeat(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance)
    piece = content[at : at + chance.choice((1, 8, 100, 1000))]
    return content[:at] + piece * chance.choice((2, 10, 300)) + content[at:]


def _insert(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.randbytes(chance.choice((1, 4, 64))) + content[at:]


def _splice(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    other = chance.choice(pool).content
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _swap_lines(content: bytes, chance: random.Random, pool: list[Seed]) -> bytes:
    lines = content.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


_WOUNDS = (
    _change_byte,
    _change_byte,
    _change_number,
    _change_number,
    _change_header_field,
    _change_integer,
    _cut_out,
    _truncate,
    _repeat,
    _insert,
    _splice,
    _swap_lines,
)


def inputs(chance: random.Random, secret: Path, *, short: bool) -> Iterator[Seed]:
    """Hostile files first, then mutations without end; a short run leaves out what is large."""
    made = list(seeds())
    yield from made
    yield from hostile(secret, heavy=not short)
    # Half of the inputs come from the small files, so that each format is met often.
    pool = made if short else made + real_seeds()
    while True:
        yield mutated(chance, made if chance.random() < 0.5 else pool)
