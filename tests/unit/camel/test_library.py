"""The class of a project that says which kinds of errors are special cases of which."""

from __future__ import annotations

from emitters.camel import library

EXPECTED = """package python

/** Kinds of errors, each with those that it is a special case of. */
class Kinds {
  private static final Map GENERAL = [
    'Exception': ['BaseException'],
    'KeyError': ['LookupError'],
    'LookupError': ['Exception'],
  ]

  /** Whether errors of a kind are errors of the other: the same, or special cases. */
  static boolean isA(String kind, String general) {
    kind == general || GENERAL.getOrDefault(kind, []).any { isA((String) it, general) }
  }
}
"""


def test_the_kinds_that_stand_in_texts_are_known_with_all_that_they_are_special_cases_of() -> None:
    assert library.kinds(["isA(error, 'KeyError') ? 'no kind' : null"]) == EXPECTED


def test_without_errors_there_are_no_kinds() -> None:
    assert "Map GENERAL = [:]\n" in library.kinds(["'text'"])
