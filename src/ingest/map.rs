//! A format as data: how a file of it is told, where its records stand, which of its names is which part of a post.

use super::{
    date::Order,
    names::{self, Key},
    path::Path,
};
use crate::post::PlatformLabel;
use std::{ops::Range, sync::Arc};

/// The parts of a post that a map may name, in the order in which they are shown. The platform's label has rows of its own.
pub const MAP_FIELDS: [&str; 23] = [
    "id",
    "platform",
    "author_id",
    "author_handle",
    "author_name",
    "author_followers",
    "created_at",
    "captured_at",
    "text",
    "title",
    "transcript",
    "on_screen",
    "alt_text",
    "first_comment",
    "bio",
    "links",
    "hashtags",
    "coauthors",
    "sponsor",
    "url",
    "likes",
    "commerce_flag",
    "ai_label",
];

/// What records are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapShape {
    /// JSON objects: a place is a path.
    Json,
    /// Rows of a table: a place is the name of a column, dots and all. Flat JSON objects are rows too.
    Table,
}

/// A place in a record, with where its map says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path; of a table, the column's name is its text.
    pub path: Path,
    /// Bytes of the map's file.
    pub span: Range<usize>,
    /// Its number among the map's places.
    pub(super) slot: usize,
}

/// How a file of the format is told. Everything is said of a single record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detect {
    /// Places that must stand.
    pub all: Vec<Place>,
    /// Places of which one must stand.
    pub any: Vec<Place>,
    /// Places that must not stand.
    pub none: Vec<Place>,
    /// Places whose value must be one of these words.
    pub equals: Vec<(Place, Vec<String>)>,
    /// The byte between cells.
    pub delimiter: Option<u8>,
}

/// A part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlPart {
    /// What stands after the last slash of the path.
    LastSegment,
    /// The name of the site: `https://www.tiktok.com/…` → `tiktok`.
    Site,
}

/// Which element of a list is meant: `take` of the first one that is `r#where`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// In the element: a flag, or what must be the same as `same_as`.
    pub r#where: Path,
    /// In the record.
    pub same_as: Option<Place>,
    /// In the element: a flag; elements that have it come first.
    pub prefer: Option<Path>,
    /// In the element: the value.
    pub take: Path,
}

/// One place where a part may be found, and how it is read there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSource {
    /// Where.
    pub place: Place,
    /// The character between the items of a cell.
    pub split: Option<char>,
    /// The cell holds JSON text, and the value stands there in it.
    pub json: Option<Path>,
    /// Which element of a list.
    pub pick: Option<Pick>,
    /// A flag in the record that makes the value unknown.
    pub unless: Option<Place>,
    /// How a written date is ordered.
    pub order: Order,
    /// Put before a value that begins with a slash.
    pub prefix: Option<String>,
    /// The part of an address that is meant.
    pub part: Option<UrlPart>,
    /// The parameter of an address that holds the real address.
    pub unwrap: Option<String>,
    /// Being there and not empty is the value `true`.
    pub present: bool,
    /// Characters, as the platform counts, after which it cuts the text.
    pub cut_at: Option<u32>,
    /// Other words for values, compared in lower case.
    pub words: Vec<(String, String)>,
}

/// A part of a post and where it may be found, best place first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapField {
    /// One of [`MAP_FIELDS`].
    pub name: &'static str,
    /// Places in order: the first that holds something counts.
    pub sources: Vec<FieldSource>,
    pub(super) key: Key,
}

/// A place that tells of the platform's own label. What it does not say stays unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSource {
    /// Where.
    pub place: Place,
    /// Words and what they mean, in lower case.
    pub words: Vec<(String, PlatformLabel)>,
    /// What it means to be there and not empty.
    pub present: PlatformLabel,
    /// What it means to be there and empty.
    pub empty: PlatformLabel,
    /// A flag in the record that makes the label unknown.
    pub unless: Option<Place>,
}

/// How one format is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMap {
    /// Its name, as in `--from`.
    pub name: String,
    /// The file that it was read from, for messages.
    pub file: String,
    /// What stands in that file.
    pub source: Arc<str>,
    /// The platform of every post; empty where a field tells or nothing does.
    pub platform: String,
    /// What records are made of.
    pub shape: MapShape,
    /// Only tried where nothing else fits.
    pub fallback: bool,
    /// A file or line is a page that must be seen whole: records need what stands beside them.
    pub whole: bool,
    /// Where the records of a page stand; the first that leads to an array counts, and without any the page is a record.
    pub records: Vec<Path>,
    /// Where in a record the post itself stands, where an exporter puts an envelope around it.
    pub payload: Option<Path>,
    /// How a file is told.
    pub detect: Detect,
    /// Parts without which a record is no post.
    pub need: Vec<&'static str>,
    /// Values that mean nothing is known.
    pub missing: Vec<String>,
    /// A place that lists the names of columns whose value is not known.
    pub missing_fields: Option<Place>,
    /// Seconds east of Greenwich of times without a zone.
    pub zone: Option<i64>,
    /// Names of zones, with seconds east of Greenwich.
    pub zones: Vec<(String, i64)>,
    /// Texts are UTF-8 that was written as Latin-1.
    pub mojibake: bool,
    /// The parts.
    pub fields: Vec<MapField>,
    /// The platform's label.
    pub labels: Vec<LabelSource>,
    pub(super) slots: usize,
}

impl FieldMap {
    /// A map with nothing in it yet.
    pub fn new(name: &str, file: &str, source: &str, shape: MapShape) -> Self {
        Self {
            name: name.to_owned(),
            file: file.to_owned(),
            source: source.into(),
            platform: String::new(),
            shape,
            fallback: false,
            whole: false,
            records: Vec::new(),
            payload: None,
            detect: Detect::default(),
            need: Vec::new(),
            missing: Vec::new(),
            missing_fields: None,
            zone: None,
            zones: Vec::new(),
            mojibake: false,
            fields: Vec::new(),
            labels: Vec::new(),
            slots: 0,
        }
    }

    /// A place that this map names.
    ///
    /// # Errors
    /// What is wrong with the path, in Vietnamese and in English. The name of a column is never wrong.
    pub fn place(&mut self, text: &str, span: Range<usize>) -> Result<Place, [&'static str; 2]> {
        let path = match self.shape {
            MapShape::Json => Path::parse(text)?,
            MapShape::Table => Path::of_column(text),
        };
        self.slots += 1;
        Ok(Place { path, span, slot: self.slots - 1 })
    }

    /// Adds a part; `false` when there is none of that name.
    pub fn add_field(&mut self, name: &str, sources: Vec<FieldSource>) -> bool {
        let known = MAP_FIELDS.iter().find(|f| **f == name).zip(names::key(name));
        if let Some((name, key)) = known {
            self.fields.push(MapField { name, sources, key });
        }
        known.is_some()
    }

    /// The part of that name.
    pub fn field(&self, name: &str) -> Option<&MapField> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// Every place that the map names.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        let Detect { all, any, none, equals, .. } = &self.detect;
        let detect = all.iter().chain(any).chain(none).chain(equals.iter().map(|(place, _)| place));
        let sources = self.fields.iter().flat_map(|f| &f.sources).flat_map(|s| {
            let same_as = s.pick.as_ref().and_then(|p| p.same_as.as_ref());
            [Some(&s.place), s.unless.as_ref(), same_as].into_iter().flatten()
        });
        let labels = self.labels.iter().flat_map(|l| [Some(&l.place), l.unless.as_ref()].into_iter().flatten());
        detect.chain(sources).chain(labels).chain(&self.missing_fields)
    }

    /// How much a file must have in common with the format to be told as one.
    pub(super) fn specificity(&self) -> usize {
        let Detect { all, any, equals, delimiter, .. } = &self.detect;
        all.len() + equals.len() + usize::from(!any.is_empty()) + usize::from(delimiter.is_some())
    }
}

/// The formats that are known, and which of them a file is to be read as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formats {
    /// All that are tried.
    pub known: Vec<Arc<FieldMap>>,
    /// What the user said.
    pub choice: FormatChoice,
}

impl Formats {
    /// Whether a column of that name may say something under one of these formats: a reader of wide tables needs no others
    /// beside those of the plain shape.
    pub fn wants(&self, column: &str) -> bool {
        let wanted = |map: &FieldMap| map.places().any(|place| place.path.first_key() == Some(column));
        match &self.choice {
            FormatChoice::Plain => false,
            FormatChoice::Named(map) | FormatChoice::Own(map) => wanted(map),
            FormatChoice::Detect => self.known.iter().any(|map| wanted(map)),
        }
    }
}

/// How files are to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FormatChoice {
    /// As each file looks.
    #[default]
    Detect,
    /// In the plain shape.
    Plain,
    /// In this format of the pack.
    Named(Arc<FieldMap>),
    /// By a map that the user wrote: every place that it names must be there.
    Own(Arc<FieldMap>),
}
