"""DuckDB and Spark behind one small interface: run a statement, load a table of text, give rows.

`pip install duckdb pyarrow` or `pip install pyspark pyarrow` and Java 17.
"""

import csv
import tempfile


def statements(script):
    """The statements of a script: each ends in a semicolon on a line of its own."""
    parts = script.split("\n;\n")
    return [part for part in parts if any(line and not line.startswith("--") for line in part.split("\n"))]


def table_of(file, columns, more=None):
    """A file without headings as a table of text, blank cells as NULL; `id` is the number of the row, from 0.

    `more` has further columns of text: by name, a list of the values of all rows."""
    import pyarrow

    with open(file, encoding="utf-8", newline="") as given:
        rows = list(csv.reader(given))
    data = {"id": list(range(len(rows)))}
    for at, name in enumerate(columns):
        cells = [row[at] if at < len(row) and row[at] != "" else None for row in rows]
        data[name] = pyarrow.array(cells, pyarrow.string())
    for name, cells in (more or {}).items():
        data[name] = pyarrow.array(cells, pyarrow.string())
    return pyarrow.table(data)


class DuckDb:
    def __init__(self):
        import duckdb

        self.connection = duckdb.connect()
        self.version = duckdb.__version__

    def run(self, sql):
        self.connection.execute(sql)

    def load(self, name, table):
        self.connection.register("given", table)
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM given")
        self.connection.unregister("given")

    def rows(self, sql):
        result = self.connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row)) for row in result.fetchall()]

    def tables(self):
        return sorted(row["table_name"] for row in self.rows("SELECT table_name FROM information_schema.tables"))


class Spark:
    def __init__(self, ansi=True):
        import pyspark
        from pyspark.sql import SparkSession

        self.folder = tempfile.mkdtemp()
        self.session = (
            SparkSession.builder.master("local[2]")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "4g")
            .config("spark.sql.warehouse.dir", self.folder)
            .config("spark.sql.ansi.enabled", str(ansi).lower())
            .getOrCreate()
        )
        self.session.sparkContext.setLogLevel("ERROR")
        self.version = pyspark.__version__

    def run(self, sql):
        self.session.sql(sql)

    def load(self, name, table):
        import pyarrow.parquet

        path = f"{self.folder}/{name}.parquet"
        pyarrow.parquet.write_table(table, path)
        self.session.sql(f"DROP TABLE IF EXISTS {name}")
        # Three parts in another order: Spark keeps no order of rows, and no answer may hang on it.
        self.session.read.parquet(path).repartition(3).write.saveAsTable(name)

    def rows(self, sql):
        return [row.asDict() for row in self.session.sql(sql).collect()]

    def tables(self):
        return sorted(row["tableName"] for row in self.rows("SHOW TABLES"))


def engine(name):
    return {"duckdb": DuckDb, "spark": Spark}[name]()
