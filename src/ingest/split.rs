//! Where records begin and end: lines and table rows. A splitter sees every byte once, in order, in pieces of any size.

use memchr::memchr_iter;

/// One record: bytes `start..end` of the decoded stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) start: u64,
    pub(super) end: u64,
    /// The line that it begins on, from 1.
    pub(super) line: u64,
}

/// A record that has begun and not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) start: u64,
    pub(super) line: u64,
}

/// Lines that are not blank.
#[derive(Debug)]
pub(super) struct Lines {
    start: u64,
    line: u64,
}

impl Lines {
    pub(super) fn new(at: u64) -> Self {
        Self { start: at, line: 1 }
    }

    /// Goes over `held[from..]`, where `held` stands at `base` in the stream.
    pub(super) fn push(&mut self, held: &[u8], base: u64, from: usize, cuts: &mut Vec<Cut>) {
        for newline in memchr_iter(b'\n', &held[from..]) {
            let end = base + (from + newline) as u64;
            self.close(held, base, end, cuts);
            (self.start, self.line) = (end + 1, self.line + 1);
        }
    }

    /// The last line needs no newline.
    pub(super) fn finish(&mut self, held: &[u8], base: u64, cuts: &mut Vec<Cut>) {
        let end = base + held.len() as u64;
        self.close(held, base, end, cuts);
        self.start = end;
    }

    pub(super) fn pending(&self, end: u64) -> Option<Pending> {
        (self.start < end).then_some(Pending { start: self.start, line: self.line })
    }

    /// The line that reading stands on.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    fn close(&self, held: &[u8], base: u64, end: u64, cuts: &mut Vec<Cut>) {
        // A line whose beginning was let go is longer than the cap, hence a record.
        let blank = self.start >= base
            && held[(self.start - base) as usize..(end - base) as usize].iter().all(u8::is_ascii_whitespace);
        if !blank {
            cuts.push(Cut { start: self.start, end, line: self.line });
        }
    }
}

/// Rows of a table, by the very states of the `csv` crate, which reads the cells later.
#[derive(Debug)]
pub(super) struct Rows {
    delimiter: u8,
    state: RowState,
    row: Pending,
    line: u64,
    /// The last byte was a CR: alone, without a newline after it, it ends a line.
    after_cr: bool,
    /// Rows end with CR alone, so inside quotes it ends a line, too.
    cr_alone: bool,
    cap: usize,
    /// Whether to stop where quotes run past the cap.
    watchful: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowState {
    StartRow,
    StartCell,
    InCell,
    InQuotes,
    QuoteInQuotes,
}

impl Rows {
    /// Rows from the line `line` on. Longer than `cap`, a row inside quotes is suspect.
    pub(super) fn new(delimiter: u8, line: u64, cap: usize) -> Self {
        let row = Pending { start: 0, line };
        Self { delimiter, state: RowState::StartRow, row, line, after_cr: false, cr_alone: false, cap, watchful: true }
    }

    /// Starts again between rows, on the line `line`.
    pub(super) fn again(&self, line: u64) -> Self {
        Self { cr_alone: self.cr_alone, ..Self::new(self.delimiter, line, self.cap) }
    }

    /// Starts again behind the header, which ends with the bytes `header` of the stream's beginning.
    pub(super) fn after(&self, header: &[u8]) -> Self {
        let mut read = self.again(1);
        read.push(header, 0, 0, &mut Vec::new());
        Self { after_cr: read.after_cr, ..self.again(read.line) }
    }

    /// Lets the row at hand be as long as it likes.
    pub(super) fn go_on(&mut self) {
        self.watchful = false;
    }

    /// The line that reading stands on.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The byte between cells.
    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Goes over `held[from..]`, where `held` stands at `base` in the stream. Stops where a row is inside quotes as it grows
    /// longer than the cap: says how far it came.
    pub(super) fn push(&mut self, held: &[u8], base: u64, from: usize, cuts: &mut Vec<Cut>) -> usize {
        use RowState::*;
        for (i, &byte) in held.iter().enumerate().skip(from) {
            // At the cap itself: how much of a longer row is still held depends on where the stream was cut.
            if self.state == InQuotes && self.watchful && base + i as u64 - self.row.start == self.cap as u64 {
                return i;
            }
            let ends_row = matches!(byte, b'\n' | b'\r');
            let quoted = self.state == InQuotes;
            if std::mem::take(&mut self.after_cr) && byte != b'\n' && (self.cr_alone || !quoted) {
                self.line += 1;
                self.cr_alone = true;
            }
            self.after_cr = byte == b'\r';
            if self.state == StartRow && !ends_row {
                self.row = Pending { start: base + i as u64, line: self.line };
                (self.state, self.watchful) = (StartCell, true);
            }
            self.line += u64::from(byte == b'\n');
            self.state = match self.state {
                StartRow => StartRow,
                InQuotes if byte == b'"' => QuoteInQuotes,
                InQuotes => InQuotes,
                QuoteInQuotes if byte == b'"' => InQuotes,
                StartCell if byte == b'"' => InQuotes,
                StartCell | InCell | QuoteInQuotes if ends_row => {
                    let Pending { start, line } = self.row;
                    cuts.push(Cut { start, end: base + i as u64 + 1, line });
                    StartRow
                }
                StartCell | InCell | QuoteInQuotes if byte == self.delimiter => StartCell,
                StartCell | InCell | QuoteInQuotes => InCell,
            };
        }
        held.len()
    }

    /// The last row needs no newline, but its quotes must be closed.
    pub(super) fn finish(&mut self, end: u64, cuts: &mut Vec<Cut>) {
        if !matches!(self.state, RowState::StartRow | RowState::InQuotes) {
            cuts.push(Cut { start: self.row.start, end, line: self.row.line });
            self.state = RowState::StartRow;
        }
    }

    pub(super) fn pending(&self) -> Option<Pending> {
        (self.state != RowState::StartRow).then_some(self.row)
    }

    /// Whether the row that has begun stands inside quotes.
    pub(super) fn is_quoted(&self) -> bool {
        self.state == RowState::InQuotes
    }

    /// Whether the row that has begun is within the cap, where the stream ends at `end`.
    pub(super) fn is_short(&self, end: u64) -> bool {
        end - self.row.start <= self.cap as u64
    }
}
