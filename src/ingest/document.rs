//! Where records begin and end in a JSON document: the elements of an array at the top or under a known key of the top
//! object, or the top objects themselves. A format may say instead which keys lead to the array, or that there are none.
//! The document is never held whole and never nested on the stack.

use super::{
    names,
    split::{Cut, Pending},
};
use memchr::memchr3;

/// Keys of a top object whose array may hold the records.
pub(super) const WRAPPERS: [&[u8]; 4] = [b"posts", b"data", b"items", b"records"];
/// Longest key that is remembered, in bytes: longer than every known one.
const KEY: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Between top values.
    Top,
    /// In a top object that may be a record or may hold an array of records.
    Object,
    /// Between the elements of an array of records.
    Array,
    /// In one such element.
    Element,
    /// In a bare word or number where a record should be.
    Scalar,
    /// After a string that its line did not close: looking for a line that begins an object.
    Lost,
}

/// Where records stand just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    /// At the top, one after the other.
    Top,
    /// In an array at the top.
    Array,
    /// In an array in a top object.
    Wrapped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    Escape,
}

/// Where in the top object its records stand.
#[derive(Clone, Debug)]
pub(super) enum Route {
    /// In an array under a known key, if anywhere.
    Known,
    /// In the array that these keys lead to; without any keys, nowhere: the object is the record.
    Keys(Vec<String>),
}

/// Records of a JSON document.
#[derive(Debug)]
pub(super) struct Document {
    route: Route,
    /// How many keys of the route have been followed.
    followed: usize,
    mode: Mode,
    text: Text,
    depth: u32,
    line: u64,
    record: Pending,
    /// Whether `record` has begun and may still turn out to be one.
    begun: bool,
    home: Home,
    /// Whether a string at depth 1 of the top object would be a key.
    expect_key: bool,
    key: Vec<u8>,
    /// Just after the bracket of an array under a known key.
    candidate: bool,
    /// Whether the top object can still prove to hold the records: no text of its own so far.
    may_wrap: bool,
    /// Whether brackets were lost count of: a missing one at the end says nothing then.
    recovered: bool,
    line_start: bool,
}

impl Document {
    pub(super) fn new(route: Route) -> Self {
        Self {
            route,
            followed: 0,
            mode: Mode::Top,
            text: Text::Outside,
            depth: 0,
            line: 1,
            record: Pending { start: 0, line: 1 },
            begun: false,
            home: Home::Top,
            expect_key: false,
            key: Vec::with_capacity(KEY),
            candidate: false,
            may_wrap: false,
            recovered: false,
            line_start: false,
        }
    }

    pub(super) fn pending(&self) -> Option<Pending> {
        self.begun.then_some(self.record)
    }

    /// Where reading stands, in lines.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Closes a bare word at the end. True when the document is whole.
    pub(super) fn finish(&mut self, end: u64, cuts: &mut Vec<Cut>) -> bool {
        if self.mode == Mode::Scalar {
            self.close(end, cuts);
        }
        match self.mode {
            Mode::Top | Mode::Lost => true,
            Mode::Array => self.recovered,
            Mode::Object | Mode::Element | Mode::Scalar => false,
        }
    }

    /// Goes over `held[from..]`, where `held` stands at `base` in the stream.
    pub(super) fn push(&mut self, held: &[u8], base: u64, from: usize, cuts: &mut Vec<Cut>) {
        let mut i = from;
        while let Some(&byte) = held.get(i) {
            if self.text == Text::Inside {
                let skip = memchr3(b'"', b'\\', b'\n', &held[i..]).unwrap_or(held.len() - i);
                self.remember(&held[i..i + skip]);
                i += skip;
                let Some(&byte) = held.get(i) else { return };
                match byte {
                    b'\\' => self.text = Text::Escape,
                    b'"' => self.end_text(base + i as u64 + 1, cuts),
                    _ => self.lose(base + i as u64, cuts),
                }
            } else if self.text == Text::Escape {
                self.text = Text::Inside;
                if byte == b'\n' {
                    self.lose(base + i as u64, cuts);
                }
            } else {
                self.step(byte, base + i as u64, cuts);
            }
            self.line += u64::from(held[i] == b'\n');
            i += 1;
        }
    }

    /// One byte outside of strings.
    fn step(&mut self, byte: u8, at: u64, cuts: &mut Vec<Cut>) {
        let space = byte.is_ascii_whitespace();
        match self.mode {
            Mode::Top | Mode::Array if space || byte == b',' => {}
            Mode::Array if byte == b']' => self.leave_array(),
            Mode::Top if byte == b'[' => (self.mode, self.home, self.recovered) = (Mode::Array, Home::Array, false),
            Mode::Top if byte == b'{' => {
                self.begin(at, Mode::Object);
                (self.depth, self.recovered) = (1, false);
                (self.expect_key, self.candidate, self.may_wrap, self.followed) = (true, false, true, 0);
            }
            Mode::Array if matches!(byte, b'{' | b'[' | b'"') => {
                self.begin(at, Mode::Element);
                self.open(byte);
            }
            Mode::Top | Mode::Array => self.begin(at, Mode::Scalar),
            Mode::Scalar => {
                let ends = byte == b'\n' || self.in_array() && (space || matches!(byte, b',' | b']'));
                if ends {
                    self.close(at, cuts);
                    self.step(byte, at, cuts);
                }
            }
            Mode::Element => match byte {
                b'{' | b'[' | b'"' => self.open(byte),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.close(at + 1, cuts);
                    }
                }
                _ => {}
            },
            Mode::Object => self.step_object(byte, space, at, cuts),
            Mode::Lost if byte == b'\n' => self.line_start = true,
            Mode::Lost if byte == b'{' && self.line_start => {
                self.mode = if self.in_array() { Mode::Array } else { Mode::Top };
                self.step(byte, at, cuts);
            }
            Mode::Lost => self.line_start &= space,
        }
    }

    fn step_object(&mut self, byte: u8, space: bool, at: u64, cuts: &mut Vec<Cut>) {
        if self.candidate && !space {
            self.candidate = false;
            if byte == b'{' || matches!(self.route, Route::Keys(_)) {
                // The top object is no record but holds them.
                (self.mode, self.home, self.begun) = (Mode::Array, Home::Wrapped, false);
                self.step(byte, at, cuts);
                return;
            }
        }
        match byte {
            b'"' => {
                if self.is_key() {
                    self.key.clear();
                }
                self.open(byte);
            }
            b'{' | b'[' => {
                self.follow(byte);
                self.open(byte);
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.followed = self.followed.min(self.depth.saturating_sub(1) as usize);
                if self.depth == 0 {
                    if self.begun {
                        self.close(at + 1, cuts);
                    }
                    self.mode = Mode::Top;
                }
            }
            b',' if self.depth as usize == self.followed + 1 => self.expect_key = true,
            _ => {}
        }
    }

    /// Whether a string that begins here is a key on the way to the records.
    fn is_key(&self) -> bool {
        self.depth as usize == self.followed + 1 && self.expect_key
    }

    /// What a value that begins with `byte` means after the key that was read last.
    fn follow(&mut self, byte: u8) {
        let here = self.depth as usize == self.followed + 1;
        self.candidate = match &self.route {
            Route::Known => byte == b'[' && here && self.may_wrap && WRAPPERS.contains(&self.key.as_slice()),
            Route::Keys(keys) => {
                let next = here && keys.get(self.followed).is_some_and(|k| k.as_bytes() == self.key);
                let last = self.followed + 1 == keys.len();
                if next && !last && byte == b'{' {
                    self.followed += 1;
                    self.expect_key = true;
                }
                next && last && byte == b'['
            }
        };
    }

    fn begin(&mut self, at: u64, mode: Mode) {
        self.record = Pending { start: at, line: self.line };
        (self.mode, self.begun, self.depth) = (mode, true, 0);
    }

    fn open(&mut self, byte: u8) {
        if byte == b'"' {
            self.text = Text::Inside;
        } else {
            self.depth = self.depth.saturating_add(1);
        }
    }

    fn close(&mut self, end: u64, cuts: &mut Vec<Cut>) {
        cuts.push(Cut { start: self.record.start, end, line: self.record.line });
        self.begun = false;
        self.mode = if self.in_array() { Mode::Array } else { Mode::Top };
    }

    fn leave_array(&mut self) {
        if self.home == Home::Wrapped {
            (self.mode, self.depth, self.expect_key) = (Mode::Object, self.followed as u32 + 1, false);
        } else {
            self.mode = Mode::Top;
        }
        self.home = Home::Top;
    }

    fn in_array(&self) -> bool {
        self.home != Home::Top
    }

    fn end_text(&mut self, end: u64, cuts: &mut Vec<Cut>) {
        self.text = Text::Outside;
        match self.mode {
            Mode::Element if self.depth == 0 => self.close(end, cuts),
            Mode::Object if self.is_key() => {
                self.expect_key = false;
                if std::str::from_utf8(&self.key).is_ok_and(names::is_text) {
                    self.may_wrap = false;
                }
            }
            _ => {}
        }
    }

    /// A string may hold no raw newline: a quote is missing. The record ends here, badly.
    fn lose(&mut self, at: u64, cuts: &mut Vec<Cut>) {
        self.text = Text::Outside;
        if self.begun {
            self.close(at, cuts);
        }
        (self.mode, self.recovered, self.line_start) = (Mode::Lost, true, true);
    }

    fn remember(&mut self, bytes: &[u8]) {
        if self.mode == Mode::Object && self.is_key() {
            let room = KEY - self.key.len().min(KEY);
            self.key.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    }
}
