//! The names under which a record may carry its parts, and the words of a platform label.

use crate::post::PlatformLabel;

/// A part of a post. Where several names mean the same part, the lower number is preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Id(u8),
    AuthorId(u8),
    AuthorHandle(u8),
    AuthorName(u8),
    Followers(u8),
    Platform,
    Created(u8),
    Captured,
    Text(u8),
    Title,
    Transcript,
    OnScreen,
    AltText,
    FirstComment,
    Bio,
    Links,
    Hashtags,
    Coauthors,
    Sponsor,
    Url(u8),
    Likes(u8),
    PlatformLabel,
    CommerceFlag,
    AiLabel,
}

/// The key of the nested author.
pub(super) const AUTHOR: &str = "author";

/// Names of the caption, preferred first.
pub(super) const TEXTS: [&str; 6] = ["text", "caption", "description", "content", "message", "body"];

/// What a top name means.
pub(super) fn key(name: &str) -> Option<Key> {
    Some(match name {
        "id" => Key::Id(0),
        "post_id" => Key::Id(1),
        "text" => Key::Text(0),
        "caption" => Key::Text(1),
        "description" => Key::Text(2),
        "content" => Key::Text(3),
        "message" => Key::Text(4),
        "body" => Key::Text(5),
        "platform" => Key::Platform,
        "created_at" => Key::Created(0),
        "date" => Key::Created(1),
        "posted_at" => Key::Created(2),
        "timestamp" => Key::Created(3),
        "create_time" => Key::Created(4),
        "captured_at" => Key::Captured,
        "author.id" => Key::AuthorId(0),
        "author_id" => Key::AuthorId(1),
        "author.handle" => Key::AuthorHandle(0),
        "author_handle" => Key::AuthorHandle(2),
        "username" => Key::AuthorHandle(3),
        "handle" => Key::AuthorHandle(4),
        "author.name" => Key::AuthorName(0),
        "author_name" => Key::AuthorName(1),
        "author.followers" => Key::Followers(0),
        "author_followers" => Key::Followers(1),
        "followers" => Key::Followers(2),
        "title" => Key::Title,
        "transcript" => Key::Transcript,
        "on_screen" => Key::OnScreen,
        "alt_text" => Key::AltText,
        "first_comment" => Key::FirstComment,
        "bio" => Key::Bio,
        "links" => Key::Links,
        "hashtags" => Key::Hashtags,
        "coauthors" => Key::Coauthors,
        "sponsor" => Key::Sponsor,
        "url" => Key::Url(0),
        "link" => Key::Url(1),
        "likes" => Key::Likes(0),
        "like_count" => Key::Likes(1),
        "platform_label" => Key::PlatformLabel,
        "commerce_flag" => Key::CommerceFlag,
        "ai_label" => Key::AiLabel,
        _ => return None,
    })
}

/// What a name inside the nested author means.
pub(super) fn author_key(name: &str) -> Option<Key> {
    Some(match name {
        "id" => Key::AuthorId(0),
        "handle" => Key::AuthorHandle(0),
        "username" => Key::AuthorHandle(1),
        "name" => Key::AuthorName(0),
        "followers" => Key::Followers(0),
        _ => return None,
    })
}

/// Whether a name is one of the caption's.
pub(super) fn is_text(name: &str) -> bool {
    matches!(key(name), Some(Key::Text(_)))
}

/// Whether a sponsor's cell names nobody: it is empty, or a word for no.
pub(super) fn is_nobody(name: &str) -> bool {
    const NOBODY: [&str; 11] = ["none", "null", "nan", "n/a", "na", "no", "false", "0", "không", "không có", "khong"];
    let name = name.trim().to_lowercase();
    NOBODY.contains(&&*name) || !name.chars().any(char::is_alphanumeric)
}

/// A yes or no in words.
pub(super) fn yes_or_no(word: &str) -> Option<bool> {
    let word = word.trim();
    let is = |words: [&str; 3]| words.iter().any(|w| word.eq_ignore_ascii_case(w));
    if is(["true", "yes", "1"]) {
        Some(true)
    } else if is(["false", "no", "0"]) {
        Some(false)
    } else {
        None
    }
}

/// A platform label in words. What is neither yes nor no is unknown, never no.
pub(super) fn platform_label(word: &str) -> PlatformLabel {
    match yes_or_no(word) {
        Some(true) => PlatformLabel::Yes,
        Some(false) => PlatformLabel::No,
        None if word.trim().eq_ignore_ascii_case("weak_no") => PlatformLabel::WeakNo,
        None => PlatformLabel::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_caption_are_ranked_as_listed() {
        for (rank, name) in TEXTS.iter().enumerate() {
            assert_eq!(key(name), Some(Key::Text(rank as u8)), "{name}");
        }
    }

    #[test]
    fn labels_in_words() {
        let table = [
            ("yes", PlatformLabel::Yes),
            ("TRUE", PlatformLabel::Yes),
            ("no", PlatformLabel::No),
            ("false", PlatformLabel::No),
            ("weak_no", PlatformLabel::WeakNo),
            ("unknown", PlatformLabel::Unknown),
            ("perhaps", PlatformLabel::Unknown),
            ("", PlatformLabel::Unknown),
        ];
        for (word, label) in table {
            assert_eq!(platform_label(word), label, "{word}");
        }
    }
}
