"""Days as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given, strategies as st

from clausewise.desk.interview.days import MONTHS, AmbiguousDayError, written_day
from clausewise.desk.pages.inputs import DayField, months, months_of_reader

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
        "2026 December 3",
        "2026年12月3日",
        "2026년 12월 3일",
        "٣ December ٢٠٢٦",
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


@pytest.mark.parametrize(
    ("languages", "text"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "3. Dezember 2026"),
        ("fr", "3 decembre 2026"),
        ("fr-CH", "3 déc. 2026"),
        ("es", "3 de diciembre de 2026"),
        ("pl", "3 grudnia 2026"),
        ("ar", "٣ ديسمبر ٢٠٢٦"),
        ("hi", "3 दिसंबर 2026"),
        ("hu", "2026. december 3."),
    ],
)
def test_a_month_is_named_in_a_language_of_the_reader(languages: str, text: str) -> None:
    def answered(_: HttpRequest) -> HttpResponse:
        asked = Asked({"on": text})
        return HttpResponse(str(asked.is_valid() and asked.cleaned_data["on"]))

    request = RequestFactory().get("/", headers={"Accept-Language": languages})
    assert months_of_reader(answered)(request).content.decode() == str(DAY)
    assert not months(), "of the next reader nothing is known yet"


def test_what_two_languages_call_different_months_is_refused() -> None:
    """`Listopad` is November for Poles, and October for Croats; `mar` is November for Finns."""
    polish, croatian, finnish = ("listopad", 11), ("listopad", 10), ("mar", 11)
    assert written_day("3 listopad 2026", [polish]) == date(2026, 11, 3)
    with pytest.raises(ValueError, match="no month"):
        written_day("3 listopad 2026", [polish, croatian])
    with pytest.raises(ValueError, match="no month"):
        written_day("3 Mar 2026", [finnish])


@pytest.mark.parametrize("header", ["", "xx", "*", "../../etc;q=1", "en," * 200])
def test_a_browser_that_names_no_language_reads_english_ones(header: str) -> None:
    request = RequestFactory().get("/", headers={"Accept-Language": header})
    found = months_of_reader(lambda _: HttpResponse(str(len(months()))))(request)
    assert found.content == b"0"


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
