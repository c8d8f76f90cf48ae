//! Links and e-mail addresses: found before any folding, and never folded inside.

use super::{Folder, Kind, letters::Class};

impl Folder<'_> {
    /// A link or e-mail address that starts here, and where it ends.
    pub(super) fn link_at(&self) -> Option<(Kind, usize)> {
        let rest = &self.bytes[self.at..];
        let head = rest
            .iter()
            .take(80)
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+'))
            .count();
        let scheme = rest.get(head..head + 3) == Some(b"://")
            && (rest[..head].eq_ignore_ascii_case(b"http") || rest[..head].eq_ignore_ascii_case(b"https"));
        let web = head > 4 && rest[..4].eq_ignore_ascii_case(b"www.") && rest[4].is_ascii_alphanumeric();
        if scheme || web {
            return Some((Kind::Url, self.at + link_length(rest)));
        }
        if rest.get(head) == Some(&b'@') && rest.get(head + 1).is_some_and(u8::is_ascii_alphanumeric) {
            let domain =
                rest[head + 1..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')).count();
            let domain_text = &rest[head + 1..head + 1 + domain];
            let dots = domain_text.iter().filter(|&&b| b == b'.').count();
            let trailing = domain_text.iter().rev().take_while(|&&b| b == b'.' || b == b'-').count();
            if dots > trailing {
                return Some((Kind::Email, self.at + head + 1 + domain - trailing));
            }
        }
        let host = &rest[..head];
        let host = &host[..host.len() - host.iter().rev().take_while(|&&b| b == b'.').count()];
        let dot = host.iter().rposition(|&b| b == b'.')?;
        // Some words go on beyond ASCII (dep.cộng); a picture, a dash or a space of any kind ends the link.
        let goes_on = head == host.len() && self.is_letter_beyond_ascii(self.at + head);
        let path = rest.get(host.len()) == Some(&b'/');
        if goes_on || !is_top_level(&host[dot + 1..], path) || dot == 0 || host[..dot].contains(&b'+') {
            return None;
        }
        Some((Kind::Url, self.at + if path { link_length(rest) } else { host.len() }))
    }

    /// Whether a letter or mark that is none of ASCII stands at `at`, or any letter behind what nobody sees.
    fn is_letter_beyond_ascii(&self, at: usize) -> bool {
        let past = self.past_invisible(at);
        self.bytes.get(past).is_some_and(|b| match b.is_ascii() {
            true => past > at && b.is_ascii_alphanumeric(),
            false => matches!(self.letter_at(past).0.class, Class::Letter | Class::Odd | Class::Mark),
        })
    }
}

/// Bytes of a link: up to white space, a quote or a bracket, trailing punctuation left to the sentence.
fn link_length(rest: &[u8]) -> usize {
    let end = rest
        .iter()
        .position(|&b| b <= b' ' || b >= 0x80 || matches!(b, b'"' | b'<' | b'>' | b'\\' | b'|' | b')' | b']' | b'}'))
        .unwrap_or(rest.len());
    let trailing =
        rest[..end].iter().rev().take_while(|b| matches!(b, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'')).count();
    end - trailing
}

/// Top-level domains that a link without scheme may end in: those seen in shop and affiliate links, and the usual ones.
/// The second row spells words too ("dep.co ship"), so a path must follow.
fn is_top_level(name: &[u8], path_follows: bool) -> bool {
    const ALWAYS: [&str; 6] = ["com", "vn", "net", "org", "asia", "xyz"];
    const WITH_PATH: [&str; 23] = [
        "ee", "ly", "me", "co", "io", "link", "shop", "store", "app", "to", "gl", "info", "tv", "us", "uk", "page",
        "site", "online", "club", "bio", "it", "gd", "cc",
    ];
    let is = |n: &&str| name.eq_ignore_ascii_case(n.as_bytes());
    ALWAYS.iter().any(&is) || path_follows && WITH_PATH.iter().any(is)
}
