"""Each rewrite of the script is needed: with one left out, the self-test of `rules/traps` shows it, or the engine refuses.

    python traps.py ENGINE CLOCKSTOP FOLDER

Runs the self-test of the trap rules as it is printed (it must give no row), then once more for each rewrite, with that one
taken back in the printed text. Exits with 1 if a rewrite could be left out unnoticed.
"""

import os
import re
import subprocess
import sys

from engines import engine, statements

HERE = os.path.dirname(os.path.abspath(__file__))

# What is left out, the engines, the printed form, and what stands there without the rewrite.
LEFT_OUT = [
    ("letters taken off the end", ("spark",), r"TRIM\(TRAILING 'X-' FROM (\w+)\)", r"RTRIM(\1, 'X-')"),
    ("NULL in CONCAT", ("spark",), r"CONCAT\(COALESCE\(CAST\(word AS STRING\), ''\)[^()]*COALESCE\(CAST\('/' AS STRING\), ''\), "
     r"COALESCE\(CAST\(other AS STRING\), ''\)\)", "CONCAT(word, '/', other)"),
    ("apostrophe", ("spark",), r"'children\\'s'", "'children''s'"),
    ("backslash", ("spark",), r"word = 'a\\\\nb'", r"word = 'a\\nb'"),
    ("COUNT(DISTINCT) over a window", ("spark",), r"SIZE\(COLLECT_SET\((\w+)\) OVER", r"(COUNT(DISTINCT \1) OVER"),
    ("a pattern by its name", ("duckdb",), r"REGEXP_MATCHES\(word, '\[0-9\]", r"REGEXP_FULL_MATCH(word, '[0-9]"),
    ("a text that is no number", ("duckdb", "spark"), r"TRY_CAST", "CAST"),
    ("days between dates", ("spark",), r"DATEDIFF\(last_day, first_day\)", "DATEDIFF(first_day, last_day)"),
    ("days between dates", ("duckdb",), r"DATE_DIFF\('day', first_day, last_day\)", "DATE_DIFF('day', last_day, first_day)"),
    ("month of a date", ("duckdb", "spark"), r"LEFT\(CAST\(first_day AS (?:VARCHAR|STRING)\), 7\)", "MONTH(first_day)"),
    ("week of a date", ("duckdb",), r"ISODOW\(first_day\)", "(1 + (DATE_DIFF('day', DATE '1970-01-01', first_day) + 3) % 7)"),
    ("week of a date", ("spark",), r"WEEKDAY\(first_day\)", "((DATEDIFF(first_day, DATE '1970-01-01') + 3) % 7)"),
    ("a name in double quotes", ("spark",), r"`word` = 'a'", "\"word\" = 'a'"),
    ("NULL in the order of a window", ("duckdb", "spark"), r"ORDER BY first_day NULLS FIRST", "ORDER BY first_day NULLS LAST"),
    ("capitals", ("duckdb",), r"traps_test_upper\(", "UPPER("),
]


def wrong(db, script):
    """How many examples came out otherwise, or the engine's error."""
    try:
        for sql in statements(script):
            db.run(sql)
        return db.rows("SELECT COUNT(*) AS wrong FROM traps_wrong")[0]["wrong"]
    except Exception as error:
        return str(error).split("\n")[0][:90]


def main():
    name, program, folder = sys.argv[1:4]
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"traps_{name}.sql")
    subprocess.run([program, "sql", "--dialect", name, "--rules", os.path.join(HERE, "rules"), "--data-set", "traps", "--self-test",
                    "-o", path], check=True, capture_output=True)
    script = open(path, encoding="utf-8").read()
    db = engine(name)
    plain = wrong(db, script)
    print(f"{name} {db.version}: {plain} examples differ", flush=True)
    bad = plain != 0
    if bad and isinstance(plain, int):
        for row in db.rows("SELECT * FROM traps_wrong"):
            print("  ", row)
    for what, engines, printed, without in LEFT_OUT:
        if name not in engines:
            continue
        changed, count = re.subn(printed, without, script)
        if count == 0:
            print(f"  {what}: the script does not hold {printed}")
            bad = True
            continue
        said = wrong(db, changed)
        print(f"  without the rewrite of {what}: {said}", flush=True)
        bad |= said == 0
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
