"""An independent calculation of waits: pathways are made as a whole, sent as split records, and counted again.

Shares no code with the program. Usage: python3 merge.py PROGRAM FIELDS_CSV [PATHWAYS] [SEED]
For each of several days it compares the lines that `clockstop waits` counts with those worked out here from the whole
pathway; any difference is printed and the exit code is 1. Plain Python, synthetic data only.
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
FIRST = datetime.date(2026, 1, 5)
TRUSTS = ["RZZ01", "RZ801", "RXX02", "RYY03"]
GROUPS = {"C341": "Lung", "C504": "Breast", "C61": "Urological - Prostate", "C187": "Lower Gastrointestinal"}
MODALITY = {"23": "Surgery", "02": "Anti-cancer drug regimen", "05": "Radiotherapy", "08": "Other"}
# (investigation within 38, treatment within 24, whole within 62): shares of the investigating and the treating trust
SHARES = {
    (1, 1, 1): (0.5, 0.5), (1, 0, 1): (0.5, 0.5), (0, 1, 1): (0, 1),
    (1, 0, 0): (0, 1), (0, 1, 0): (1, 0), (0, 0, 0): (0.5, 0.5),
}


def pathway(rng):
    """One whole pathway: its shared items, its ends of the Faster Diagnosis part, its treatments."""
    start = FIRST + DAY * rng.randrange(120)
    kind = rng.choices(["usc", "breast", "screening", "upgrade", "upgrade17", "routine", "blank"], [40, 8, 12, 15, 8, 9, 8])[0]
    shared = {"crtp_start_date": start}
    priority = {"usc": "3", "breast": "3", "screening": "2", "upgrade": "1", "upgrade17": "1", "routine": "1"}.get(kind)
    source = {"usc": "03", "breast": "03", "screening": "17", "upgrade": "05", "upgrade17": "17", "routine": "05"}.get(kind)
    if priority and not (kind == "upgrade17" and rng.random() < 0.5):
        shared["priority_type"] = priority
    if source and not (kind in ("usc", "upgrade") and rng.random() < 0.2):
        shared["source_of_referral"] = source
    shared["cancer_referral_type"] = "16" if kind == "breast" else rng.choice(["01", "03", "07", "11"])
    if rng.random() < 0.9:
        shared["date_first_seen"] = start + DAY * rng.randrange(0, 25)
        shared["site_first_seen"] = rng.choice(TRUSTS)
    if rng.random() < 0.3:
        shared["wta_first_seen_days"] = rng.randrange(0, 12)
    if kind.startswith("upgrade"):
        shared["consultant_upgrade_date"] = start + DAY * rng.randrange(0, 30)
        if rng.random() < 0.7:
            shared["site_consultant_upgrade"] = rng.choice(TRUSTS)
    ends = []
    for _ in range(rng.choices([0, 1, 2], [25, 60, 15])[0]):
        reason = rng.choice(["01", "02", "02", "03", "04"])
        end = {"fdp_end_date": start + DAY * rng.randrange(0, 70), "fdp_end_reason": reason, "site_fdp_end": rng.choice(TRUSTS)}
        if reason == "03":
            end["fdp_exclusion_reason"] = rng.choice(["01", "02"])
        ends.append(end)
    if len(ends) == 2 and ends[0]["fdp_end_date"] == ends[1]["fdp_end_date"]:
        ends.pop()  # of two on one day the first in the file counts: the order is shuffled here
    treatments = []
    for number in range(rng.choices([0, 1, 2], [25, 60, 15])[0]):
        decided = start + DAY * rng.randrange(-2 if rng.random() < 0.05 else 0, 75)
        one = {
            "ctp_start_date": decided,
            "treatment_start_date": decided + DAY * rng.randrange(0, 60),
            "site_treatment_start": rng.choice(TRUSTS),
            "treatment_event_type": "02" if number else rng.choice(["01", "01", "01", "07", "12"]),
            "treatment_modality": rng.choices(["23", "02", "05", "08", "98"], [30, 30, 20, 15, 5])[0],
            "primary_diagnosis_icd": rng.choices(list(GROUPS) + ["D126"], [25, 25, 20, 25, 5])[0],
        }
        if rng.random() < 0.25:
            one["wta_treatment_days"] = rng.randrange(0, 15)
        treatments.append(one)
    if treatments and rng.random() < 0.4:
        shared["ipt_org_referring"] = rng.choice(TRUSTS)
        if rng.random() < 0.7:
            shared["ipt_org_receiving"] = treatments[0]["site_treatment_start"] if rng.random() < 0.8 else rng.choice(TRUSTS)
        if rng.random() < 0.85:
            shared["ipt_received_date"] = start + DAY * rng.randrange(0, 80)
    return shared, ends, treatments


def split(rng, number, whole):
    """The records of a pathway: every shared item on one record or more, ends and treatments each on their own or joined."""
    shared, ends, treatments = whole
    key = {"nhs_number": "9990000018", "ppi": f"P{number}", "org_ppi_issuer": "RZZ"}
    records = [dict(key) for _ in range(rng.randrange(1, 5))]
    homes = [dict(key, **one) for one in treatments]
    for end in ends:
        free = [record for record in homes + records if "fdp_end_date" not in record]
        home = rng.choice(free) if free else None
        if home is None:
            home = dict(key)
            records.append(home)
        home.update(end)
    transfer = [name for name in shared if name.startswith("ipt_")]
    for name, value in shared.items():
        if name in transfer:
            continue
        places = rng.sample(records + homes, rng.randrange(1, len(records + homes) + 1))
        for place in places:
            place[name] = value
    # A transfer is one part: a treatment record's own is of that treatment, so that every treatment has it, or a record beside.
    if transfer:
        aside = rng.random() < 0.6
        for place in [rng.choice(records)] if aside else homes:
            place.update({name: shared[name] for name in transfer})
    everything = homes + records
    rng.shuffle(everything)
    return everything


def route_of(shared, as_at):
    upgrade = shared.get("consultant_upgrade_date")
    upgrade = upgrade if upgrade and upgrade <= as_at else None
    priority, is_17 = shared.get("priority_type"), shared.get("source_of_referral") == "17"
    if priority == "3" and not is_17 and not upgrade:
        return "Breast Symptomatic" if shared["cancer_referral_type"] == "16" else "Urgent Suspected Cancer", None
    if priority == "2" and is_17:
        return "Screening", None
    if upgrade and (not is_17 or priority in (None, "1")):
        return "Consultant Upgrade", upgrade
    return None, upgrade


def expected(number, whole, as_at):
    shared, ends, treatments = whole
    route, upgrade = route_of(shared, as_at)
    start, seen, part = shared["crtp_start_date"], shared.get("date_first_seen"), shared.get("wta_first_seen_days", 0)
    lines = []

    def line(standard, begun, stop, adjustment, limit, month, org, share):
        days = (stop - begun).days - adjustment
        lines.append((f"RZZ/P{number}", standard, str(begun), str(stop), adjustment, days, days <= limit,
                      str(month)[:7], route or "", org[:3], float(share)))

    if ends and route and route != "Consultant Upgrade":
        end = min(ends, key=lambda end: end["fdp_end_date"])
        decisions = [one["ctp_start_date"] for one in treatments if one["ctp_start_date"] >= start]
        stop = min([end["fdp_end_date"]] + decisions)
        days = (stop - start).days - part
        died_late = end.get("fdp_exclusion_reason") == "01" and days > 28
        if end["fdp_end_date"] <= as_at and days >= 0 and stop >= start and (end["fdp_end_reason"] != "03" or died_late):
            line("FDS", start, stop, part, 28, end["fdp_end_date"], end["site_fdp_end"], 1)
    for one in treatments:
        decided, treated, own = one["ctp_start_date"], one["treatment_start_date"], one.get("wta_treatment_days", 0)
        if treated > as_at or one["primary_diagnosis_icd"] not in GROUPS or one["treatment_modality"] == "98":
            continue
        site = one["site_treatment_start"]
        if (treated - decided).days - own >= 0:
            line("31D", decided, treated, own, 31, treated, site, 1)
        if one["treatment_event_type"] == "02" or not route:
            continue
        is_upgrade = route == "Consultant Upgrade"
        if not is_upgrade and "site_first_seen" not in shared:
            continue
        begun = upgrade if is_upgrade else start
        first = part if not is_upgrade or (seen and upgrade <= seen) else 0
        days = (treated - begun).days - first - own
        if treated < begun or days < 0:
            continue
        sender = shared.get("ipt_org_referring") or (is_upgrade and shared.get("site_consultant_upgrade")) or shared.get("site_first_seen")
        if not sender or sender[:3] == site[:3]:
            line("62D", begun, treated, first + own, 62, treated, site, 1)
            continue
        received, to = shared.get("ipt_received_date"), shared.get("ipt_org_receiving")
        shares = (0.5, 0.5)
        if "ipt_org_referring" in shared and received and begun <= received <= treated and (not to or to[:3] == site[:3]):
            inside = (received - begun).days - first <= 38, (treated - received).days - own <= 24, days <= 62
            shares = SHARES.get(tuple(map(int, inside)), None)
        for org, share in zip((sender, site), shares or ()):
            if share:
                line("62D", begun, treated, first + own, 62, treated, org, share)
    return lines


def counted(program, upload, as_at):
    run = [program, "waits", upload, "--source", "ncwtmds", "--as-at", str(as_at)]
    out = subprocess.run(run, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    for row in csv.DictReader(out.splitlines()):
        if row["counted"] == "yes":
            yield (row["pathway"], row["standard"], row["start"], row["stop"], int(row["adjustment"]), int(row["days"]),
                   row["within"] == "yes", row["month"], row["route"], row["org_code"], float(row["share"]))


def main():
    program, fields = sys.argv[1:3]
    pathways, seed = (int(text) for text in (sys.argv[3:] + ["4000", "1"][len(sys.argv) - 3:])[:2])
    names = [row["name"] for row in csv.DictReader(open(fields, encoding="utf-8")) if row["seq"]]
    rng = random.Random(seed)
    wholes = [pathway(rng) for _ in range(pathways)]
    records = [record for number, whole in enumerate(wholes) for record in split(rng, number, whole)]
    rng.shuffle(records)
    wrong = compared = 0
    with tempfile.TemporaryDirectory() as folder:
        upload = os.path.join(folder, "upload.csv")
        with open(upload, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[record.get(name, "") for name in names] for record in records])
        month = [datetime.date(2026, 5, 1) + DAY * day for day in range(0, 31, 5)]
        for as_at in month + [datetime.date(2027, 12, 31)]:
            ours = collections.Counter(line for number, whole in enumerate(wholes) for line in expected(number, whole, as_at))
            theirs = collections.Counter(counted(program, upload, as_at))
            compared += sum(ours.values())
            for sign, lines in (("missing", ours - theirs), ("too many", theirs - ours)):
                wrong += sum(lines.values())
                for line in sorted(lines)[:5]:
                    print(as_at, sign, *line)
    print(f"{len(records)} records of {pathways} pathways: {compared} counted lines compared, {wrong} differ")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
