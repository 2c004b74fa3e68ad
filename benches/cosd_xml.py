#!/usr/bin/env python3
"""Times COSD as XML, read, checked and written, against a bare quick-xml pass over the same files.

Run from the project's folder, after `cargo build --release`:

    python3 benches/cosd_xml.py [--rows 10000 100000] [--runs 3]

Makes synthetic COSD files with faults (the same bytes each time) in a temporary folder, and builds the bare
pass (`benches/bare_xml`, which needs nothing but quick-xml). Then it runs the bare pass, `clockstop check`
(all findings written) and `clockstop run` (findings, workbooks and XML written) in turn, `--runs` times. Each
figure is the median of whole processes: wall and processor seconds, and peak memory. Ratios are to the bare
pass of the same turn.

Needs Python 3.9 and cargo, on Linux or macOS; nothing is sent anywhere.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from whole_process import timed  # noqa: E402

BARE = Path(__file__).parent / "bare_xml" / "Cargo.toml"
TARGET = Path("target") / "bare_xml"
HEADINGS = ["tumours", "MB", "command", "wall s", "processor s", "peak MiB", "wall / bare", "processor / bare"]


def bare_pass():
    """The program of the bare pass, built."""
    build = ["cargo", "build", "--release", "--quiet", "--manifest-path", BARE, "--target-dir", TARGET]
    subprocess.run(build, check=True)
    return TARGET / "release" / "bare_xml"


def median_of(turns, name, number):
    return statistics.median(turn[name][number] for turn in turns)


def lines(program, bare, rows, runs, folder):
    """The lines of the table for one number of tumours."""
    made = folder / f"cosd-{rows}"
    cosd = ["--data-set", "cosd"]
    synth = [program, "synth", *cosd, "--source", "cosd_xml", "--rows", str(rows), "--seed", "1", "--faults", "-o", made]
    subprocess.run(synth, check=True, capture_output=True)
    files = sorted(made.rglob("*.xml"))
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    day = ["--as-at", "2026-11-10"]
    by_name = {
        "bare quick-xml pass": [bare, *files],
        "check": [program, "check", made, *cosd, *day, "--format", "csv", "-o", folder / "findings.csv"],
        "run": [program, "run", made, *cosd, *day, "--month", "2026-09", "--provider", "RZZ", "--out", folder / "out"],
    }
    turns = [{name: timed(command) for name, command in by_name.items()} for _ in range(runs)]
    for name in by_name:
        wall, processor, peak = (median_of(turns, name, number) for number in range(3))
        against = [
            statistics.median(turn[name][number] / turn["bare quick-xml pass"][number] for turn in turns)
            for number in range(2)
        ]
        yield [f"{rows:,}", f"{megabytes:.0f}", name, f"{wall:.2f}", f"{processor:.2f}", f"{peak:.0f}"] + [
            f"{ratio:.2f}" for ratio in against
        ]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--program", type=Path, default=Path("target/release/clockstop"))
    arguments.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args()
    if not given.program.exists():
        sys.exit(f"`{given.program}` is not there: run `cargo build --release` first")
    bare = bare_pass()
    print(f"{os.cpu_count()} cores, {sys.platform}\n")
    print(f"| {' | '.join(HEADINGS)} |")
    print("| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for rows in given.rows:
            for cells in lines(given.program, bare, rows, given.runs, Path(folder)):
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
