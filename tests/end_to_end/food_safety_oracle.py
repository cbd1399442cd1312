"""Toronto's inspections judged a second time, without tocsin: plain Python over the city's files.

It shares nothing with the engine but the three questions of examples/food-safety.
"""

import collections
import csv
import datetime
import gzip

ENFORCEMENT = {"Ticket", "Summons", "Summons and Health Hazard Order", "Order", "Closure Order"}


FALLEN = {"Charges Withdrawn", "Charges Dismissed", "Charges Quashed", "Cancelled"}


def rows_of(file):
    with gzip.open(file, "rt", newline="", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def fallen_charges(files):
    """The rows whose charge the court, or the city, took back."""
    return [row for file in files for row in rows_of(file) if row["Outcome"] in FALLEN]


def retraction(row):
    """The record that takes the row back; rows are known by "inspection|row"."""
    target = f"{row['Inspection ID']}|{row['Rec #']}"
    return {"type": "retract", "id": f"fallen {target}", "subject": row["Establishment ID"],
            "time": row["Inspection Date"], "target_type": "infraction", "target": target,
            "reason": row["Outcome"]}


def copy_without_fallen_charges(files, folder):
    """The same files as if those charges had never been sent."""
    copies = []
    for file in files:
        copies.append(folder / file.name)
        rows = list(rows_of(file))
        with gzip.open(copies[-1], "wt", newline="", encoding="utf-8", compresslevel=1) as out:
            writer = csv.DictWriter(out, rows[0].keys())
            writer.writeheader()
            writer.writerows(row for row in rows if row["Outcome"] not in FALLEN)
    return copies


def read(files):
    """All rows by shop, each shop's in the order of their days."""
    shops = collections.defaultdict(list)
    for file in files:
        for row in rows_of(file):
            row["day"] = datetime.date.fromisoformat(row["Inspection Date"]).toordinal()
            shops[row["Establishment ID"]].append(row)
    for rows in shops.values():
        rows.sort(key=lambda row: row["day"])
    return shops


def repeat_crucial(shops):
    """(shop, inspection) with three inspections with a crucial infraction within 365 days."""
    found = set()
    for shop, rows in shops.items():
        crucial = {(row["day"], row["Inspection ID"]) for row in rows
                   if row["Severity"] == "C - Crucial"}
        for day, inspection in crucial:
            if len({other for then, other in crucial if day - 365 < then <= day}) >= 3:
                found.add((shop, inspection))
    return found


def heavy_fines(shops):
    """Shops whose fines of 730 days reach 1,000 dollars at some time."""
    found = set()
    for shop, rows in shops.items():
        fines = [(row["day"], float(row["Amount Fined"])) for row in rows if row["Amount Fined"]]
        if any(sum(fine for then, fine in fines if day - 730 < then <= day) >= 1000
               for day, _ in fines):
            found.add(shop)
    return found


def ignored_notice(shops):
    """(shop, inspection) with enforcement within 60 days of a notice on something serious."""
    found = set()
    for shop, rows in shops.items():
        notices = [row["day"] for row in rows if row["Action"] == "Notice to Comply"
                   and row["Severity"] in ("S - Significant", "C - Crucial")]
        for row in rows:
            if row["Action"] in ENFORCEMENT and any(
                    notice < row["day"] <= notice + 60 for notice in notices):
                found.add((shop, row["Inspection ID"]))
    return found
