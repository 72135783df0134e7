"""The Unicode tables of the library cover every code point on which Python and JavaScript differ."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extent import extent

pytestmark = pytest.mark.engine

STEP = extent(1, 7)

REFUSALS = (
    "Gap: a character that versions of Unicode treat differently",
    "Gap: the numeric value of a Han character",
)


def everything() -> list[str]:
    """Every character of the planes that hold letters, and a sample of the others; surrogates left out.

    Of the planes too it is a sample, but for the first two blocks, unless the run is thorough.
    """
    planes = [*range(0x250), *range(0x250, 0xD800, STEP), *range(0xE000, 0x20000, STEP)]
    others = [*range(0x20000, 0x110000, 61 * STEP), *range(0xE0000, 0xE0200, STEP)]
    return [chr(code) for code in (*planes, *others)]


CLASSES = ("isdigit", "isdecimal", "isalpha", "isalnum", "isspace", "isupper", "islower", "isnumeric")


@pytest.mark.parametrize("name", ["upper", "lower", "title", "casefold", "swapcase", *CLASSES])
def test_each_character_has_python_s_case_and_class_or_is_refused(semantics: Any, name: str) -> None:
    refused = 0
    characters = everything()
    for character, answer in zip(
        characters, semantics.answers([(name, each) for each in characters]), strict=True
    ):
        if isinstance(answer, dict):
            assert answer["message"].startswith(REFUSALS)
            refused += answer["message"].startswith(REFUSALS[0])
        else:
            assert answer == getattr(character, name)(), hex(ord(character))
    assert refused < len(characters) / 9


def test_each_character_counts_as_cased_or_ignorable_as_in_python(semantics: Any) -> None:
    words = [
        word
        for character in everything()
        for word in (character + "A", "aΣ" + character + "b", "A" + character + "Σ")
    ]
    for word, answer in zip(words, semantics.answers([("title", each) for each in words]), strict=True):
        assert isinstance(answer, dict) or answer == word.title(), ascii(word)


def test_each_character_is_printed_or_escaped_as_in_python(semantics: Any) -> None:
    characters = everything()
    for character, answer in zip(
        characters, semantics.answers([("repr", each) for each in characters]), strict=True
    ):
        assert isinstance(answer, dict) or answer == repr(character), hex(ord(character))


def test_each_space_is_stripped_as_in_python(semantics: Any) -> None:
    characters = everything()
    for character, answer in zip(
        characters, semantics.answers([("strip", each) for each in characters]), strict=True
    ):
        assert answer == character.strip(), hex(ord(character))
