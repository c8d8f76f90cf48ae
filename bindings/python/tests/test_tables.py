"""One function for pyarrow, Polars, DuckDB and pandas, and files that they all read."""

import duckdb
import minhbach
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

detector = minhbach.Detector()
FLAT = [name for name in pa.schema(minhbach.schema()).names if name not in ("findings", "error")]


@pytest.fixture(scope="module")
def judged(table) -> pa.Table:
    return pa.table(detector.scan_batch(table))


@pytest.fixture(scope="module")
def found(judged) -> pa.Table:
    rows = [finding for findings in judged["findings"].to_pylist() for finding in findings]
    return pa.Table.from_pylist(rows, schema=pa.schema(judged.schema.field("findings").type.value_type))


def test_rows_are_those_of_the_command(judged, found, run):
    assert judged.schema.equals(pa.schema(minhbach.schema()))
    posts = pq.read_table(run / "posts.parquet")
    assert judged.select(FLAT).to_pylist() == posts.select(FLAT).to_pylist()
    assert [[f["rule"] for f in row] for row in judged["findings"].to_pylist()] == posts["findings"].to_pylist()
    assert found.to_pylist() == pq.read_table(run / "findings.parquet").to_pylist()


def test_scores_are_those_of_the_command(judged, run):
    creators = pq.read_table(run / "creators.parquet").to_pylist()
    assert pa.table(pa.record_batch(detector.score(judged))).to_pylist() == creators
    day = creators[0]["criteria_transparency_window_as_of"]
    assert pa.record_batch(detector.score(judged, as_of=day)).to_pylist() == creators
    backwards = judged.take(list(range(len(judged)))[::-1])
    backwards = backwards.append_column("reading_order", pa.array(range(len(judged))[::-1], pa.int64()))
    assert pa.record_batch(detector.score(backwards)).to_pylist() == creators
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        detector.score(judged, as_of="hôm qua")
    with pytest.raises(ValueError, match="post_id"):
        detector.score(pa.table({"text": ["x"]}))


def test_a_record_batch_gives_a_record_batch(table, judged):
    batch = table.combine_chunks().to_batches()[0]
    out = detector.scan_batch(batch)
    assert hasattr(out, "__arrow_c_array__")
    assert pa.record_batch(out).to_pylist() == judged.to_pylist()


def test_a_stream_is_judged_as_it_is_read(table):
    read = 0

    def batches():
        nonlocal read
        for batch in table.to_batches(max_chunksize=100):
            read += 1
            yield batch

    reader = pa.RecordBatchReader.from_batches(table.schema, batches())
    out = pa.RecordBatchReader.from_stream(detector.scan_batch(reader))
    assert read == 0
    next(out)
    assert read == 1
    assert sum(len(batch) for batch in out) == len(table) - 100


def test_polars(table, judged):
    frame = pl.from_arrow(table)
    out = pl.DataFrame(detector.scan_batch(frame))
    assert out["text_sha256"].to_list() == judged["text_sha256"].to_pylist()
    assert pl.DataFrame(detector.score(out)).to_dicts() == pa.record_batch(detector.score(judged)).to_pylist()


def test_duckdb(table, judged):
    posts = duckdb.from_arrow(table)
    # A connection has one open result: this one is read to its end before the next is asked for.
    out = pa.table(detector.scan_batch(posts))
    told = duckdb.sql("SELECT commercial_label, count(*) FROM out GROUP BY ALL ORDER BY ALL").fetchall()
    counts = judged.group_by("commercial_label").aggregate([([], "count_all")])
    assert dict(told) == {row["commercial_label"]: row["count_all"] for row in counts.to_pylist()}


def test_pandas(table, judged):
    frame = table.to_pandas()
    out = pa.table(detector.scan_batch(frame)).to_pandas()
    assert out["disclosure_state"].tolist() == judged["disclosure_state"].to_pylist()


def test_columns_that_are_none(table):
    with pytest.raises(ValueError, match="words"):
        detector.scan_batch(pa.table({"words": ["x"]}))
    with pytest.raises(ValueError, match="`text`.*Int64"):
        detector.scan_batch(pa.table({"text": [1]}))
    out = pa.table(detector.scan_batch(pa.table({"text": ["Mua ngay", None], "other": [1, 2]})))
    assert out["error"].to_pylist() == [None, "no_text"]


def test_files_are_read_everywhere(run):
    for name in ("posts", "findings", "creators"):
        file, lines = run / f"{name}.parquet", (run / f"{name}.jsonl").read_text("utf-8").count("\n")
        assert lines > 0
        assert len(pd.read_parquet(file)) == lines
        assert pl.scan_parquet(file).select(pl.len()).collect().item() == lines
        assert duckdb.sql(f"SELECT count(*) FROM '{file}'").fetchall() == [(lines,)]
    rules = pl.read_parquet(run / "findings.parquet").group_by("rule").len()
    told = duckdb.sql(f"SELECT rule, count(*) FROM '{run}/findings.parquet' GROUP BY rule").fetchall()
    assert dict(rules.iter_rows()) == dict(told)
    # Dictionaries and statistics stand in the file.
    column = pq.ParquetFile(run / "findings.parquet").metadata.row_group(0).column(5)
    assert column.has_dictionary_page and column.compression == "ZSTD" and column.path_in_schema == "rule"
