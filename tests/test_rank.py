from __future__ import annotations

import dataclasses
import json
import random
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import evidence, filters, index, profile, rank, search, sift, stated, terms

WORDS = "refund parcel counter ledger telephone zendesk spanish teller dispatch claim invoice headset".split()

texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
documents = st.lists(
    st.builds(
        index.Document,
        job=st.integers(0, 99).map("job-{}".format),
        title=texts,
        text=texts,
        role=st.sampled_from(terms.TIERS),
        level=st.sampled_from(terms.LEVELS),
    ),
    max_size=15,
    unique_by=lambda document: document.job,
)


def build(made: list[index.Document], directory: Path) -> index.Index:
    return index.build(made, directory, stamp="a", generation=1)


def dense(built: index.Index) -> np.ndarray:
    """The weights by row."""
    found = np.zeros((built.rows, len(built.vocabulary)))
    for row in range(built.rows):
        columns, own = built.terms(row)
        found[row, columns] = own
    return found


def plain(
    job: str,
    text: str,
    title: str = "Clerk",
    role: str = "core",
    level: str | None = None,
    family: str = "",
) -> index.Document:
    return index.Document(job, title, text, role, level, family)


@settings(max_examples=40, deadline=None)
@given(documents, texts, st.integers(1, 20))
def test_brute_force_agrees(tmp_path_factory, made, asked, limit):
    built, read = build(made, tmp_path_factory.mktemp("index")), profile.read(asked)
    query = np.zeros(len(built.vocabulary))
    for term, weight in read.terms.items():
        for column in np.flatnonzero(built.vocabulary == term.encode()):
            query[column] = weight * built.idf[column]
    cosines = dense(built) @ (query / (np.linalg.norm(query) or 1))
    facts = built.facts[built.facts_at]
    factors = np.prod([factor for _, factor in evidence.factors(built, read, facts)], axis=0)
    factors *= evidence.little(np.count_nonzero(dense(built), axis=1))
    expected = sorted((-score, built.job(row)) for row, score in enumerate(cosines * factors) if score > 0)
    found = rank.rank(built, read, limit=limit)
    assert [match.score for match in found] == pytest.approx(
        [-score for score, _ in expected[:limit]], abs=1e-6
    )
    assert [match.similarity for match in found] == pytest.approx(
        cosines[built.find([match.job for match in found])].tolist(), abs=1e-6
    )


@settings(max_examples=40, deadline=None)
@given(documents, texts)
def test_shares_sum_to_one_and_factors_make_the_score(tmp_path_factory, made, asked):
    for match in rank.rank(build(made, tmp_path_factory.mktemp("index")), profile.read(asked)):
        assert sum(share for _, share in match.terms) == pytest.approx(1)
        assert match.score == pytest.approx(
            match.similarity * np.prod([factor for _, factor, _ in match.evidence])
        )
        assert all(why for _, _, why in match.evidence)


@settings(max_examples=40, deadline=None)
@given(documents, texts, st.data())
def test_a_page_of_some_jobs_or_cards_is_cut_from_all(tmp_path_factory, made, asked, data):
    built = build(made, tmp_path_factory.mktemp("index"))
    jobs = built.rows
    among = np.array(data.draw(st.lists(st.booleans(), min_size=jobs, max_size=jobs)), dtype=bool)
    one_of = np.array(data.draw(st.lists(st.integers(0, 3), min_size=jobs, max_size=jobs)), dtype=np.int32)
    skip, limit, cards = data.draw(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()))
    row = {built.job(row): row for row in range(jobs)}
    every = [match for match in rank.rank(built, profile.read(asked), limit=99) if among[row[match.job]]]
    assert rank.rank(built, profile.read(asked), limit=9, among=among) == every[:9]
    if cards:
        firsts = {one_of[row[match.job]]: match for match in reversed(every)}
        every = [match for match in every if firsts[one_of[row[match.job]]] is match]
    scored = rank.score(built, profile.read(asked))
    found = scored.best(among, limit, skip=skip, one_of=one_of if cards else None)
    assert found == every[skip : skip + limit]


def test_a_saved_index_ranks_like_a_fresh_one_and_the_top_is_exact(tmp_path):
    drawn = random.Random(3)
    made = [plain(f"job-{n:03}", " ".join(drawn.choices(WORDS, k=8))) for n in range(200)]
    built, read = build(made, tmp_path), profile.read("spanish refund teller headset")
    every = rank.rank(built, read, limit=200)
    assert rank.rank(index.load(tmp_path), read, limit=7) == every[:7]
    assert [(-match.score, match.job) for match in every] == sorted(
        (-match.score, match.job) for match in every
    )


@pytest.mark.parametrize("limit", [1, 3, 12, 400])
def test_the_best_are_found_behind_others_that_are_more_alike(tmp_path, limit):
    drawn = random.Random(6)
    made = [
        plain(
            f"job-{n:03}",
            "spanish refund " * 9 * (n % 9 > 0) + " ".join(drawn.choices(WORDS, k=30)),
            role="other" if n % 9 else "core",
            level="manager" if n % 9 else None,
        )
        for n in range(400)
    ]
    built = build(made, tmp_path)
    scored = rank.score(built, profile.read("spanish refund"))
    best = np.lexsort((built.ids(np.arange(400)), -scored.scores))
    assert np.argmax(scored.similarity) not in best[:12]
    assert scored.top(None, limit).tolist() == [row for row in best if scored.scores[row]][:limit]
    among = built.facts["level"][built.facts_at] == built.facts_of(best[0])["level"]
    assert (
        scored.top(among, limit).tolist()
        == [row for row in best if among[row] and scored.scores[row]][:limit]
    )


@pytest.mark.parametrize("short", [0, 16])
@pytest.mark.parametrize("few", [0.0, 0.4, 1.0])
def test_the_first_that_pass_filters_are_those_of_all_however_many_pass(tmp_path, monkeypatch, few, short):
    monkeypatch.setattr(sift, "FEW", few)
    monkeypatch.setattr(search, "SHORT", short)
    drawn = random.Random(4)
    kinds, towns = filters.EMPLOYMENT[:4], [(town, "ohio", "us") for town in ("columbus", "dayton", "lima")]
    made = [
        dataclasses.replace(
            plain(f"job-{n:03}", " ".join(drawn.choices(WORDS, k=4))),
            said=stated.Stated(
                located=True,
                places=(drawn.choice(towns),),
                pay=((drawn.randrange(9), "USD"),),
                employment=(drawn.choice(kinds),),
            ),
        )
        for n in range(120)
    ]
    built, read = build(made, tmp_path), profile.read("spanish refund")
    for wanted in (
        filters.Filters(),
        filters.Filters(near=("lima", "ohio", "us")),
        filters.Filters(min_pay=Decimal("0.0005"), currency="USD", employment=frozenset(kinds[:2])),
        filters.Filters(near=("dayton", "ohio", "us"), employment=frozenset(kinds[:1])),
    ):
        sifted = sift.sift(built.statements, wanted)
        every = [match.job for match in rank.rank(built, read, limit=120)]
        kept = [job for job in every if sifted.passing[built.find([job])[0]]]
        for limit in (1, 7, 120):
            scored, rows = search.first(built, read, sifted, limit)
            assert [match.job for match in scored.told(rows)] == kept[:limit]


def test_ties_go_by_job(tmp_path):
    built = build([plain(job, "refund the parcel") for job in ("c", "a", "b")], tmp_path)
    assert [match.job for match in rank.rank(built, profile.read("refund"), limit=2)] == ["a", "b"]


@pytest.mark.parametrize("asked", ["quokka wombat", "", "the of and", "no refund"])
def test_no_shared_word_is_no_match(tmp_path, asked):
    assert rank.rank(build([plain("a", "refund")], tmp_path), profile.read(asked)) == []


def test_an_empty_index_has_no_match(tmp_path):
    assert rank.rank(build([], tmp_path), profile.read("refund")) == []


def test_what_is_had_and_what_is_lacking_is_told_without_what_an_employer_offers(tmp_path):
    made = [
        plain(
            "a",
            "Zendesk and Salesforce. Spanish. Health insurance and 401k. Night shift. Paid training. A utility company. One year of experience.",
        )
    ]
    match = rank.rank(build(made, tmp_path), profile.read("Zendesk agent"))[0]
    assert match.have == ("Zendesk",)
    assert set(match.lack) == {"Salesforce", "Spanish"}


READ = dataclasses.replace(profile.read("telephone clerk refund"), years=1.0, degree=1)


@pytest.mark.parametrize(
    "better, worse, name",
    [
        (plain("b", "refund"), plain("a", "refund", role="adjacent"), "kind of work"),
        (plain("b", "refund", role="adjacent"), plain("a", "refund", role="other"), "kind of work"),
        (plain("b", "refund"), plain("a", "refund", level="manager"), "level"),
        (
            plain("b", "refund. Inbound calls."),
            plain("a", "refund. Commission only. Inbound calls."),
            "credibility",
        ),
        (
            plain("b", "refund. Five years of trading."),
            plain("a", "refund. Five years of experience."),
            "years",
        ),
        (plain("b", "refund. High school degree."), plain("a", "refund. Bachelor degree."), "degree"),
        (
            plain("b", "refund. Insurance license preferred"),
            plain("a", "refund. Insurance license"),
            "licence",
        ),
        (plain("b", "refund. Spanish is a plus."), plain("a", "refund. Fluent Spanish."), "language"),
    ],
)
def test_evidence_outweighs_equal_words_and_says_so(tmp_path, better, worse, name):
    matches = {match.job: match for match in rank.rank(build([worse, better], tmp_path), READ)}
    factors = {job: {known: factor for known, factor, _ in match.evidence} for job, match in matches.items()}
    assert factors["a"][name] < factors["b"].get(name, 1.0)


@pytest.mark.parametrize(
    "job, said",
    [
        (plain("a", "refund", role="adjacent", family="customer_service"), "close to customer service"),
        (
            plain("a", "refund", role="adjacent", family="tech_support"),
            "close to customer service: technical support",
        ),
        (plain("a", "refund", role="other"), "other than customer service"),
        (plain("a", "refund", level="manager"), "a manager’s job; the text shows no management experience"),
        (plain("a", "refund", level="lead"), "a team-lead job; the text shows no lead experience"),
        (plain("a", "refund. Five years of experience."), "asks for 5 years of experience; the text shows 1"),
        (
            plain("a", "refund. Associate degree."),
            "asks for an associate degree; the text shows high school",
        ),
        (
            plain("a", "refund. Insurance license"),
            "asks for an insurance licence, which the text does not mention",
        ),
        (plain("a", "refund. Fluent Spanish."), "asks for Spanish, which the text does not mention"),
        (plain("a", "refund. Interested? Reach us via Telegram"), "Contact by messenger or text message"),
    ],
)
def test_a_reason_is_told_in_a_readers_words(tmp_path, job, said):
    [match] = rank.rank(build([job], tmp_path), READ)
    assert said in [why for _, _, why in match.evidence]


def test_work_below_the_level_of_the_text_is_said_to_be_so(tmp_path):
    person = dataclasses.replace(READ, levels=frozenset({"manager"}), families=frozenset({"reception"}))
    [match] = rank.rank(build([plain("a", "refund")], tmp_path), person)
    told = {name: why for name, _, why in match.evidence}
    assert told["level"] == "a job of no special level; the text shows management experience"
    assert told["kind of work"] == "customer service, while the text asks for other work"


def test_adjacent_work_that_is_asked_for_is_not_second_best(tmp_path):
    made = [plain("a", "calls all day", title="Telesales Agent", role="adjacent", family="telesales")]
    kinds = {
        asked: rank.rank(build(made, tmp_path), profile.read(asked))[0].evidence[0][1]
        for asked in ("Seeking telesales agent calls", "Seeking reception calls")
    }
    assert list(kinds.values()) == [1.0, evidence.TIER["adjacent"]]


def test_the_same_person_under_another_name_is_ranked_alike(tmp_path):
    built = build(
        [
            plain(f"job-{n}", f"refund {word}")
            for n, word in enumerate(["quill", "duluth", "tacoma", "flint", "teller"])
        ],
        tmp_path,
    )
    resume = "{}\n{}\n\nSeeking a teller post in {}.\n\nExperience\n* refund and claim, headset"
    one = profile.read(resume.format("Tessa Quill", "Duluth, Minnesota | 218-555-0101", "Duluth"))
    two = profile.read(resume.format("Omar Flint", "Tacoma, Washington | 253-555-0144", "Tacoma"))
    assert rank.rank(built, one) == rank.rank(built, two)


@pytest.mark.parametrize("ad, asked", [("Phone rep", "representatives"), ("contact centre", "center")])
def test_the_spelling_of_a_word_does_not_matter(tmp_path, ad, asked):
    assert rank.rank(build([plain("a", ad)], tmp_path), profile.read(asked))


def test_a_profile_that_was_carried_ranks_alike(tmp_path):
    built = build([plain(f"job-{n}", " ".join(WORDS[n:])) for n in range(9)], tmp_path)
    read = profile.read(
        "Seeking a Spanish teller post, no telemarketing.\n\nRefunds and claims, Zendesk, 3 years"
    )
    carried = json.loads(json.dumps(profile.carried(read)))
    assert rank.rank(built, profile.restored(carried)) == rank.rank(built, read)


@pytest.mark.parametrize(
    "score, word",
    [
        (1.0, "strong"),
        (0.17, "strong"),
        (0.1699, "good"),
        (0.11, "good"),
        (0.07, "stretch"),
        (0.0699, "weak"),
        (0.0, "weak"),
    ],
)
def test_a_score_is_said_in_a_word(score, word):
    assert rank.strength(score) == word
