"""US nursing homes judged a second time, without tocsin: plain Python over the published files.

It shares nothing with the engine but the three questions of examples/nursing-homes.
"""

import collections
import csv
import datetime
import gzip

CLOCK = "2026-01-22"  # the greatest date in the data; a correction's


def rows_of(file):
    with gzip.open(file, "rt", newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def day(text):
    return datetime.date.fromisoformat(text).toordinal()


def immediate_jeopardy(deficiencies):
    """(home, survey day) with a deficiency of J, K or L."""
    return {(row["ccn"], day(row["survey_date"])) for row in deficiencies
            if row["scope_severity"] in ("J", "K", "L")}


def group_in_jeopardy(deficiencies, facilities):
    """(group, survey day) with three or more homes in jeopardy within 30 days."""
    group_of = {row["ccn"]: row["chain_id"] for row in facilities}
    found = collections.defaultdict(set)
    for home, survey in immediate_jeopardy(deficiencies):
        if group_of.get(home):
            found[group_of[home]].add((survey, home))
    return {(group, survey) for group, surveys in found.items() for survey, _ in surveys
            if len({home for other, home in surveys if survey - 30 < other <= survey}) >= 3}


def not_corrected(deficiencies):
    """(home, survey day, tag) of F or worse, not corrected by the sixtieth day, that day having come."""
    clock = day(CLOCK)
    late = set()
    for row in deficiencies:
        deadline = day(row["survey_date"]) + 60
        in_time = row["correction_date"] and day(row["correction_date"]) <= deadline
        if row["scope_severity"] >= "F" and deadline <= clock and not in_time:
            late.add((row["ccn"], day(row["survey_date"]), row["ftag"]))
    return late
