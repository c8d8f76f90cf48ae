//! Arrow in, Arrow out, without files: what Python, Spark and every other engine call. A batch is judged by the same
//! functions as a scan, and what is said of a post is the line that a scan would write.

mod creators;

pub use creators::score;

use crate::{
    detector::{Detector, Scratch},
    ingest::{
        ArrowColumns, Caps, ChunkReader, ColumnFault, Format, IngestError, Packing, RawChunk, ReadOptions, parse_chunk,
    },
    report::Records,
    score::{PolicyFaults, SpillError},
    tables::Table,
};
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch, StringArray, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use std::{
    io::Cursor,
    ops::Range,
    sync::{Arc, LazyLock},
};

/// Why a batch cannot be judged or scored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// Its columns are not those of posts.
    #[error(transparent)]
    Columns(#[from] ColumnFault),
    /// Its columns are not those of judged posts.
    #[error("không phải bảng của scan_batch: {0} / no table of scan_batch: {0}")]
    NotScanned(String),
    /// Arrow refuses a value.
    #[error("Arrow: {0}")]
    Arrow(#[from] ArrowError),
    /// Records could not be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The policy names a rule that the pack does not have.
    #[error(transparent)]
    Policy(#[from] PolicyFaults),
    /// What scores need did not go to disk or come back.
    #[error(transparent)]
    Spill(#[from] SpillError),
}

/// What came of some records, in their order: the lines that a scan would write.
#[derive(Debug, Default)]
pub struct Judged {
    posts: Vec<u8>,
    findings: Vec<u8>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    post: Range<usize>,
    /// Where its findings end; they begin where those of the row before end.
    findings: usize,
    /// How many they are.
    found: usize,
    error: Option<&'static str>,
}

impl Judged {
    /// How many records there were.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Of each record the post's line and its findings' lines, or the code of the reason why it could not be read.
    pub fn iter(&self) -> impl Iterator<Item = Result<(&[u8], &[u8]), &'static str>> {
        let mut from = 0;
        self.rows.iter().map(move |row| {
            let findings = &self.findings[from..row.findings];
            from = row.findings;
            match row.error {
                Some(code) => Err(code),
                None => Ok((&self.posts[row.post.clone()], findings)),
            }
        })
    }
}

/// Judges the records of a JSON Lines text one by one; one record a line, none of them blank. Advisory findings are
/// written only with `advisory`.
///
/// # Errors
/// None that records cause: one that cannot be read says so in its place.
pub fn judge(detector: &Detector, lines: Vec<u8>, advisory: bool) -> Result<Judged, BatchError> {
    let pack = detector.pack();
    let options = ReadOptions::new(pack.law_as_of, Caps::default());
    let records = Records::new(pack, advisory);
    let (mut scratch, mut chunk, mut out) = (Scratch::default(), RawChunk::new(), Judged::default());
    if lines.is_empty() {
        return Ok(out);
    }
    let mut reader = ChunkReader::new("", Box::new(Cursor::new(lines)), Some(Format::Lines), Packing::None, &options)?;
    while reader.next_chunk(&mut chunk)? {
        parse_chunk(&chunk, &options, &mut |record| {
            let (from, mut found, mut error) = (out.posts.len(), 0, None);
            match record.outcome {
                Ok(post) => {
                    let analysis = detector.analyse_into(&post, &mut scratch);
                    records.write_post(&mut out.posts, &post, analysis);
                    for finding in records.written(analysis) {
                        let id = records.write_finding(&mut out.findings, &post, analysis, finding);
                        found += usize::from(id.is_some());
                    }
                }
                Err(reject) => {
                    out.posts.extend_from_slice(b"{}\n");
                    error = Some(reject.reason.code());
                }
            }
            out.rows.push(Row { post: from..out.posts.len(), findings: out.findings.len(), found, error });
        });
    }
    Ok(out)
}

/// The columns of a judged batch: those of the table of posts, `findings` being the rows of the table of findings, and
/// `error`, the reason why a record could not be read.
pub fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let posts = Table::Posts.schema();
        let mut fields: Vec<FieldRef> = posts.fields().iter().cloned().collect();
        for field in &mut fields {
            if field.name() == "findings" {
                *field = Arc::new(Field::new("findings", DataType::List(item()), true));
            }
        }
        fields.push(Arc::new(Field::new("error", DataType::Utf8, true)));
        Arc::new(Schema::new(fields))
    });
    SCHEMA.clone()
}

fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(Table::Findings.schema().fields().clone()), true))
}

/// Judges every row of `batch`: one row out for each row in, in order.
///
/// # Errors
/// When the columns are not those of posts; never for what stands in a row.
pub fn scan(detector: &Detector, batch: &RecordBatch, advisory: bool) -> Result<RecordBatch, BatchError> {
    let columns = ArrowColumns::of(batch.schema_ref())?;
    let mut lines = Vec::new();
    columns.write_lines(&batch.project(columns.indices())?, &mut lines)?;
    let judged = judge(detector, lines, advisory)?;
    let posts = Table::Posts.batch(&judged.posts, judged.len())?;
    let found = judged.rows.iter().map(|row| row.found);
    let findings = Table::Findings.batch(&judged.findings, found.clone().sum())?;
    let unread = judged.rows.iter().map(|row| row.error.is_none()).collect::<Vec<_>>();
    let findings = ListArray::try_new(
        item(),
        OffsetBuffer::from_lengths(found),
        Arc::new(StructArray::from(findings)),
        Some(unread.into()),
    )?;
    let errors: StringArray = judged.rows.iter().map(|row| row.error).collect();
    let schema = schema();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for (field, column) in posts.schema_ref().fields().iter().zip(posts.columns()) {
        columns.push(if field.name() == "findings" { Arc::new(findings.clone()) } else { column.clone() });
    }
    columns.push(Arc::new(errors));
    debug_assert_eq!(findings.len(), batch.num_rows(), "a row went missing");
    Ok(RecordBatch::try_new(schema, columns)?)
}
