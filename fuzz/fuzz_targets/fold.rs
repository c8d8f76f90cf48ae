//! The laws of folding (tests/fold_laws.rs) on whatever the fuzzer makes.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use minhbach::normalise::{Kind, Text, fold};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(raw) = std::str::from_utf8(data) else { return Corpus::Reject };
    let (mut text, mut again) = (Text::default(), Text::default());
    fold(raw, &mut text);
    let (mut at, mut key_at) = (0, 0);
    for token in &text.tokens {
        let (span, key) = (token.raw.range(), token.marked.range());
        // What an override turns round has its words in the other order.
        assert!(span.start >= at && key.start >= key_at || raw.contains('\u{202E}'), "{token:?} is out of order");
        assert!(!token.raw.slice(raw).is_empty(), "{token:?} is empty");
        (at, key_at) = (span.end, key.end);

        // Words of other scripts, and letters that could be flags or pictures, are read by the text around them.
        let (source, key) = (token.raw.slice(raw), text.key(token));
        // So are look-alikes that are a whole word: Latin ones in a text of ours only.
        let alike = raw.chars().any(in_its_own_script) && !source.contains(|c: char| c.is_ascii_alphabetic());
        // And letters in brackets, by the letters that stand beside them, and letters that an override turns round.
        let arranged = source.contains(['(', ')', '[', ']', '{', '}', '【', '】']) || raw.contains('\u{202E}');
        if key.chars().any(in_its_own_script) || source.chars().any(is_picture_too) || alike || arranged {
            continue;
        }
        let sources = [source, key];
        let folds_alone = !matches!(token.kind, Kind::Hashtag | Kind::Mention | Kind::Url | Kind::Email);
        for source in &sources[..1 + usize::from(folds_alone)] {
            fold(source, &mut again);
            let keys: Vec<_> = again.tokens.iter().map(|t| (t.kind, again.key(t))).collect();
            assert_eq!(keys, [(token.kind, key)], "{source:?} of {raw:?}");
        }
    }
    Corpus::Keep
});

/// A Greek, Cyrillic, Armenian, Cherokee or Lisu letter.
fn in_its_own_script(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{58F}' | '\u{1F00}'..='\u{1FFF}' | '\u{13A0}'..='\u{13FF}' | '\u{A4D0}'..='\u{A4FF}' | '\u{AB70}'..='\u{ABBF}')
}

/// A regional indicator, half a flag or a letter, or a squared letter that is a blood group or a sign by itself.
fn is_picture_too(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}' | '🅰' | '🅱' | '🅾' | '🅿' | 'Ⓜ' | 'ℹ')
}
