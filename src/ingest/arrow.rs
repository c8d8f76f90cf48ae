//! Arrow rows as JSON Lines. A column means what a field of that name means because the same reader reads it: names,
//! alternatives, dates, caps and rejects have one home. Next to judging a post the detour costs little.

use super::names::{self, Key, TEXTS};
use arrow_array::{ArrayRef, RecordBatch, make_array};
use arrow_json::LineDelimitedWriter;
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};
use std::sync::Arc;

/// The zone in which instants are written; what a column calls its own zone changes no instant.
const UTC: &str = "+00:00";

/// The columns of a table that say something of a post. The others are never read.
#[derive(Clone, Debug)]
pub struct ArrowColumns {
    indices: Vec<usize>,
    schema: SchemaRef,
}

/// Why a table holds no posts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ColumnFault {
    /// No column of a caption's name.
    #[error(
        "không có cột lời bài đăng; các cột: {seen}; tên được nhận: {accepted} · \
         no text column; columns: {seen}; accepted names: {accepted}"
    )]
    NoText {
        /// The columns there are.
        seen: String,
        /// Names of a text column.
        accepted: String,
    },
    /// A column of a known name and a type that its part cannot have.
    #[error("cột `{column}` có kiểu {found}, cần {wanted} · column `{column}` is of type {found}, wanted is {wanted}")]
    WrongType {
        /// Its name.
        column: String,
        /// Its type.
        found: String,
        /// What is read.
        wanted: String,
    },
}

/// What a column can hold, as far as posts can use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Whole,
    Real,
    Bool,
    Time,
    Texts,
    Object,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::Whole => "integer",
            Kind::Real => "float",
            Kind::Bool => "boolean",
            Kind::Time => "timestamp or date",
            Kind::Texts => "list of strings",
            Kind::Object => "struct",
        }
    }

    fn of(data_type: &DataType) -> Option<Self> {
        use DataType::*;
        Some(match data_type {
            Utf8 | LargeUtf8 | Utf8View => Kind::Text,
            Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 => Kind::Whole,
            Float16 | Float32 | Float64 => Kind::Real,
            Boolean => Kind::Bool,
            Timestamp(_, _) | Date32 | Date64 => Kind::Time,
            Struct(_) => Kind::Object,
            Dictionary(_, value) => return Self::of(value),
            List(item) | LargeList(item) | ListView(item) | LargeListView(item) | FixedSizeList(item, _) => {
                return (Self::of(item.data_type()) == Some(Kind::Text)).then_some(Kind::Texts);
            }
            _ => return None,
        })
    }
}

/// What the column of that name may hold; `None` for a name that says nothing of a post.
fn wanted(name: &str) -> Option<&'static [Kind]> {
    use Kind::*;
    if name == names::AUTHOR {
        return Some(&[Object, Text, Whole]);
    }
    Some(match names::key(name)? {
        Key::Text(_)
        | Key::Title
        | Key::Transcript
        | Key::OnScreen
        | Key::AltText
        | Key::FirstComment
        | Key::Bio
        | Key::Platform => &[Text],
        Key::Id(_) | Key::AuthorId(_) | Key::AuthorHandle(_) | Key::AuthorName(_) | Key::Sponsor | Key::Url(_) => {
            &[Text, Whole]
        }
        Key::Followers(_) | Key::Likes(_) => &[Whole, Real, Text],
        Key::Created(_) | Key::Captured => &[Time, Text, Whole, Real],
        Key::PlatformLabel | Key::CommerceFlag | Key::AiLabel => &[Bool, Text, Whole],
        Key::Links | Key::Hashtags | Key::Coauthors => &[Texts, Text],
    })
}

impl ArrowColumns {
    /// The columns of a table with this schema that are read.
    ///
    /// # Errors
    /// When no column is a caption's, or one has a type that its part cannot have.
    pub fn of(schema: &Schema) -> Result<Self, ColumnFault> {
        let (mut indices, mut fields, mut has_text) = (Vec::new(), Vec::new(), false);
        for (index, field) in schema.fields().iter().enumerate() {
            let Some(wanted) = wanted(field.name()) else { continue };
            let fits = match field.data_type() {
                // A column of nulls alone: nobody told its type.
                DataType::Null => true,
                told => Kind::of(told).is_some_and(|kind| wanted.contains(&kind)),
            };
            if !fits {
                return Err(ColumnFault::WrongType {
                    column: field.name().clone(),
                    found: field.data_type().to_string(),
                    wanted: wanted.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" / "),
                });
            }
            has_text |= names::is_text(field.name());
            indices.push(index);
            let zoned = match field.data_type() {
                DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some(UTC.into())),
                other => other.clone(),
            };
            fields.push(field.as_ref().clone().with_data_type(zoned));
        }
        if !has_text {
            let seen = schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>().join(", ");
            return Err(ColumnFault::NoText { seen, accepted: TEXTS.join(", ") });
        }
        Ok(Self { indices, schema: Arc::new(Schema::new(fields)) })
    }

    /// Places of the columns that are read, in order.
    pub fn indices(&self) -> &[usize] {
        &self.indices
    }

    /// Appends every row of `batch`, which holds just these columns, as one line of JSON. A null is left out.
    ///
    /// # Errors
    /// When the batch has other columns.
    pub fn write_lines(&self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), ArrowError> {
        let columns = self.schema.fields().iter().zip(batch.columns());
        let columns = columns.map(|(field, column)| in_utc(column, field.data_type())).collect::<Result<_, _>>()?;
        let mut writer = LineDelimitedWriter::new(out);
        writer.write(&RecordBatch::try_new(self.schema.clone(), columns)?)?;
        writer.finish()
    }
}

/// The same instants under the zone of `data_type`.
fn in_utc(column: &ArrayRef, data_type: &DataType) -> Result<ArrayRef, ArrowError> {
    match column.data_type() == data_type {
        true => Ok(column.clone()),
        false => Ok(make_array(column.to_data().into_builder().data_type(data_type.clone()).build()?)),
    }
}
