"""Runs scripts of `clockstop sql` on an engine, to compare its answers with those of the laptop.

In: the name of the engine, and a file of jobs, one JSON object. Out: for each table that a job asks for, a file of JSON
lines, a row each, its values as text.

A job is {"name", "script", "load": {table: {"file", "columns"}}, "give": {table: file}}. `load` makes a table of text from a
CSV without headings, with the column `id`: the number of the row, from 0. `sql` in a job is a list of single queries whose first
row goes to the file `rows`, an error as {"error": …}.

Needs `pip install duckdb` or `pip install pyspark==4.0.*` and Java 17.
"""

import csv
import json
import sys
import time


def statements(path):
    """The statements of a script: each ends in a semicolon on a line of its own."""
    with open(path, encoding="utf-8", newline="\n") as script:
        parts = script.read().split("\n;\n")
    return [part for part in parts if any(line and not line.startswith("--") for line in part.split("\n"))]


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [[cell if cell != "" else None for cell in row] for row in csv.reader(file)]


def text(value):
    """A value as text: numbers without needless zeros, dates as CCYY-MM-DD."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


class DuckDb:
    def __init__(self):
        import duckdb

        self.connection = duckdb.connect()
        self.version = duckdb.__version__

    def run(self, sql):
        self.connection.execute(sql)

    def load(self, table, file, columns):
        import pyarrow

        rows = rows_of(file)
        data = {"id": list(range(len(rows)))}
        for at, name in enumerate(columns):
            data[name] = pyarrow.array([row[at] if at < len(row) else None for row in rows], pyarrow.string())
        frame = pyarrow.table(data)
        self.connection.register("given", frame)
        self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM given")
        self.connection.unregister("given")

    def rows(self, sql):
        result = self.connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row)) for row in result.fetchall()]

    def tables(self):
        return sorted(row["table_name"] for row in self.rows("SELECT table_name FROM information_schema.tables"))


class Spark:
    def __init__(self):
        import tempfile

        import pyspark
        from pyspark.sql import SparkSession

        folder = tempfile.mkdtemp()
        self.session = (
            SparkSession.builder.master("local[2]")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "4g")
            .config("spark.sql.warehouse.dir", folder)
            .config("spark.sql.ansi.enabled", "true")
            .getOrCreate()
        )
        self.session.sparkContext.setLogLevel("ERROR")
        self.version = pyspark.__version__

    def run(self, sql):
        self.session.sql(sql)

    def load(self, table, file, columns):
        import pyarrow

        rows = rows_of(file)
        data = {"id": list(range(len(rows)))}
        for at, name in enumerate(columns):
            data[name] = pyarrow.array([row[at] if at < len(row) else None for row in rows], pyarrow.string())
        path = file + ".parquet"
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.table(data), path)
        self.session.sql(f"DROP TABLE IF EXISTS {table}")
        self.session.read.parquet(path).repartition(3).write.saveAsTable(table)

    def rows(self, sql):
        return [row.asDict() for row in self.session.sql(sql).collect()]

    def tables(self):
        return sorted(row["tableName"] for row in self.rows("SHOW TABLES"))


def main():
    engine = {"duckdb": DuckDb, "spark": Spark}[sys.argv[1]]()
    with open(sys.argv[2], encoding="utf-8") as file:
        jobs = json.load(file)
    print(f"{sys.argv[1]} {engine.version}", flush=True)
    for job in jobs:
        began = time.time()
        for table, given in job.get("load", {}).items():
            engine.load(table, given["file"], given["columns"])
        for number, sql in enumerate(statements(job["script"]) if "script" in job else []):
            try:
                engine.run(sql)
            except Exception as error:
                if job.get("may_fail"):
                    with open(job["may_fail"], "w", encoding="utf-8") as out:
                        out.write(str(error))
                    break
                sys.exit(f"{job['name']}, statement {number + 1}:\n{sql[:1500]}\n…\n{str(error)[:3000]}")
        for table, path in job.get("give", {}).items():
            with open(path, "w", encoding="utf-8") as out:
                for row in engine.rows(f"SELECT * FROM {table}"):
                    out.write(json.dumps({name: text(value) for name, value in row.items()}, ensure_ascii=False) + "\n")
        if "sql" in job:
            with open(job["rows"], "w", encoding="utf-8") as out:
                for sql in job["sql"]:
                    try:
                        row = {name: text(value) for name, value in engine.rows(sql)[0].items()}
                    except Exception as error:
                        row = {"error": str(error)[:300]}
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
        if "tables" in job:
            with open(job["tables"], "w", encoding="utf-8") as out:
                json.dump(engine.tables(), out)
        print(f"{job['name']}: {time.time() - began:.1f} s", flush=True)


main()
