#!/usr/bin/env python3
"""Times `clockstop check` beside other programs over the same records, in turn, and prints one table.

Run from the project's folder, after `cargo build --release`:

    pip install polars duckdb dataframely pointblank
    python3 benches/beside_others.py [--rows 100000 1000000] [--runs 3]

What is compared, each as a whole process that reads the file and writes what it found:

- polars' bare read of the file as text, which finds nothing: all ratios are to it;
- `clockstop check` with all checks of the waiting times;
- the same rulebook on DuckDB, by `clockstop sql --dialect duckdb`: findings, and the views that they need;
- the *form checks* in dataframely and pointblank: of each field its length and, if it has a code list, its
  codes; of each date that it can be read. These programs have no rulebook of waiting times, and a check that
  compares records, dates or lists by date would have to be written by hand for them. The table says how many
  checks each ran.

Needs Python 3.9 or later, on Linux or macOS; nothing is sent anywhere. A program that is not installed is left
out with a word.
"""

import argparse
import csv
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from whole_process import AS_AT, BARE_READ, timed

RULES = Path("rules")


def columns():
    """The fields of an upload file, in order."""
    return tomllib.loads((RULES / "sources/ncwtmds.toml").read_text())["columns"]


def form_checks():
    """By field: its least and most characters, its codes or None, whether it is a date."""
    checks = {}
    with open(RULES / "cwt/fields.csv", newline="") as file:
        for field in csv.DictReader(file):
            codes = None
            # A site may have any code; its list only holds the default codes.
            if field["code_list"] and field["type"] == "code":
                with open(RULES / f"cwt/codes/{field['code_list']}.csv", newline="") as file_of_codes:
                    codes = [line["code"] for line in csv.DictReader(file_of_codes)]
            length = (int(field["min_length"] or 0), int(field["max_length"] or 10_000))
            checks[field["name"]] = (*length, codes, field["type"] == "date")
    return {name: checks[name] for name in columns() if name in checks}


def how_many(checks):
    return sum(1 + (codes is not None) + is_date for _, _, codes, is_date in checks.values())


def read_with_polars(path):
    import polars

    frame = polars.read_csv(path, has_header=False, infer_schema=False)
    return frame.rename(dict(zip(frame.columns, columns())))


def with_dataframely(path, out):
    import dataframely as dy

    def column(least, most, codes, is_date):
        check = {}
        if codes is not None:
            check["code"] = lambda expr: expr.is_in(codes)
        if is_date:
            check["date"] = lambda expr: expr.is_null() | expr.str.to_date("%Y-%m-%d", strict=False).is_not_null()
        return dy.String(nullable=True, min_length=least, max_length=most, check=check or None)

    fields = {name: column(*facts) for name, facts in form_checks().items()}
    records = read_with_polars(path).select(list(fields))
    _, failures = type(dy.Schema)("Upload", (dy.Schema,), fields).filter(records)
    failures.details().write_csv(out)


def with_pointblank(path, out):
    import pointblank as pb

    validation = pb.Validate(read_with_polars(path))
    for name, (least, most, codes, is_date) in form_checks().items():
        validation = validation.col_vals_regex(name, f"^.{{{least},{most}}}$", na_pass=True)
        if codes is not None:
            validation = validation.col_vals_in_set(name, [*codes, None])
        if is_date:
            validation = validation.col_vals_regex(
                name, r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", na_pass=True
            )
    Path(out).write_text(validation.interrogate().get_json_report())


def with_duckdb(path, out, script):
    import duckdb

    names = ", ".join(f"'{name}'" for name in columns())
    engine = duckdb.connect()
    engine.execute(
        "CREATE TABLE upload AS SELECT row_number() OVER () AS id, * FROM "
        f"read_csv('{path}', header = false, all_varchar = true, parallel = true, names = [{names}])"
    )
    engine.execute(Path(script).read_text())
    engine.execute(f"COPY (SELECT * FROM cwt_findings) TO '{out}' (HEADER)")


def installed(module):
    return importlib.util.find_spec(module) is not None


def commands(program, records, out, folder):
    """The commands by name, the bare read first, each with the number of checks that it runs."""
    this = [sys.executable, __file__]
    form = how_many(form_checks())
    summary = subprocess.run(
        [program, "check", records, *AS_AT, "--summary", "--format", "csv"], capture_output=True, text=True
    )
    all_checks = max(len(summary.stdout.splitlines()) - 1, 0)
    by_name = {
        "bare read (polars)": (0, [sys.executable, "-c", BARE_READ, records]),
        "clockstop check": (all_checks, [program, "check", records, *AS_AT, "--format", "csv", "-o", out]),
    }
    others = {"duckdb": all_checks, "dataframely": form, "pointblank": form}
    for module, checks in others.items():
        if not installed(module):
            print(f"{module} is not installed: left out", file=sys.stderr)
            continue
        more = []
        if module == "duckdb":
            script = folder / "rulebook.sql"
            sql = [program, "sql", "--dialect", "duckdb", "--records", "upload", "--record-id", "id", *AS_AT]
            subprocess.run([*sql, "-o", script], check=True, capture_output=True)
            more = [script]
        by_name[module] = (checks, [*this, "--as", module, records, out, *more])
    return by_name


def compare(given):
    print(f"{os.cpu_count()} cores, {sys.platform}\n")
    print("| records | program | checks | wall s | processor s | peak MiB | wall / bare read | processor / bare read |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for rows in given.rows:
            records, out = folder / f"{rows}.csv", folder / "out.csv"
            synth = [given.program, "synth", "--rows", str(rows), "--faults", "-o", records]
            subprocess.run(synth, check=True, capture_output=True)
            by_name = commands(given.program, records, out, folder)
            turns = [
                {name: timed(command) for name, (_, command) in by_name.items()} for _ in range(given.runs)
            ]
            bare = next(iter(by_name))
            for name, (checks, _) in by_name.items():
                wall, processor, peak = (statistics.median(of) for of in zip(*(turn[name] for turn in turns)))
                ratios = [[of / of_bare for of, of_bare in zip(turn[name], turn[bare])] for turn in turns]
                of_wall, of_processor, _ = (statistics.median(of) for of in zip(*ratios))
                print(
                    f"| {rows:,} | {name} | {checks} | {wall:.2f} | {processor:.2f} | {peak:,.0f} "
                    f"| {of_wall:.2f} | {of_processor:.2f} |",
                    flush=True,
                )
            records.unlink()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--program", type=Path, default=Path("target/release/clockstop"))
    arguments.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--as", dest="other", help=argparse.SUPPRESS)
    arguments.add_argument("files", nargs="*", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.other:
        of = {"duckdb": with_duckdb, "dataframely": with_dataframely, "pointblank": with_pointblank}
        return of[given.other](*given.files)
    if not given.program.exists():
        sys.exit(f"`{given.program}` is not there: run `cargo build --release` first")
    if not installed("polars"):
        sys.exit("polars is not installed, so there is no bare read to compare with: `pip install polars`")
    compare(given)


if __name__ == "__main__":
    main()
