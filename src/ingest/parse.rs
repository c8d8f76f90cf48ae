//! A chunk of whole records → posts and rejects. Pure: what workers do side by side.

use super::{
    chunk::{RawChunk, Shape},
    detect,
    draft::Draft,
    json,
    map::FieldMap,
    mapped,
    options::ReadOptions,
    reject::{self, Reason, Reject},
    repair,
    split::Cut,
    table::{self, Header, MappedTable},
};
use crate::post::{Flags, Post};
use csv::ByteRecord;
use serde_json::Value;

/// One record of a file: a post, or the reason why it is none.
#[derive(Debug)]
pub struct Record<'a> {
    /// Its number among the file's records, from 1. A reject of a file's rest counts as the record it stands for.
    pub number: u64,
    /// Grows from record to record of the file: posts that share a page, and so a number, have an order of their own.
    pub order: u64,
    /// Where it begins in the decoded stream.
    pub byte_offset: u64,
    /// The line it begins on, from 1.
    pub line: u64,
    /// What came of it.
    pub outcome: Result<Post<'a>, Box<Reject>>,
}

/// Reads every record of a chunk, in order. Texts of posts are borrowed from the chunk where they stand there as they are.
/// Gives how many it handed out: [`RawChunk::records`], but that a page holds none, one or several.
pub fn parse_chunk(chunk: &RawChunk, options: &ReadOptions, sink: &mut dyn FnMut(Record<'_>)) -> u64 {
    let mut records = chunk.records() as u64;
    if let Some(reject) = &chunk.before {
        sink(refused(reject.clone()));
    }
    match &chunk.shape {
        Shape::Json => objects(chunk, options, sink),
        Shape::Table(header) => {
            let shape = (header.delimiter(), header.columns());
            rows(chunk, shape, options, sink, |row, draft| plain_row(header, row, draft));
        }
        Shape::Mapped(map) => records = pages(chunk, map, options, records, sink),
        Shape::MappedTable(table) => {
            let shape = (table.delimiter, table.columns);
            rows(chunk, shape, options, sink, |row, draft| mapped_row(table, row, draft));
        }
    }
    if let Some(reject) = &chunk.after {
        sink(refused(reject.clone()));
    }
    records
}

fn refused(reject: Reject) -> Record<'static> {
    Record {
        number: reject.record,
        order: reject.record,
        byte_offset: reject.byte_offset,
        line: reject.line,
        outcome: Err(Box::new(reject)),
    }
}

fn reject(chunk: &RawChunk, number: u64, cut: Cut, reason: Reason, detail: String) -> Record<'static> {
    refused(Reject {
        file: chunk.file.clone(),
        byte_offset: cut.start,
        line: cut.line,
        record: number,
        reason,
        detail,
        head: reject::head(chunk.slice(cut)),
    })
}

fn objects(chunk: &RawChunk, options: &ReadOptions, sink: &mut dyn FnMut(Record<'_>)) {
    // One check for all; only where it fails is each record checked by itself.
    let whole = simdutf8::basic::from_utf8(&chunk.bytes).ok();
    for (number, cut) in chunk.numbered() {
        let bytes = chunk.slice(cut);
        if bytes.len() > chunk.cap {
            sink(reject(chunk, number, cut, Reason::RecordTooLong, format!("> {} B", chunk.cap)));
            continue;
        }
        let checked = match whole {
            Some(text) => text.get(chunk.range(cut)),
            None => simdutf8::basic::from_utf8(bytes).ok(),
        };
        let Some(text) = checked else {
            sink(reject(chunk, number, cut, Reason::BadUtf8, String::new()));
            continue;
        };
        let repaired;
        let mut draft = Draft::default();
        let mut read = json::read(text, &mut draft);
        if read.is_err()
            && let Some(fixed) = repair::lone_surrogates(text)
        {
            repaired = fixed;
            draft = Draft::default();
            draft.flag(Flags::REPAIRED);
            read = json::read(&repaired, &mut draft);
        }
        match read {
            Ok(()) => hand_over(chunk, number, cut, draft, options, sink),
            Err(error) => {
                // What is whole JSON and yet no post can only be something else than an object.
                let other = !text.trim_start().starts_with('{') && json::is_valid(text).is_ok();
                let (reason, detail) =
                    if other { (Reason::NotAnObject, String::new()) } else { (Reason::BadJson, error.to_string()) };
                sink(reject(chunk, number, cut, reason, detail));
            }
        }
    }
}

/// Rows of a table; `fill` makes a draft of one that has all its columns, or says why not.
fn rows(
    chunk: &RawChunk,
    (delimiter, columns): (u8, usize),
    options: &ReadOptions,
    sink: &mut dyn FnMut(Record<'_>),
    fill: impl for<'r> Fn(&'r ByteRecord, &mut Draft<'r>) -> Result<(), (Reason, String)>,
) {
    // Before the first row may stand the end of one that was too long to be held.
    let from = chunk.numbered().next().map_or(0, |(_, cut)| chunk.range(cut).start);
    let mut reader = table::reader(chunk.bytes.get(from..).unwrap_or_default(), delimiter);
    let mut row = ByteRecord::new();
    for (number, cut) in chunk.numbered() {
        let read = reader.read_byte_record(&mut row);
        let mut draft = Draft::default();
        let filled = match read {
            _ if chunk.slice(cut).len() > chunk.cap => Err((Reason::RecordTooLong, format!("> {} B", chunk.cap))),
            Err(error) => Err((Reason::BadCsv, error.to_string())),
            Ok(_) if row.len() != columns => Err((Reason::BadCsv, format!("{} ≠ {columns}", row.len()))),
            Ok(_) => fill(&row, &mut draft),
        };
        match filled {
            Ok(()) => hand_over(chunk, number, cut, draft, options, sink),
            Err((reason, detail)) => sink(reject(chunk, number, cut, reason, detail)),
        }
    }
}

/// A row by the names of the plain shape.
fn plain_row<'r>(header: &Header, row: &'r ByteRecord, draft: &mut Draft<'r>) -> Result<(), (Reason, String)> {
    if header.fill(row, draft) { Ok(()) } else { Err((Reason::BadUtf8, String::new())) }
}

/// A row by a format's map.
fn mapped_row<'r>(table: &MappedTable, row: &'r ByteRecord, draft: &mut Draft<'r>) -> Result<(), (Reason, String)> {
    if !table.is_utf8(row) {
        return Err((Reason::BadUtf8, String::new()));
    }
    mapped::fill(&table.map, mapped::Source::Row(&|slot| table.cell(row, slot)), draft)
        .map_err(|missing| (Reason::NotThisFormat, format!("{}: {missing}", table.map.name)))
}

/// Records of a known format. A page of several hands them all out under its own number and place. Gives how many there
/// are, of a chunk with so many pages and rejects.
fn pages(
    chunk: &RawChunk,
    map: &FieldMap,
    options: &ReadOptions,
    mut records: u64,
    sink: &mut dyn FnMut(Record<'_>),
) -> u64 {
    for (number, cut) in chunk.numbered() {
        let bytes = chunk.slice(cut);
        if bytes.len() > chunk.cap {
            sink(reject(chunk, number, cut, Reason::RecordTooLong, format!("> {} B", chunk.cap)));
            continue;
        }
        let Ok(text) = simdutf8::basic::from_utf8(bytes) else {
            sink(reject(chunk, number, cut, Reason::BadUtf8, String::new()));
            continue;
        };
        let mut repaired = false;
        let mut page = serde_json::from_str::<Value>(text);
        if page.is_err()
            && let Some(fixed) = mended(text)
        {
            repaired = true;
            page = serde_json::from_str(&fixed);
        }
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                sink(reject(chunk, number, cut, Reason::BadJson, error.to_string()));
                continue;
            }
        };
        let of_page = detect::expand(map, &page);
        let all = mapped::Page::new(&page);
        records = records - 1 + of_page.len() as u64;
        // A page has more bytes than records, so these are places that no other page has.
        for (order, record) in (cut.start..).zip(of_page) {
            let sink = &mut |record: Record<'_>| sink(Record { order, ..record });
            if !record.is_object() {
                sink(reject(chunk, number, cut, Reason::NotAnObject, String::new()));
                continue;
            }
            let mut draft = Draft::default();
            if repaired {
                draft.flag(Flags::REPAIRED);
            }
            match mapped::fill(map, mapped::Source::Json { record, page: &all }, &mut draft) {
                Ok(()) => hand_over(chunk, number, cut, draft, options, sink),
                Err(missing) => {
                    sink(reject(chunk, number, cut, Reason::NotThisFormat, format!("{}: {missing}", map.name)))
                }
            }
        }
    }
    records
}

/// JSON with lone surrogates replaced and without NUL bytes, which some browsers' captures hold; `None` without either.
fn mended(text: &str) -> Option<String> {
    let cleaned = text.contains('\0').then(|| text.replace('\0', ""));
    repair::lone_surrogates(cleaned.as_deref().unwrap_or(text)).or(cleaned)
}

fn hand_over(
    chunk: &RawChunk,
    number: u64,
    cut: Cut,
    draft: Draft<'_>,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Record<'_>),
) {
    match draft.finish(options) {
        Some(post) => {
            sink(Record { number, order: number, byte_offset: cut.start, line: cut.line, outcome: Ok(post) });
        }
        None => sink(reject(chunk, number, cut, Reason::NoText, String::new())),
    }
}
