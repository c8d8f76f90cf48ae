//! Keyed hashes: who knows the key can join runs, who does not can neither undo nor guess.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// Shorter keys can be tried out.
const LEAST: usize = 16;

/// A key file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It cannot be read.
    #[error(
        "không đọc được tệp khóa {}: {source} / cannot read the key file {}: {source}",
        .path.display(), .path.display()
    )]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is too short to be secret.
    #[error(
        "tệp khóa {} chỉ có {bytes} byte, cần ít nhất {LEAST}; tạo khóa: openssl rand -hex 32 \
         / the key file {} holds {bytes} bytes, at least {LEAST} are needed; make one: openssl rand -hex 32",
        .path.display(), .path.display()
    )]
    Short {
        /// Which.
        path: PathBuf,
        /// How many it holds.
        bytes: usize,
    },
}

/// A secret.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// The key in a file: its bytes without blanks and line ends around them.
    ///
    /// # Errors
    /// When it cannot be read or is too short.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let bytes = fs::read(path).map_err(|source| KeyError::Io { path: path.to_owned(), source })?;
        let secret = bytes.trim_ascii();
        Self::new(secret).ok_or(KeyError::Short { path: path.to_owned(), bytes: secret.len() })
    }

    /// A key of these bytes; `None` when they are fewer than sixteen.
    pub fn new(secret: &[u8]) -> Option<Self> {
        if secret.len() < LEAST {
            return None;
        }
        Hmac::new_from_slice(secret).ok().map(Self)
    }

    /// HMAC-SHA-256 of the parts, each after its length as eight bytes, least first; `purpose` keeps apart what is hashed.
    pub(super) fn bytes(&self, purpose: &str, parts: &[&str]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in std::iter::once(&purpose).chain(parts) {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    /// The first sixteen of those bytes, in hexadecimal, after an `h_` that tells it from a name.
    pub(super) fn digest(&self, purpose: &str, parts: &[&str]) -> String {
        let hex: String = self.bytes(purpose, parts)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("h_{hex}")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_or_missing_key_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let missing = Key::read(&path).unwrap_err().to_string();
        assert!(missing.contains("không đọc được tệp khóa") && missing.contains("cannot read the key file"));
        fs::write(&path, "  ngắn\n").unwrap();
        let short = Key::read(&path).unwrap_err().to_string();
        assert!(short.contains("6 byte") && short.contains("openssl rand -hex 32"), "{short}");
        fs::write(&path, "0123456789abcdef\n").unwrap();
        let key = Key::read(&path).unwrap();
        assert_eq!(
            key.digest("creator", &["a", "b"]),
            Key::new(b"0123456789abcdef").unwrap().digest("creator", &["a", "b"])
        );
        assert!(!format!("{key:?}").contains("0123"));
    }

    #[test]
    fn key_purpose_and_parts_all_count() {
        let (one, two) = (Key::new(&[1; 32]).unwrap(), Key::new(&[2; 32]).unwrap());
        let base = one.digest("creator", &["ab", "c"]);
        assert_eq!(base.len(), 34);
        for other in [
            two.digest("creator", &["ab", "c"]),
            one.digest("post", &["ab", "c"]),
            one.digest("creator", &["a", "bc"]),
            one.digest("creator", &["abc"]),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn it_is_the_hmac_of_rfc_4231() {
        // Test case 1: the machinery below, before lengths are put in.
        let mut mac = Hmac::<Sha256>::new_from_slice(&[0x0B; 20]).unwrap();
        mac.update(b"Hi There");
        let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }
}
