import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import employment

FULL, PART, BOTH = ("FULL_TIME",), ("PART_TIME",), ("FULL_TIME", "PART_TIME")


@pytest.mark.parametrize(
    "raw, kinds",
    [
        ("Full-time, Permanent", FULL),
        ("FullTime", FULL),
        ("PART_TIME", PART),
        (["TEMPORARY", "FULL_TIME"], ("FULL_TIME", "TEMPORARY")),
        ("Fulltime, Parttime, Tijdelijk", ("FULL_TIME", "PART_TIME", "TEMPORARY")),
        ("Full / Part-time", BOTH),
        ("Contract", ("CONTRACTOR",)),
        ("Fixed-term contract", ("TEMPORARY",)),
        ("Permanent contract", ()),
        ("Permanent full-time contract", FULL),
        ("Freelance/ZZP", ("CONTRACTOR",)),
        ("Internship", ("INTERN",)),
        ("Internal", ()),
        ("International", ()),
        ("Per diem (PRN)", ("PER_DIEM",)),
        ("Volunteer", ("VOLUNTEER",)),
        ("Other", ("OTHER",)),
        ("Other benefits", ()),
        ("Permanent", ()),
        ("", ()),
        (None, ()),
        (3, ()),
        ({"label": "Full-time"}, ()),
        ("Not full time", ()),
        ("Less than full-time", PART),
        ("18 month FTC", ("TEMPORARY",)),
        ("Maternity cover, part-time", ("PART_TIME", "TEMPORARY")),
        ("Casual", ("PER_DIEM",)),
        ("Casual / Part-time", ("PART_TIME", "PER_DIEM")),
        ("Business casual", ()),
        ("Early stage startup", ()),
        ("Stage de fin d'études", ("INTERN",)),
    ],
)
def test_only_named_kinds_are_read(raw, kinds):
    assert employment.read(raw) == kinds


@pytest.mark.parametrize(
    "platform, raw, kinds",
    [
        ("recruitee", "fulltime_permanent", FULL),
        ("recruitee", "parttime_fixed_term", ("PART_TIME", "TEMPORARY")),
        ("recruitee", "freelance", ("CONTRACTOR",)),
        ("personio", ["full-time", "permanent"], FULL),
        ("personio", ["full-or-part-time", "permanent"], BOTH),
        ("personio", ["part-time", "working_student"], PART),
        ("workable", "Full-time", FULL),
        ("ashby", "FullTime", FULL),
        ("ashby", "Temporary", ("TEMPORARY",)),
        ("lever", "Regular Full Time (Salary)", FULL),
        ("lever", "Fixed Term", ("TEMPORARY",)),
        ("bamboohr", "Full Time", FULL),
        ("bamboohr", "Independent Contractor (FT)", ("FULL_TIME", "CONTRACTOR")),
        ("rippling", "SALARIED_FT", FULL),
        ("rippling", "HOURLY_PT", PART),
        ("smartrecruiters", "Part-time", PART),
        ("adzuna", ["full_time", "permanent"], FULL),
        ("adzuna", ["part_time", "contract"], ("PART_TIME", "CONTRACTOR")),
        ("usajobs", ["Full-time", "Intermittent"], FULL),
        ("workday", "Full time", FULL),
        ("breezy", ["fullTime", "Full-Time"], FULL),
        ("teamtailor", ["Full-time", "Temporary"], ("FULL_TIME", "TEMPORARY")),
    ],
)
def test_a_platform_s_codes_are_read(platform, raw, kinds):
    assert employment.read(raw) == kinds


@pytest.mark.parametrize(
    "raw, kinds",
    [
        ("Vollzeit, unbefristet", FULL),
        ("Teilzeit / Minijob, befristet", ("PART_TIME", "TEMPORARY")),
        ("Vast contract, voltijd", FULL),
        ("Deeltijd, bepaalde tijd", ("PART_TIME", "TEMPORARY")),
        ("Contract voor onbepaalde tijd", ()),
        ("Heltid, tillsvidare", FULL),
        ("Deltid, vikariat", ("PART_TIME", "TEMPORARY")),
        ("Kokoaikainen, määräaikainen", ("FULL_TIME", "TEMPORARY")),
        ("Osa-aikainen", PART),
        ("Temps plein, CDI", FULL),
        ("Temps partiel, CDD", ("PART_TIME", "TEMPORARY")),
        ("CDD à durée déterminée", ("TEMPORARY",)),
        ("CDI à durée indéterminée", ()),
        ("Jornada completa, indefinido", FULL),
        ("Media jornada, temporal", ("PART_TIME", "TEMPORARY")),
        ("Fuldtid", FULL),
        ("Midlertidig, fulltid", ("FULL_TIME", "TEMPORARY")),
        ("Tempo pieno, tempo determinato", ("FULL_TIME", "TEMPORARY")),
        ("Tempo indeterminato", ()),
        ("Tempo integral, estágio", ("FULL_TIME", "INTERN")),
        ("Pełny etat, czas nieokreślony", FULL),
        ("Niepełny etat, czas określony", ("PART_TIME", "TEMPORARY")),
        ("Umowa zlecenie", ("CONTRACTOR",)),
        ("Medio tiempo", PART),
        ("Alternance", ("INTERN",)),
    ],
)
def test_kinds_are_read_in_the_languages_of_our_sources(raw, kinds):
    assert employment.read(raw) == kinds


@given(st.text() | st.lists(st.text()) | st.none() | st.integers())
def test_anything_can_be_read(raw):
    kinds = employment.read(raw)
    assert len(kinds) == len(set(kinds))
    assert employment.read(list(kinds)) == kinds  # its own words say the same
