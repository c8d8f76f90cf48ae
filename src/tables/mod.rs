//! The records of a run as flat Arrow tables, and those as Parquet files.
//!
//! A column is a place in the JSON record, its steps joined by `_`: `commercial.label` is `commercial_label`. Lists stay
//! lists. The tables are made from the lines of `posts.jsonl`, `findings.jsonl` and `creators.jsonl`, so they hold what
//! those hold, and a field that no column takes is an error, never a loss. `type` is left out, the table says it, and so is `redacted`, which
//! the manifest says.

mod columns;
mod file;

pub use file::{TableError, write_parquet};

use arrow_array::{Array, ArrayRef, RecordBatch, StructArray, cast::AsArray};
use arrow_buffer::NullBuffer;
use arrow_json::{ReaderBuilder, reader::Decoder};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use std::sync::Arc;

/// One of the tables of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row a post.
    Posts,
    /// A row a finding.
    Findings,
    /// A row a creator.
    Creators,
}

impl Table {
    /// All, in the order of the flow.
    pub const ALL: [Table; 3] = [Table::Posts, Table::Findings, Table::Creators];

    /// The name of its files, without extension.
    pub fn name(self) -> &'static str {
        match self {
            Table::Posts => "posts",
            Table::Findings => "findings",
            Table::Creators => "creators",
        }
    }

    /// The record as it is nested in JSON.
    fn nested(self) -> SchemaRef {
        let fields = match self {
            Table::Posts => columns::post(),
            Table::Findings => columns::finding(),
            Table::Creators => columns::creator(),
        };
        Arc::new(Schema::new(fields))
    }

    /// The flat columns.
    pub fn schema(self) -> SchemaRef {
        let mut fields = Vec::new();
        self.nested().fields().iter().for_each(|field| names(field, "", &mut fields));
        Arc::new(Schema::new(fields))
    }

    /// Rows from lines of JSON, at most `most` at a time.
    ///
    /// # Errors
    /// None that lines of this program cause.
    pub(crate) fn decoder(self, most: usize) -> Result<Lines, ArrowError> {
        let builder = ReaderBuilder::new(self.nested()).with_strict_mode(true).with_batch_size(most);
        Ok(Lines { decoder: builder.build_decoder()?, schema: self.schema() })
    }

    /// All lines as one batch; a line `{}` is a row of nulls.
    ///
    /// # Errors
    /// When a line is no record of this table.
    pub fn batch(self, lines: &[u8], rows: usize) -> Result<RecordBatch, ArrowError> {
        let mut decoder = self.decoder(rows.max(1))?;
        let read = decoder.push(lines)?;
        debug_assert_eq!(read, lines.len(), "more rows than were told");
        Ok(decoder.take()?.unwrap_or_else(|| RecordBatch::new_empty(self.schema())))
    }
}

/// Lines of JSON on their way to rows.
pub(crate) struct Lines {
    decoder: Decoder,
    schema: SchemaRef,
}

impl Lines {
    /// Takes bytes until enough rows are there; gives how many.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<usize, ArrowError> {
        self.decoder.decode(bytes)
    }

    /// The rows so far.
    pub(crate) fn take(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let Some(batch) = self.decoder.flush()? else { return Ok(None) };
        let mut columns = Vec::with_capacity(self.schema.fields().len());
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            hoist(field, column, None, &mut columns)?;
        }
        RecordBatch::try_new(self.schema.clone(), columns).map(Some)
    }
}

/// Whether a field is told by the table itself, or by the manifest of the run.
fn is_told(field: &Field) -> bool {
    ["type", "redacted"].contains(&field.name().as_str())
}

/// The flat columns of a field, by the steps that lead to them.
fn names(field: &FieldRef, before: &str, out: &mut Vec<FieldRef>) {
    let name = if before.is_empty() { field.name().clone() } else { format!("{before}_{}", field.name()) };
    match field.data_type() {
        DataType::Struct(children) => children.iter().for_each(|child| names(child, &name, out)),
        _ if is_told(field) => {}
        _ => out.push(Arc::new(field.as_ref().clone().with_name(name))),
    }
}

/// The same of the values: a child is null where what holds it is.
fn hoist(
    field: &FieldRef,
    column: &ArrayRef,
    holder: Option<&NullBuffer>,
    out: &mut Vec<ArrayRef>,
) -> Result<(), ArrowError> {
    match field.data_type() {
        DataType::Struct(children) => {
            let whole: &StructArray = column.as_struct();
            let nulls = NullBuffer::union(holder, whole.nulls());
            for (child, column) in children.iter().zip(whole.columns()) {
                hoist(child, column, nulls.as_ref(), out)?;
            }
        }
        _ if is_told(field) => {}
        _ => {
            let nulls = NullBuffer::union(holder, column.nulls());
            out.push(arrow_array::make_array(column.to_data().into_builder().nulls(nulls).build()?));
        }
    }
    Ok(())
}
