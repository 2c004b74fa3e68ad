"""An independent calculation of the steps of timed pathways: random pathways, tests, meetings and reports, judged one by one.

Shares no code with the program. Usage: python3 milestones.py PROGRAM LOOKUPS [PATHWAYS] [SEED]
LOOKUPS is rules/cwt/lookups: the days of the steps and what shows them are settings, read from there. For each of several days
every row of `clockstop milestones` is compared with those worked out here; any difference is printed and the exit code is 1. Plain
Python, synthetic data only.
"""

import collections
import csv
import datetime
import os
import random
import subprocess
import sys
import tempfile

DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2026, 6, 1)
RECORD = ["CARE_ID", "NHS_NUMBER", "CRTP_START_DATE", "SOURCE_OF_REFERRAL", "PRIORITY_TYPE", "CANCER_REFERRAL_TYPE", "DATE_FIRST_SEEN",
          "SITE_FIRST_SEEN", "FDP_END_DATE", "FDP_END_REASON", "SITE_FDP_END", "CTP_START_DATE", "TREATMENT_START_DATE",
          "TREATMENT_EVENT_TYPE", "TREATMENT_MODALITY"]
EVENT = ["event_key", "event_type", "event_name", "event_status", "care_id", "requested_date", "booked_date", "done_date", "reported_date"]
SCANS = {"CT chest": "ct", "MRI pelvis": "mri", "PET-CT whole body": "pet", "Chest X-ray": "chest x-ray", "CT colonography": "ct colonography",
         "Ultrasound neck": None}
NUMBERS = ["judged", "on_time", "late", "overdue", "reached", "to_come", "not_needed", "not_known"]


def pathway(rng, number, types):
    start = FIRST + DAY * rng.randrange(90)
    whole = {"id": str(number), "start": start, "type": rng.choice(types), "events": []}
    after = lambda most, share: start + DAY * rng.randrange(most) if rng.random() < share else None
    whole.update(seen=after(25, 0.9), told=after(60, 0.75), reason=rng.choice(["01", "02"]), decision=after(70, 0.4), treated=after(110, 0.35))
    for _ in range(rng.randrange(7)):
        kind = rng.choice(["mdt", "imaging", "imaging", "pathology", "endoscopy", "appointment"])
        event = {"event_type": kind, "event_name": {"imaging": rng.choice(list(SCANS)), "pathology": rng.choice(["Colon biopsy", "Molecular panel"])}.get(kind, "")}
        asked = start + DAY * rng.randrange(-40 if rng.random() < 0.2 else -2, 50)
        event["event_status"] = rng.choices(["reported", "done", "booked", "cancelled", "missed"], [50, 30, 10, 5, 5])[0]
        if rng.random() < 0.8:
            event["requested_date"] = asked
        if event["event_status"] in ("reported", "done") and rng.random() < 0.9:
            event["done_date"] = asked + DAY * rng.randrange(20)
        if event["event_status"] == "reported":
            event["reported_date"] = event.get("done_date", asked) + DAY * rng.randrange(12)
        if event["event_status"] in ("booked", "missed"):
            event["booked_date"] = asked + DAY * rng.randrange(30)
        # Exports begin on days of their own: meetings three weeks after the first pathway, pathology five.
        begins = FIRST + DAY * {"mdt": 21, "pathology": 35}.get(kind, -60)
        if all(event[name] >= begins for name in event if name.endswith("_date")):
            whole["events"].append(event)
    return whole


def happenings(whole, as_at):
    """What has happened by the end of the day, as (what, day)."""
    by_now = lambda day: day is not None and day <= as_at
    found = [("start", whole["start"])]
    for what, day in (("seen", whole["seen"]), ("told", whole["told"]), ("decision", whole["decision"]), ("treatment", whole["treated"])):
        if by_now(day):
            found.append((what, day))
    for event in whole["events"]:
        if event["event_status"] in ("cancelled", "missed") or not by_now(event.get("requested_date", as_at)):
            continue
        reported = event.get("reported_date") if by_now(event.get("reported_date")) else None
        done = event.get("done_date") if by_now(event.get("done_date")) else reported
        kind = event["event_type"]
        scan = (SCANS[event["event_name"]] or "imaging") if kind == "imaging" else None
        sample = "molecular" if "Molecular" in event["event_name"] else "pathology"
        if done:
            names = {"mdt": ["mdt"], "endoscopy": ["endoscopy"], "appointment": ["clinic"], "pathology": ["biopsy"], "imaging": ["scan", scan]}
            found += [(name, done) for name in names[kind]]
        if reported and kind in ("imaging", "pathology"):
            found.append(((scan or sample) + " report", reported))
        if scan and event.get("requested_date"):
            found.append((scan + " request", event["requested_date"]))
    return found


def standing(step, whole, days, early, known, as_at):
    """How a step stands, and the day on which it was reached. `early`: evidence that may come before the referral."""
    begun = min(days.get(step["measured_from"], []), default=None)
    due = begun and begun + DAY * int(step["target_day"])
    from_start = step["measured_from"] == "start" and step["evidence"] in early
    reached = min((day for day in days.get(step["evidence"], []) if from_start or (begun and day >= begun)), default=None)
    has = lambda name: bool(days.get(name))
    ruled_out = has("told") and whole["reason"] == "02"
    if not (known(step["evidence"]) and known(step["measured_from"])):
        return "no data", None
    step_day = (reached - begun).days if reached else None
    if reached:
        return ("on_time" if reached <= due else "late"), step_day
    if has("treatment") or ruled_out or (step["overtaken_by"] and has(step["overtaken_by"])):
        return "not_needed", None
    if step["step_key"] == "told" and (has("told") or has("decision")):
        return "not_needed", None
    if due is None:
        return "not begun", None
    return ("overdue" if due < as_at else "to_come"), None


def expected(wholes, lookups, as_at):
    rows = lambda name: list(csv.DictReader(open(os.path.join(lookups, name), encoding="utf-8")))
    evidence = collections.defaultdict(list)
    for row in rows("milestone_evidence.csv"):
        evidence[row["evidence"]].append(row)
    kinds = {event["event_type"] for whole in wholes for event in whole["events"]}
    known = lambda name: any(not row["event_type"] or row["event_type"] in kinds for row in evidence[name])
    # The first day that the files report of each kind: what came before it is not in them.
    first_day = {}
    for event in (event for whole in wholes for event in whole["events"]):
        day = next((event[name] for name in ("done_date", "reported_date", "booked_date", "requested_date") if event.get(name)), None)
        if day:
            first_day[event["event_type"]] = min(day, first_day.get(event["event_type"], day))

    def covered(step, days):
        shown = [row["event_type"] for row in evidence[step["evidence"]]]
        begins = [first_day[kind] for kind in shown if kind in first_day]
        begun = min(days.get(step["measured_from"], []), default=None)
        return "" in shown or not begins or begun is None or begun >= max(begins)

    early = {name for name, shown in evidence.items() if any(row["days_before"] not in ("", "0") for row in shown)}
    steps = collections.defaultdict(dict)
    for row in rows("milestones.csv"):
        if row["in_use"] == "yes" and row["target_day"]:
            steps[row["timed_pathway"]][row["step_key"]] = row
    timed = {row["site"]: row["timed_pathway"] for row in rows("milestone_sites.csv")}
    lines, reached_on = collections.defaultdict(collections.Counter), collections.defaultdict(list)
    for whole in wholes:
        if whole["start"] > as_at:
            continue
        site = whole["site"]
        own = {**steps["GENERIC"], **steps[timed.get(site, "GENERIC")]}
        days = collections.defaultdict(list)
        for what, day in happenings(whole, as_at):
            for name, shown in evidence.items():
                # Tests of an earlier illness count for nothing; some may come a little before the referral.
                earliest = lambda row: datetime.date.min if row["days_before"] == "" else whole["start"] - DAY * int(row["days_before"])
                if any(row["happening"] == what and day >= earliest(row) for row in shown):
                    days[name].append(day)
        for key, step in own.items():
            if key == "transfer":
                continue
            how, step_day = standing(step, whole, days, early, known, as_at)
            if how in ("no data", "not begun"):
                continue
            if how != "not_needed" and not covered(step, days):
                how, step_day = "not_known", None
            for place in [site] + (["ALL SITES"] if key in steps["GENERIC"] else []):
                line = (f"{whole['start']:%Y-%m}", place, key)
                lines[line][how] += 1
                if step_day is not None:
                    reached_on[line].append(step_day)
    for line, count in lines.items():
        judged = count["on_time"] + count["late"] + count["overdue"]
        if judged + count["to_come"] + count["not_known"]:
            median = sorted(reached_on[line])[(len(reached_on[line]) + 1) // 2 - 1] if reached_on[line] else None
            share = round(count["on_time"] / judged, 9) if judged else None
            reached = count["on_time"] + count["late"]
            yield line + (judged, count["on_time"], count["late"], count["overdue"], reached, count["to_come"], count["not_needed"], count["not_known"], median, share)


def shown(program, folder, as_at):
    files = [os.path.join(folder, name) for name in ("records.csv", "events.csv")]
    done = subprocess.run([program, "milestones", *files, "--as-at", str(as_at)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    for row in csv.DictReader(done.stdout.splitlines()):
        yield (row["month"], row["site"], row["step_key"], *(int(row[name]) for name in NUMBERS),
               int(row["median_day"]) if row["median_day"] else None, round(float(row["share_on_time"]), 9) if row["share_on_time"] else None)


def write(path, headings, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings] + [[row.get(name) or "" for name in headings] for row in rows])


def main():
    program, lookups = sys.argv[1:3]
    pathways, seed = (int(text) for text in (sys.argv[3:] + ["2000", "1"][len(sys.argv) - 3:])[:2])
    rng = random.Random(seed)
    sites = {row["cancer_referral_type"]: row["site"] for row in csv.DictReader(open(os.path.join(lookups, "ptl_sites.csv"), encoding="utf-8"))}
    wholes = [pathway(rng, number, sorted(sites)) for number in range(pathways)]
    records, events = [], []
    for whole in wholes:
        whole["site"] = sites[whole["type"]]
        told = whole["told"]
        records.append(dict(zip(RECORD, [whole["id"], f"999{int(whole['id']):07d}", whole["start"], "03", "3", whole["type"], whole["seen"],
                                         whole["seen"] and "RZZ01", told, told and whole["reason"], told and "RZZ01", whole["decision"],
                                         whole["treated"], whole["treated"] and "01", whole["treated"] and "23"])))
        for event in whole["events"]:
            events.append({"event_key": len(events), "care_id": whole["id"], **event})
    wrong = compared = 0
    with tempfile.TemporaryDirectory() as folder:
        write(os.path.join(folder, "records.csv"), RECORD, records)
        write(os.path.join(folder, "events.csv"), EVENT, [{**event, "event_key": f"E{event['event_key']}"} for event in events])
        for as_at in (datetime.date(2026, 7, 15), datetime.date(2026, 9, 1), datetime.date(2027, 3, 31)):
            ours = collections.Counter(expected(wholes, lookups, as_at))
            theirs = collections.Counter(shown(program, folder, as_at))
            compared += sum(ours.values())
            for sign, lines in (("missing", ours - theirs), ("too many", theirs - ours)):
                wrong += sum(lines.values())
                for line in sorted(lines, key=str)[:6]:
                    print(as_at, sign, *line)
    print(f"{len(events)} events of {pathways} pathways: {compared} rows compared, {wrong} differ")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
