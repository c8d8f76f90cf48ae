"""A real Spark cluster, one master and one worker on 127.0.0.1, against the command: the same findings, posts and scores.

    python spark_cluster.py COMMAND PACKAGE WHEEL [POSTS]

COMMAND is the binary, PACKAGE the folder that holds the unpacked package (for this driver), WHEEL the wheel (for the
workers, which must not have it installed: it travels by spark.archives). POSTS is the size of the large table, 200,000
without it. Prints what it compared and how long each way took, as one JSON object on the last line.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from demonstration import DEMO, flat

SEAT = "127.0.0.1"
PORT = "17077"
# Of the judged posts; their findings are compared as a table of their own.
POSTS = """post_id, creator, platform, posted_at, text_sha256, language_tag, language_confidence, language_mixed,
commercial_label, commercial_score, commercial_evidence, commercial_soft, disclosure_state, disclosure_reasons,
disclosure_axes_present, disclosure_axes_clear, disclosure_axes_placed, disclosure_axes_language,
disclosure_axes_sustained, disclosure_platform_label, product, claims, unseen, flags, captured_at, likes, followers,
ai_label"""


def tables(folder: Path, size: int) -> dict[str, Path]:
    """The demonstration, and the same over and over under fresh ids: every creator comes again in a hundred shapes."""
    demo = [flat(json.loads(line)) for line in DEMO.read_text("utf-8").splitlines()]
    large = []
    for number in range(size):
        turn, place = divmod(number, len(demo))
        post = dict(demo[place])
        post["id"] = f"{post.get('id')}-{turn}"
        for name in ("author_id", "author_handle"):
            if post.get(name):
                post[name] = f"{post[name]}-{turn % 100}"
        large.append(post)
    out = {}
    names = list(dict.fromkeys(name for post in demo for name in post))
    schema = pa.table({name: [post.get(name) for post in demo] for name in names}).schema
    for name, posts in (("demo", demo), ("large", large)):
        rows = pa.Table.from_pylist(posts, schema=schema)
        # Reading order: which of two versions of a post counts. Spark keeps none of its own.
        rows = rows.append_column("reading_order", pa.array(range(1, len(rows) + 1), pa.int64()))
        pq.write_table(rows, folder / f"{name}.parquet", row_group_size=10_000)
        out[name] = folder / f"{name}.parquet"
    return out


def cpu() -> float:
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


class Cluster:
    """A master and a worker, ended with the block."""

    def __init__(self, folder: Path):
        import pyspark

        home = Path(pyspark.__file__).parent
        self.environment = {name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME") if name in os.environ}
        self.environment |= {
            "SPARK_HOME": str(home), "SPARK_LOCAL_IP": SEAT, "SPARK_WORKER_DIR": str(folder / "work"),
            "SPARK_LOCAL_DIRS": str(folder / "local"), "PYSPARK_PYTHON": sys.executable,
        }
        self.run, self.log, self.started = home / "bin/spark-class", folder / "spark.log", []

    def _start(self, *arguments: str):
        log = self.log.open("ab")
        command = [self.run, *arguments]
        self.started.append(subprocess.Popen(command, env=self.environment, stdout=log, stderr=log))

    def _wait(self, words: str):
        for _ in range(240):
            if words in self.log.read_text("utf-8", errors="replace"):
                return
            time.sleep(0.5)
        raise TimeoutError(f"{words!r} never stood in\n{self.log.read_text('utf-8', errors='replace')}")

    def __enter__(self):
        deploy = "org.apache.spark.deploy"
        self._start(f"{deploy}.master.Master", "--host", SEAT, "--port", PORT, "--webui-port", "0")
        self._wait("New state: ALIVE")
        self._start(f"{deploy}.worker.Worker", "--host", SEAT, "--webui-port", "0", "-c", "2", "-m", "2g",
                    f"spark://{SEAT}:{PORT}")
        self._wait("Successfully registered with master")
        return self

    def __exit__(self, *_):
        for process in reversed(self.started):
            process.terminate()
            process.wait(60)


def same(what: str, ours: str, theirs: str, columns: str = "*") -> int:
    """Both tables hold the same rows, as often; gives how many."""
    sides = [f"SELECT {columns} FROM '{path}'" for path in (ours, theirs)]
    counts = [duckdb.sql(f"SELECT count(*) FROM ({side})").fetchall()[0][0] for side in sides]
    assert counts[0] == counts[1] > 0, (what, counts)
    for a, b in (sides, sides[::-1]):
        only = duckdb.sql(f"{a} EXCEPT ALL {b} LIMIT 2").fetchall()
        assert not only, (what, only)
    return counts[0]


def main(command: str, package: str, wheel: str, size: str = "200000") -> None:
    with tempfile.TemporaryDirectory(prefix="minhbach-spark-") as folder:
        print(json.dumps(compare(Path(folder), command, package, wheel, size)))


def compare(folder: Path, command: str, package: str, wheel: str, size: str) -> dict:
    sys.path.insert(0, package)
    import minhbach
    import minhbach.spark as mb
    from pyspark.sql import SparkSession

    told: dict = {"posts": int(size)}
    files = tables(folder, int(size))
    for name, file in files.items():
        before, start = cpu(), time.perf_counter()
        subprocess.run([command, "scan", "--quiet", "--threads", "2", file, "--out", folder / name], check=True)
        told[f"command_{name}_wall_s"] = time.perf_counter() - start
        told[f"command_{name}_cpu_s"] = cpu() - before
        subprocess.run([command, "export", "--quiet", folder / name, "--to", "parquet", "--out", folder / f"{name}-tables"],
                       check=True)

    detector = minhbach.Detector()
    before, start = time.process_time(), time.perf_counter()
    rows = 0
    for batch in pq.ParquetFile(files["large"]).iter_batches(8192):
        rows += pa.record_batch(detector.scan_batch(batch)).num_rows
    assert rows == int(size)
    told |= {"python_cpu_s": time.process_time() - before, "python_wall_s": time.perf_counter() - start}

    archive = shutil.copy(wheel, folder / "minhbach.zip")
    before, start = cpu(), time.perf_counter()
    with Cluster(folder):
        spark = (
            SparkSession.builder.master(f"spark://{SEAT}:{PORT}")
            .config("spark.driver.bindAddress", SEAT).config("spark.driver.host", SEAT)
            .config("spark.executor.memory", "1g").config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "8").config("spark.archives", f"{archive}#minhbach_wheel")
            # Row groups are the units: without this a small file is one task.
            .config("spark.sql.files.maxPartitionBytes", "1m")
            .getOrCreate()
        )
        told["spark_start_wall_s"] = time.perf_counter() - start
        with_archive = {"archive": "minhbach_wheel"}

        load = mb._loader(None, "minhbach_wheel")

        def where(_):
            yield sys.modules[type(load()).__module__].__file__

        homes = spark.sparkContext.parallelize([0], 1).mapPartitions(where).collect()
        assert "minhbach_wheel" in homes[0] and package not in homes[0], homes

        for name, file in files.items():
            start = time.perf_counter()
            posts = spark.read.parquet(str(file))
            told[f"spark_{name}_tasks"] = posts.rdd.getNumPartitions()
            scanned = mb.scan(posts, keep=("reading_order",), **with_archive)
            out = f"{folder}/spark-{name}"
            scanned.write.parquet(f"{out}-scanned")
            told[f"spark_{name}_scan_wall_s"] = time.perf_counter() - start
            start = time.perf_counter()
            scanned = spark.read.parquet(f"{out}-scanned")
            mb.findings(scanned).write.parquet(f"{out}-findings")
            mb.creators(scanned, **with_archive).write.parquet(f"{out}-creators")
            told[f"spark_{name}_creators_wall_s"] = time.perf_counter() - start
            ours = folder / f"{name}-tables"
            told[f"same_posts_{name}"] = same("posts", f"{ours}/posts.parquet", f"{out}-scanned/*.parquet", POSTS)
            told[f"same_findings_{name}"] = same("findings", f"{ours}/findings.parquet", f"{out}-findings/*.parquet")
            told[f"same_creators_{name}"] = same("creators", f"{ours}/creators.parquet", f"{out}-creators/*.parquet")
        # Judged once more, now that everything is warm, and counted only.
        start = time.perf_counter()
        mb.scan(spark.read.parquet(str(files["large"])), **with_archive).write.format("noop").mode("overwrite").save()
        told["spark_warm_wall_s"] = time.perf_counter() - start
        spark.stop()
    told["spark_whole_cpu_s"] = cpu() - before
    return told


if __name__ == "__main__":
    main(*sys.argv[1:])
