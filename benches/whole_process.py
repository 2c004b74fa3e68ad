#!/usr/bin/env python3
"""Times whole commands against a bare read of the same file, in turn, and prints one table.

Run from the project's folder, after `cargo build --release`:

    python3 benches/whole_process.py [--rows 10000 100000 1000000] [--runs 3]

Makes synthetic upload files with faults (the same bytes each time) in a temporary folder. For each size it
runs polars' bare read of the file as text, then `clockstop check`, `waits` and `performance`, `--runs`
times in turn. Each figure is the median of whole processes: wall and processor seconds, and peak memory, as
the operating system counts them for the finished process. Ratios are to the bare read of the same turn.

Needs Python 3.9 and polars from PyPI (`pip install polars`), on Linux or macOS; nothing is sent anywhere.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE_READ = "import sys, polars; polars.read_csv(sys.argv[1], has_header=False, infer_schema=False)"
AS_AT = ["--as-at", "2026-11-10", "--provider", "RZZ"]


def timed(command):
    """Wall seconds, processor seconds and peak memory in MiB of one process."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    message = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    code = os.waitstatus_to_exitcode(status)
    # 1: records with errors were found, which is an answer.
    if code not in (0, 1):
        sys.exit(f"`{' '.join(map(str, command))}` ended with {code}: {message.decode(errors='replace')}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit


def commands(program, records, out):
    """The commands by name, the bare read first."""
    ours = lambda name: [program, name, records, *AS_AT, "-o", out]
    return {
        "bare read (polars)": [sys.executable, "-c", BARE_READ, records],
        "check": [*ours("check"), "--format", "csv"],
        "waits": ours("waits"),
        "performance": ours("performance"),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--program", type=Path, default=Path("target/release/clockstop"))
    arguments.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args()
    if not given.program.exists():
        sys.exit(f"`{given.program}` is not there: run `cargo build --release` first")
    try:
        import polars
    except ImportError:
        sys.exit("polars is not installed, so there is no bare read to compare with: `pip install polars`")
    print(f"polars {polars.__version__}, {os.cpu_count()} cores, {sys.platform}\n")
    headings = ["records", "command", "wall s", "processor s", "peak MiB"]
    headings += ["wall / bare read", "processor / bare read"]
    print(f"| {' | '.join(headings)} |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for rows in given.rows:
            records, out = Path(folder) / f"{rows}.csv", Path(folder) / "out.csv"
            synth = [given.program, "synth", "--rows", str(rows), "--faults", "-o", records]
            subprocess.run(synth, check=True, capture_output=True)
            by_name = commands(given.program, records, out)
            turns = [{name: timed(command) for name, command in by_name.items()} for _ in range(given.runs)]
            bare = next(iter(by_name))
            for name in by_name:
                of_name = [turn[name] for turn in turns]
                pairs = [zip(turn[name], turn[bare]) for turn in turns]
                ratios = [[figure / of_bare for figure, of_bare in pair] for pair in pairs]
                wall, processor, peak = (statistics.median(figures) for figures in zip(*of_name))
                of_wall, of_processor, _ = (statistics.median(figures) for figures in zip(*ratios))
                print(
                    f"| {rows:,} | {name} | {wall:.2f} | {processor:.2f} | {peak:,.0f} "
                    f"| {of_wall:.2f} | {of_processor:.2f} |",
                    flush=True,
                )
            records.unlink()


if __name__ == "__main__":
    main()
