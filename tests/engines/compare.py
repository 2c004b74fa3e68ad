"""The answers of an engine beside those of the laptop: findings, the four counts of each check, waits, published lines.

    python compare.py ENGINE CLOCKSTOP FOLDER [ROWS]

ENGINE is `duckdb` or `spark`, CLOCKSTOP the program, FOLDER a folder to work in, ROWS the number of records of each input.
Prints a line a comparison, and exits with 1 if anything differs.
"""

import collections
import csv
import json
import os
import subprocess
import sys
import time
import tomllib

from engines import engine, statements, table_of

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = os.path.join(HERE, "..", "..", "rules")
AS_AT = "2026-03-31"
# The columns that both give. `pathway` differs by design: the script has no keyed pseudonym.
FINDING = ["check", "severity", "fields"]
SUMMARY = ["severity", "passed", "failed", "not_assessed", "not_applicable"]
WAIT = ["standard", "counted", "reason", "start", "stop", "adjustment", "days", "within", "month", "route", "stage",
        "cancer_type", "modality_group", "org_code", "share", "share_within"]


def text(value):
    """A value as text: numbers without needless zeros, dates as CCYY-MM-DD."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # Eight digits: a share of thirds may differ in the last bit.
        return f"{value:.8g}"
    return str(value)


def laptop(program, arguments):
    """The rows that a command of the program gives."""
    done = subprocess.run([program, *arguments, "--format", "json"], capture_output=True, text=True, encoding="utf-8")
    if done.returncode not in (0, 1):
        sys.exit(f"clockstop {' '.join(arguments)}:\n{done.stderr}")
    return json.loads(done.stdout)


def lines(rows, columns, record=None):
    """Rows as a bag of tuples of text; `record` says how the number of the record is worked out."""
    return collections.Counter(
        ((record(row),) if record else ()) + tuple(text(row[name]) for name in columns) for row in rows
    )


def same(name, ours, theirs):
    """Says how many lines there are and how many differ; shows the first that do."""
    missing, extra = ours - theirs, theirs - ours
    differ = sum(missing.values()) + sum(extra.values())
    print(f"  {name}: {sum(ours.values())} lines, {differ} differ", flush=True)
    for word, some in (("only the laptop", missing), ("only the engine", extra)):
        for line in sorted(some, key=str)[:5]:
            print(f"    {word}: {line}")
    return differ


def at_file(row):
    """The id of a record: its row in the file, from 0."""
    return row["row"] - 1


def put_through(db, program, folder, name, file, options, more=None):
    """Loads a file into the engine, runs the script over it, and returns how many seconds that took."""
    source = tomllib.load(open(os.path.join(RULES, "sources", "ncwtmds.toml"), "rb"))
    table = f"given_{name}"
    began = time.time()
    db.load(table, table_of(file, source["columns"], more))
    script = os.path.join(folder, f"{name}.sql")
    dialect = type(db).__name__.lower()
    printed = ["sql", "--dialect", dialect, "--records", table, "--record-id", "id", "--as-at", AS_AT, *options]
    subprocess.run([program, *printed, "-o", script], check=True, capture_output=True)
    for sql in statements(open(script, encoding="utf-8").read()):
        db.run(sql)
    return time.time() - began


def two_trusts(db, program, folder, file):
    """A table with the files of two trusts: each record is judged for the trust that submitted it."""
    with open(file, encoding="utf-8", newline="") as given:
        count = sum(1 for _ in csv.reader(given))
    trust = ["RZZ" if record % 3 else "X09" for record in range(count)]
    took = put_through(db, program, folder, "two_trusts", file, ["--provider-column", "trust"], {"trust": trust})
    print(f"two trusts in one table ({took:.1f} s on the engine)", flush=True)
    findings = []
    for code in ("RZZ", "X09"):
        of_code = laptop(program, ["check", file, "--as-at", AS_AT, "--provider", code])
        findings += [row for row in of_code if row["row"] is not None and trust[at_file(row)] == code]
    return same("findings", lines(findings, FINDING, at_file),
                lines(db.rows("SELECT * FROM cwt_findings"), FINDING, lambda row: row["record"]))


def ids_that_are_none(db, program, folder, file):
    """A record id that is missing or stands twice stops the script, before it gives an answer."""
    bad = 0
    source = tomllib.load(open(os.path.join(RULES, "sources", "ncwtmds.toml"), "rb"))
    script = os.path.join(folder, "ids.sql")
    dialect = type(db).__name__.lower()
    subprocess.run([program, "sql", "--dialect", dialect, "--records", "given_ids", "--record-id", "id", "--as-at", AS_AT,
                    "-o", script], check=True, capture_output=True)
    for word, first in (("missing", None), ("repeated", 1)):
        table = table_of(file, source["columns"])
        ids = [first, *range(1, table.num_rows)]
        import pyarrow

        db.load("given_ids", table.set_column(0, "id", pyarrow.array(ids, pyarrow.int64())))
        try:
            for sql in statements(open(script, encoding="utf-8").read()):
                db.run(sql)
            print(f"a {word} record id: the script ran to its end", flush=True)
            bad += 1
        except Exception as error:
            said = [line for line in str(error).split("\n") if "record" in line][:1]
            print(f"a {word} record id stops the script: {said}", flush=True)
            bad += not said
    return bad


def compare(db, program, folder, name, file, options):
    """Compares all answers over one file, and returns how many lines differ."""
    took = put_through(db, program, folder, name, file, options)
    ours = lambda command, *more_options: laptop(program, [command, file, "--as-at", AS_AT, *options, *more_options])
    print(f"{name} {' '.join(options)} ({took:.1f} s on the engine)", flush=True)
    findings = [row for row in ours("check") if row["row"] is not None]
    differ = same("findings", lines(findings, FINDING, at_file),
                  lines(db.rows("SELECT * FROM cwt_findings"), FINDING, lambda row: row["record"]))
    of_check = lambda row: row["check"]
    counts = db.rows("SELECT * FROM cwt_summary")
    judged = {row["check"] for row in counts}
    # A check of a file as a whole cannot be judged in a table.
    summary = [row for row in ours("check", "--summary") if row["check"] in judged]
    if len(summary) < 80:
        sys.exit(f"only {len(summary)} checks are in both summaries")
    differ += same("counts", lines(summary, SUMMARY, of_check), lines(counts, SUMMARY, of_check))
    differ += same("waits", lines(ours("waits"), WAIT, at_file),
                   lines(db.rows("SELECT * FROM cwt_waits"), WAIT, lambda row: row["record"]))
    published = ours("performance")
    given = db.rows("SELECT * FROM cwt_performance")
    columns = [column for column in published[0] if column in given[0] and column not in ("Org_Name", "Parent_Org")]
    differ += same("published lines", lines(published, columns), lines(given, columns))
    kept = [table for table in db.tables() if "step" in table]
    if kept:
        sys.exit(f"steps that hold identifiers were left: {kept}")
    return differ


def main():
    name, program, folder = sys.argv[1:4]
    rows = sys.argv[4] if len(sys.argv) > 4 else "20000"
    os.makedirs(folder, exist_ok=True)
    believable, odd = os.path.join(folder, "believable.csv"), os.path.join(folder, "odd.csv")
    subprocess.run([program, "synth", "--rows", rows, "--seed", "7", "--faults", "-o", believable], check=True,
                   capture_output=True)
    subprocess.run([sys.executable, os.path.join(HERE, "odd.py"), believable, "5", odd], check=True)
    db = engine(name)
    print(f"{name} {db.version}", flush=True)
    differ = compare(db, program, folder, "believable", believable, [])
    differ += compare(db, program, folder, "odd", odd, [])
    if name == "duckdb":
        # Spark plans each script for half a minute: what does not depend on the engine is compared on one.
        differ += compare(db, program, folder, "odd_of_one", odd, ["--provider", "RZZ"])
        differ += two_trusts(db, program, folder, odd)
    differ += ids_that_are_none(db, program, folder, believable)
    print(f"{differ} lines differ")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
