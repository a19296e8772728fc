"""Days as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from clausewise.desk.interview.days import MONTHS, AmbiguousDayError, written_day
from clausewise.desk.pages.inputs import DayField

DAY = date(2026, 12, 3)


@pytest.mark.parametrize(
    "text",
    [
        "3 December 2026",
        "  03  december   2026 ",
        "3 Dec 2026",
        "3-Dec-2026",
        "3rd of December, 2026",
        "December 3, 2026",
        "Dec. 3rd 2026",
        "2026-12-03",
        "2026/12/3",
        "3.12.2026",
        "03.12.2026",
    ],
)
def test_a_day_is_read_as_it_is_written(text: str) -> None:
    assert written_day(text) == DAY


def test_strokes_are_read_where_they_can_mean_one_day() -> None:
    assert written_day("23/4/2026") == written_day("4/23/2026") == date(2026, 4, 23)
    assert written_day("4/4/2026") == date(2026, 4, 4)
    with pytest.raises(AmbiguousDayError):
        written_day("3/12/2026")


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "31 June 2026", "3 Dece 26", "2026-13-01", "0.0.2026", "1/2/3", "Ju 1 2026"),
        *("3 ma 2026", "3 Decembers 2026", "99999-01-01", "٣ December ٢٠٢٦ x", "3 December 0000"),
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    assert not Asked({"on": f"{text} "}).is_valid() or not text
    with pytest.raises(ValueError, match=r"."):
        written_day(text or " ")


@given(st.dates(min_value=date(1000, 1, 1)))
def test_each_day_is_read_back(day: date) -> None:
    month = MONTHS[day.month - 1]
    for text in (str(day), f"{day.day} {month} {day.year}", f"{day.day}.{day.month}.{day.year}"):
        assert written_day(text) == day
    assert written_day(f"{month[:3]} {day.day} {day.year}") == day


class Asked(forms.Form):
    on = DayField(required=False)


def test_a_form_shows_a_day_in_words_and_says_what_is_wrong() -> None:
    assert 'value="3 December 2026"' in str(Asked(initial={"on": DAY})["on"])
    assert Asked({"on": "dec 3, 2026"}).is_valid()
    assert Asked({"on": ""}).is_valid()
    for text, told in (("3/12/2026", "as a word"), ("soon", "Write a day"), ("9" * 500, "Write")):
        asked = Asked({"on": text})
        assert told in str(asked.errors["on"])
        assert f'value="{text}"' in str(asked["on"]), "what was written stays"
