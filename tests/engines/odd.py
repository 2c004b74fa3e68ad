"""Records with odd cells: what exports hold now and then, and what engines read otherwise than the laptop.

In: an upload file without headings (`clockstop synth --source ncwtmds`). Out: the same file with one cell in sixteen replaced,
and one record in twenty repeated with a change. The same bytes for the same seed.
"""

import csv
import random
import sys

# Dates in other forms, at the ends of the calendar and of no calendar; spaces of all kinds; quotes, backslashes and braces;
# letters with several capitals and of other alphabets; numbers that are none; texts at their longest.
CELLS = [
    "2026-02-29", "2024-02-29", "1900-02-29", "1799-12-31", "1800-01-01", "2999-12-31", "3000-01-01", "9999-12-31",
    "0240-01-01", "20260101", "2026-01", "2026-1-1", "2026-01-01T10:00:00", "2026-01-01 00:00:00", "01/02/2026",
    "2026-13-01", "2026-00-10", "２０２６-01-01", "+2026-01-01", "epoch", "infinity", "now", "today",
    "1969-12-28", "1969-12-29", "1970-01-01",
    "\u00a0", "\u2003x\u2003", "\u200b03", "03\u00a0", "\u202803", "\tRZZ01", "RZZ01\x0b", "\u008503",
    "O'Brien", "''", "'", '"', "a\\b", "\\", "{field}", "${x}", "$x", "%", "_", "--", "/*", ";", "x;y",
    "rzz01", "RZZ01 ", "rzz", "c509", "C50.9", "C50X", "X61--", "X-", "-X", "C61X-", "XX", "D05X", "---",
    "03.0", "3", "003", "1e2", "5.5", " 5 ", "+5", "-5", "0", "00", "999", "1000", "2147483648", "99999999999999999999",
    "٣", "０３", "NaN", "inf", "true", "NULL", "null", "None", "N/A", "-", "?",
    "ŉm01", "ﬁx01", "İzmir", "ıstanbul", "Ⅷ", "ǆ", "e\u0301", "é", "😀", "日本語", "ａ", "Ω", "ς",
    "9990000000", "9999999999", "0000000000", "999 000 0000", "١٢٣٤٥٦٧٨٩٠",
    "x" * 255, "x" * 256, "é" * 255, "😀" * 128, "x" * 4001,
]


def spoil(rows, chance):
    """One in sixteen cells replaced; now and then a record follows again, with one more cell replaced."""
    out = []
    for row in rows:
        odd = [chance.choice(CELLS) if chance.random() < 1 / 16 else cell for cell in row]
        out.append(odd)
        if chance.random() < 1 / 20:
            again = list(odd)
            again[chance.randrange(len(again))] = chance.choice(CELLS)
            out.append(again)
    return out


def main():
    given, seed, to = sys.argv[1:]
    with open(given, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with open(to, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(spoil(rows, random.Random(int(seed))))


if __name__ == "__main__":
    main()
