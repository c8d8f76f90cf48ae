"""minhbach trên Apache Spark (từ bản 4.0). / minhbach on Apache Spark, 4.0 and later.

`scan` phân tích bài ở nơi bài nằm, không xáo dữ liệu; `creators` gom bài theo người đăng một lần.
`scan` judges posts where they lie, without a shuffle; `creators` shuffles once, by creator.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from . import Detector, creator_schema, schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["creators", "findings", "scan"]

_SCORED = ("post_id", "creator", "platform", "posted_at", "captured_at", "text_sha256", "commercial_label",
           "disclosure_state", "flags", "likes", "followers", "ai_label")


def scan(
    df: DataFrame,
    *,
    detector: Detector | None = None,
    keep: Sequence[str] = (),
    archive: str | None = None,
) -> DataFrame:
    """Mỗi bài một dòng, cột như `minhbach.schema()`, thêm các cột `keep` của bảng vào.

    A row a post, columns as `minhbach.schema()`, and after them the columns `keep` of the input.

    `archive` là tên sau dấu `#` trong `spark.archives`, khi máy thợ chưa cài gói này. / `archive` is the name after `#`
    in `spark.archives`, where the workers do not have this package installed.
    """
    load, keep = _loader(detector, archive), tuple(keep)

    def judge(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        own = load()
        for batch in batches:
            out = pa.record_batch(own.scan_batch(batch))
            for name in keep:
                out = out.append_column(batch.schema.field(name), batch.column(name))
            yield out

    columns = _spark_type(pa.schema(schema()))
    for name in keep:
        columns = columns.add(df.schema[name])
    return df.mapInArrow(judge, columns)


def findings(scanned: DataFrame) -> DataFrame:
    """Mỗi phát hiện một dòng, như findings.parquet. / A row a finding, as findings.parquet."""
    from pyspark.sql import functions as F

    return scanned.select(F.explode("findings").alias("finding")).select("finding.*")


def creators(
    scanned: DataFrame,
    *,
    detector: Detector | None = None,
    as_of: str | date | None = None,
    archive: str | None = None,
) -> DataFrame:
    """Mỗi người đăng một dòng, cùng điểm với lệnh `scan`. / A row a creator, with the scores of the command `scan`.

    `as_of` không ghi là ngày mới nhất của mọi bài, tính trước bằng một lượt đọc. / Without `as_of` it is the newest day of
    all posts, found by one pass beforehand. Cột `reading_order` được giữ nếu có (xem `Detector.score`). / A column
    `reading_order` is kept where there is one (see `Detector.score`).
    """
    from pyspark.sql import functions as F

    day = as_of if as_of is not None else newest_day(scanned)
    load, day = _loader(detector, archive), None if day is None else str(day)
    order = [name for name in ("reading_order",) if name in scanned.columns]
    told = F.transform("findings", lambda f: F.struct(f["rule"], f["tier"], f["counts"])).alias("findings")
    needed = scanned.where(F.col("creator").isNotNull()).select(*_SCORED, *order, told)

    def score(posts: pa.Table) -> pa.Table:
        return pa.table(pa.record_batch(load().score(posts, day)))

    columns = _spark_type(pa.schema(creator_schema()))
    return needed.groupBy("platform", "creator").applyInArrow(score, columns)


def newest_day(scanned: DataFrame) -> date | None:
    """Ngày mới nhất (UTC+7) của các bài có ngày. / The newest day (UTC+7) of the dated posts."""
    from pyspark.sql import functions as F

    # Seconds since 1970, whatever the session's time zone; then the day in Vietnam.
    seconds = F.unix_timestamp(F.try_to_timestamp("posted_at", F.lit("yyyy-MM-dd'T'HH:mm:ssX"))) + 7 * 3600
    instant = F.date_from_unix_date(F.floor(seconds / 86400).cast("int"))
    whole = F.try_to_timestamp("posted_at", F.lit("yyyy-MM-dd")).cast("date")
    day = F.when(F.length("posted_at") == 10, whole).otherwise(instant)
    dated = scanned.where(F.col("posted_at").isNotNull() & ~F.array_contains("flags", "undated"))
    return dated.agg(F.max(day)).first()[0]


def _spark_type(columns: pa.Schema):
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(columns)


def _loader(detector: Detector | None, archive: str | None) -> Callable[[], Detector]:
    """The detector as bytes, and how a worker wakes it: nothing of this package is imported before it can be found."""
    state = pickle.dumps(detector if detector is not None else Detector())
    # One for all groups of a task. Only workers ever fill it.
    own: list[Detector] = []

    def load() -> Detector:
        import os
        import pickle
        import sys

        if own:
            return own[0]
        if archive is not None:
            from pyspark import SparkFiles

            folder = os.path.join(SparkFiles.getRootDirectory(), archive)
            if folder not in sys.path:
                sys.path.insert(0, folder)
        own.append(pickle.loads(state))
        return own[0]

    return load
