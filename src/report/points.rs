//! Code points of byte offsets, counted in one forward pass over each field.

use crate::{
    post::{Field, Post},
    span::RawSpan,
};

/// Remembers for each field how far it has counted. Spans in rising order cost one pass; a step back counts from the
/// start again.
pub(crate) struct Points<'a> {
    fields: [Cursor<'a>; Field::ALL.len()],
}

#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a str,
    byte: usize,
    point: u32,
}

impl<'a> Points<'a> {
    /// Ready for any span of the post.
    pub(crate) fn new(post: &'a Post<'_>) -> Self {
        Self { fields: Field::ALL.map(|field| Cursor { text: post.field(field).unwrap_or(""), byte: 0, point: 0 }) }
    }

    /// The whole field.
    pub(crate) fn text(&self, field: Field) -> &'a str {
        self.fields[field as usize].text
    }

    /// First and last code point of the span, half-open, and its words.
    pub(crate) fn locate(&mut self, field: Field, span: RawSpan) -> (u32, u32, &'a str) {
        let cursor = &mut self.fields[field as usize];
        let start = cursor.advance(span.start() as usize);
        let words = span.slice(cursor.text);
        (start, start + count(words), words)
    }
}

impl Cursor<'_> {
    fn advance(&mut self, byte: usize) -> u32 {
        if byte < self.byte {
            (self.byte, self.point) = (0, 0);
        }
        // Off a character boundary or past the end nothing is counted: such a span has no words either.
        if let Some(between) = self.text.get(self.byte..byte) {
            self.point += count(between);
            self.byte = byte;
        }
        self.point
    }
}

/// The standard library counts eight bytes at a time.
fn count(text: &str) -> u32 {
    text.chars().count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_order_of_spans_gives_the_same_code_points(
            text in "[aâ ấ\u{301}\u{200d}👩🎁\u{1F3FD}]{0,60}",
            picks in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..12),
        ) {
            let mut edges: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).collect();
            edges.push(text.len() as u32);
            let post = Post { text: text.as_str().into(), ..Post::default() };
            let mut points = Points::new(&post);
            for (a, b) in picks {
                let (a, b) = (*a.get(&edges), *b.get(&edges));
                let span = RawSpan::new(a.min(b), a.max(b));
                let (start, end, words) = points.locate(Field::Text, span);
                prop_assert_eq!((start, end), span.code_points(&text));
                let again: String = text.chars().skip(start as usize).take((end - start) as usize).collect();
                prop_assert_eq!(again, words);
            }
        }
    }
}
