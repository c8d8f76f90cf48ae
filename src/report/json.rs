//! JSON appended to a reused buffer: no value tree and no allocation for a post.

/// Bytes that JSON wants escaped.
const ESCAPED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// A string with its quotes.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    escape(out, text);
    out.push(b'"');
}

/// A string, or `null`.
pub(crate) fn string_or_null(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => string(out, text),
        None => out.extend_from_slice(b"null"),
    }
}

/// The inside of a string: runs without a byte to escape are copied whole.
pub(crate) fn escape(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&b| ESCAPED[b as usize]) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            byte => {
                out.extend_from_slice(b"\\u00");
                hex(out, &[byte]);
            }
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// A whole number.
pub(crate) fn integer(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Four decimals at most, half away from zero, at least one: `0.97`, `1.0`. Not a number gives `null`.
pub(crate) fn decimal(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        out.extend_from_slice(b"null");
        return;
    }
    let scaled = (value.abs() * 10_000.0).round() as u64;
    if value < 0.0 && scaled > 0 {
        out.push(b'-');
    }
    ten_thousandths(out, scaled);
}

fn ten_thousandths(out: &mut Vec<u8>, scaled: u64) {
    integer(out, scaled / 10_000);
    out.push(b'.');
    let mut fraction = scaled % 10_000;
    let mut digits = [0; 4];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (fraction % 10) as u8;
        fraction /= 10;
    }
    let kept = digits.iter().rposition(|&d| d != b'0').map_or(1, |at| at + 1);
    out.extend_from_slice(&digits[..kept]);
}

/// Four decimals, as `{:.4}` gives them.
pub(crate) fn four_decimals(out: &mut Vec<u8>, value: f64) {
    // Records hold rounded numbers: those need no exact arithmetic.
    let scaled = (value * 10_000.0 + 0.5) as u64;
    if value.is_sign_positive() && value < 1e9 && scaled as f64 / 10_000.0 == value {
        integer(out, scaled / 10_000);
        out.push(b'.');
        out.extend((0..4).rev().map(|place| b'0' + (scaled / 10_u64.pow(place) % 10) as u8));
    } else {
        out.extend_from_slice(format!("{value:.4}").as_bytes());
    }
}

/// A number in the shortest digits that read back as the same, as `serde_json` writes it.
pub(crate) fn number(out: &mut Vec<u8>, value: f64) {
    // Where four decimals say it all and there are fewer than sixteen digits, no shorter ones can read back as the same.
    let scaled = (value * 10_000.0 + 0.5) as u64;
    if value.is_sign_positive() && value < 1e9 && scaled as f64 / 10_000.0 == value {
        ten_thousandths(out, scaled);
    } else {
        // Writing a number into a vector cannot fail.
        drop(serde_json::to_writer(out, &value));
    }
}

/// `true` or `false`.
pub(crate) fn boolean(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

/// `true`, `false` or `null`.
pub(crate) fn boolean_or_null(out: &mut Vec<u8>, value: Option<bool>) {
    match value {
        Some(value) => boolean(out, value),
        None => out.extend_from_slice(b"null"),
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut digits = [0; 64];
    for part in bytes.chunks(digits.len() / 2) {
        for (pair, byte) in digits.chunks_exact_mut(2).zip(part) {
            pair.copy_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
        out.extend_from_slice(&digits[..2 * part.len()]);
    }
}

/// An array, each item written by `write`.
pub(crate) fn array<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// An array of strings.
pub(crate) fn strings<'a>(out: &mut Vec<u8>, items: impl IntoIterator<Item = &'a str>) {
    array(out, items, string);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn decimals_have_at_most_four_places_half_away_from_zero() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "0.0"),
            (1.0, "1.0"),
            (0.97, "0.97"),
            (0.9, "0.9"),
            (0.0003, "0.0003"),
            (0.062_5, "0.0625"),
            (0.031_25, "0.0313"),
            (-0.031_25, "-0.0313"),
            (-0.000_01, "0.0"),
            (87.666_66, "87.6667"),
            (99.999_96, "100.0"),
            (f64::NAN, "null"),
            (f64::INFINITY, "null"),
        ];
        for (value, expected) in cases {
            assert_eq!(written(|out| decimal(out, value)), expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn every_string_reads_back(text in any::<String>(), more in "[\u{0}-\u{ff}\"\\\\]{0,40}") {
            for text in [text, more] {
                let json = written(|out| string(out, &text));
                prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
                prop_assert!(!json.contains('\n'));
            }
        }

        #[test]
        fn every_integer_reads_back(n in any::<u64>()) {
            prop_assert_eq!(written(|out| integer(out, n)), n.to_string());
        }

        #[test]
        fn numbers_are_those_of_serde_json(
            value in prop_oneof![any::<f64>(), 0.0..1e10, (0..u64::MAX >> 10).prop_map(|n| n as f64 / 10_000.0)],
        ) {
            prop_assert_eq!(written(|out| number(out, value)), serde_json::to_string(&value).unwrap());
            prop_assert_eq!(written(|out| four_decimals(out, value)), format!("{value:.4}"));
        }

        #[test]
        fn hex_is_hex(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let expected: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
            prop_assert_eq!(written(|out| hex(out, &bytes)), expected);
        }
    }
}
