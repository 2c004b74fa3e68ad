"""Runs a script of `clockstop sql --self-test` on an engine: the table that it ends in must have no row.

    python self_test.py ENGINE SCRIPT TABLE
"""

import sys

from engines import engine, statements


def main():
    name, script, table = sys.argv[1:]
    db = engine(name)
    for sql in statements(open(script, encoding="utf-8").read()):
        db.run(sql)
    wrong = db.rows(f"SELECT * FROM {table}")
    print(f"{name} {db.version}: {len(wrong)} examples differ in {table}")
    for row in wrong[:20]:
        print("  ", row)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
