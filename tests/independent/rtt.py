"""An independent calculation of RTT clocks: random sequences of status events, walked through one event after another.

Shares no code with the program. Usage: python3 rtt.py PROGRAM [PATHWAYS] [SEED]
For each of several days it compares the lines that `clockstop waits --data-set rtt` counts, and every row of the tables `weeks` and
`bands` of `clockstop list weeks`, with those worked out here; any difference is printed and the exit code is 1. Plain Python,
synthetic data only.
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
FIRST = datetime.date(2024, 1, 8)
HEADINGS = ["pathway_identifier", "pathway_issuer", "referral_received_date", "referral_priority", "appointment_accepted_date",
            "event_date", "event_type", "rtt_status", "measurement_type", "period_start_date", "period_end_date", "death_date",
            "waiting_list_date", "provider", "treatment_function"]
STOPS = ["30", "31", "32", "33", "34", "35", "36"]
TYPES = ["outpatient", "admission", "diagnostic", "listing", "decision", "transfer", "other"]


def pathway(rng, number):
    """Events of one pathway: mostly believable, with every disorder that a PAS gives."""
    received = FIRST + DAY * rng.randrange(900)
    priority = rng.choice(["1", "2", "3", ""])
    function = rng.choice(["100", "101", "104", ""])
    issuer = rng.choice(["RZZ", ""])
    day, events = received, []
    for _ in range(rng.randrange(1, 9)):
        day += DAY * rng.choice([0, 0, 1, 7, 20, 35, 60, 90, 200])
        code = rng.choices(["10", "11", "12", "20", "21", "99", "90", "91", "92", "98"] + STOPS,
                           [12, 8, 4, 25, 4, 2, 5, 5, 2, 2, 14, 4, 5, 8, 5, 2, 1])[0]
        event = {"pathway_identifier": f"P{number}", "pathway_issuer": issuer, "referral_priority": priority,
                 "event_date": day, "event_type": rng.choice(TYPES), "rtt_status": code,
                 "provider": rng.choices(["RZZ", "RZZ01", "RXX", ""], [70, 15, 12, 3])[0], "treatment_function": function,
                 "measurement_type": rng.choices(["01", "", "09"], [80, 15, 5])[0]}
        if rng.random() < 0.95:
            event["referral_received_date"] = received
        if rng.random() < 0.05:
            event["referral_received_date"] = day - DAY * rng.randrange(30)
        if rng.random() < 0.15:
            event["appointment_accepted_date"] = day - DAY * rng.randrange(20)
        if rng.random() < 0.05:
            event["period_start_date"] = day - DAY * rng.randrange(-3, 60)
        if code in STOPS and rng.random() < 0.1:
            event["period_end_date"] = day - DAY * rng.randrange(5)
        if code == "36" and rng.random() < 0.7:
            event["death_date"] = day - DAY * rng.randrange(5)
        if rng.random() < 0.15:
            event["waiting_list_date"] = day + DAY * rng.randrange(-10, 10)
        events.append(event)
    return events


def earliest(days):
    return min((day for day in days if day), default=None)


def expected(events, as_at):
    """The counted waits of one pathway: a walk through its events, and at each stop a new period."""
    happened = sorted((event for event in events if event["event_date"] <= as_at),
                      key=lambda event: (event["event_date"], event["rtt_status"] in STOPS, event["row"]))
    found, period, before = [], [], None
    for event in happened:
        code = event["rtt_status"]
        period.append(event)
        has_run = any(runs(other) for other in period[:-1])
        if code in STOPS and not runs(event) and not (code == "33" and has_run):
            found += wait(period, event, before, as_at)
            period, before = [], event
    if period:
        found += wait(period, None, before, as_at)
    return found


def runs(event):
    code = event["rtt_status"]
    return code in ("10", "11", "12", "20", "21", "99") or (code == "33" and event["referral_priority"] == "3")


def stop_day(event):
    death = event.get("death_date") if event["rtt_status"] == "36" else None
    return event.get("period_end_date") or death or event["event_date"]


def start_day(period, before):
    """The recorded start; else what the first event of the clock, or the stop before it, says."""
    recorded = earliest(event.get("period_start_date") for event in period)
    if recorded:
        return recorded
    of = lambda code: [event for event in period if event["rtt_status"] == code]
    first = next(event for event in period if runs(event) or event["rtt_status"] in STOPS)
    if before is None:
        if first["rtt_status"] == "11":
            return first["event_date"]
        return earliest(event.get("referral_received_date") for event in period)
    if before["rtt_status"] == "33":
        return earliest(event.get("appointment_accepted_date") for event in period) or stop_day(before)
    if of("11"):
        return of("11")[0]["event_date"]
    referred = [event["referral_received_date"]
                if event.get("referral_received_date") and event["referral_received_date"] > stop_day(before)
                else event["event_date"] for event in of("12")]
    return earliest(referred) or earliest(event["event_date"] for event in of("10"))


def wait(period, stop, before, as_at):
    """At most one wait of a period, with the parts of the return that count it."""
    clocked = [event for event in period if runs(event) or event["rtt_status"] in STOPS]
    if not clocked:
        return []
    carrier = stop or clocked[-1]
    # A first appointment that was missed and never booked again: no clock runs that a discharge could end.
    booked_again = any(event.get("appointment_accepted_date") or event.get("period_start_date") for event in period)
    if before is not None and before["rtt_status"] == "33" and clocked == [stop] and stop["rtt_status"] in ("34", "35", "36") and not booked_again:
        return []
    if before is not None and before["rtt_status"] != "33" and not any(e["rtt_status"] in ("10", "11", "12") for e in period):
        return []
    if carrier["measurement_type"] not in ("01", "") or not carrier["provider"]:
        return []
    if stop and stop["rtt_status"] == "33":
        return []
    if not stop and [event for event in period if runs(event) or may_stop(event)][-1]["rtt_status"] == "21":
        return []
    start = start_day(period, before)
    end = stop_day(stop) if stop else as_at
    if not start or end < start:
        return []
    days = (end - start).days
    if stop:
        part = "Part_1A" if stop["rtt_status"] == "30" and stop["event_type"] == "admission" else "Part_1B"
    else:
        part = "Part_2"
    line = (carrier["row"], start, stop and end, days, days // 7 < 18 or days == 126, f"{end:%Y-%m}", carrier["provider"][:3])
    listed = any(e["event_type"] == "listing" or (e.get("waiting_list_date") and e["waiting_list_date"] <= as_at)
                 for e in clocked)
    parts = [part] + (["Part_2A"] if part == "Part_2" and listed else [])
    return [(line, parts, carrier["treatment_function"] or "Not known")]


def may_stop(event):
    return event["rtt_status"] in STOPS


def rows(program, folder, *command):
    run = [program, *command, os.path.join(folder, "events.csv"), "--data-set", "rtt"]
    done = subprocess.run(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return csv.DictReader(done.stdout.splitlines())


def counted(program, folder, as_at):
    parts = {"RTT-1A": "Part_1A", "RTT-1B": "Part_1B", "RTT-2": "Part_2"}
    for row in rows(program, folder, "waits", "--as-at", str(as_at)):
        if row["counted"] == "yes":
            yield (int(row["row"]), parts[row["standard"]], row["start"], row["stop"], int(row["days"]), row["within"],
                   row["month"], row["org_code"])


def tables(waits):
    """The tables `weeks` and `bands` of the same waits."""
    weeks, bands = collections.defaultdict(list), collections.Counter()
    for (_, _, _, days, _, month, trust), parts, function in waits:
        for part in parts:
            for name in (function, "C_999"):
                weeks[month, trust, part, name].append(days)
                week = min(104, max(0, days - 1) // 7)
                label = "Gt 104 Weeks" if week == 104 else f"Gt {week:02d} To {week + 1:02d} Weeks"
                bands[month, trust, part, name, label] += 1
    lines = collections.Counter()
    for key, days in weeks.items():
        over = [sum(1 for wait in days if wait > 7 * limit) for limit in (18, 52, 65, 78, 104)]
        median = sorted(days)[(len(days) + 1) // 2 - 1]
        lines[key + (len(days), *over, median, max(days))] += 1
    return lines, bands


def shown(program, folder, as_at):
    command = ["list", "weeks", "--as-at", str(as_at)]
    names = ["month", "provider", "part", "treatment_function"]
    numbers = ["pathways", "over_18", "over_52", "over_65", "over_78", "over_104", "median_days", "longest_days"]
    weeks, bands = collections.Counter(), collections.Counter()
    for row in rows(program, folder, *command, "--table", "weeks"):
        weeks[tuple(row[name] for name in names) + tuple(int(row[number]) for number in numbers)] += 1
    for row in rows(program, folder, *command, "--table", "bands"):
        bands[tuple(row[name] for name in names) + (row["band"],)] += int(row["pathways"])
    return weeks, bands


def main():
    program = sys.argv[1]
    pathways, seed = (int(text) for text in (sys.argv[2:] + ["4000", "1"][len(sys.argv) - 2:])[:2])
    rng = random.Random(seed)
    wholes = [pathway(rng, number) for number in range(pathways)]
    events = [event for whole in wholes for event in whole]
    rng.shuffle(events)
    for number, event in enumerate(events):
        event["row"] = number + 2
    wrong = compared = 0
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "events.csv"), "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADINGS] + [[event.get(name) or "" for name in HEADINGS] for event in events])
        for as_at in (datetime.date(2025, 3, 31), datetime.date(2026, 2, 10), datetime.date(2027, 12, 31)):
            waits = [wait for whole in wholes for wait in expected(whole, as_at)]
            ours = collections.Counter(
                (row, parts[0], str(start), str(stop or ""), days, "yes" if within else "no", month, trust)
                for (row, start, stop, days, within, month, trust), parts, _ in waits)
            pairs = [(ours, collections.Counter(counted(program, folder, as_at)))]
            pairs += list(zip(tables(waits), shown(program, folder, as_at)))
            for mine, theirs in pairs:
                compared += sum(mine.values())
                for sign, lines in (("missing", mine - theirs), ("too many", theirs - mine)):
                    wrong += sum(lines.values())
                    for line in sorted(lines, key=str)[:5]:
                        print(as_at, sign, *line)
    print(f"{len(events)} events of {pathways} pathways: {compared} lines and pathways compared, {wrong} differ")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
