//! The table of attack families, in the order in which two of them are carried out on one phrase, and which pairs make
//! a text that a person can still read.

use crate::{alphabets, marks, phones, seed::Rng, separators, spelling, written::Written};

/// What kind of thing an attack does. Two of one kind are no pair: the second would undo or bury the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// The words, in chat spelling.
    Chat,
    /// The accents.
    Accents,
    /// The length of a word.
    Stretch,
    /// The digits of a phone number.
    Phone,
    /// Capitals.
    Case,
    /// The words as a hashtag.
    Tag,
    /// The spaces between words.
    Gaps,
    /// The alphabet.
    Alphabet,
    /// The encoding.
    Encoding,
    /// Visible things between letters.
    Between,
    /// Visible marks on letters.
    Overlay,
    /// Invisible marks.
    Invisible,
    /// The markup of a page or chat.
    Markup,
}

/// What a family does to accents. A term that the pack never reads without them is not asked of those that lose some:
/// it is another phrase then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Accents {
    /// All stay, in whatever writing.
    Kept,
    /// Some or all of the phrase's are lost.
    Lost,
    /// The whole post is written without.
    Unused,
}

/// A family of attacks: a pure function of phrase and seed. It gives nothing where it has nothing to do.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    pub(crate) accents: Accents,
    /// Whether only Vietnamese is written like that.
    pub(crate) vietnamese: bool,
    /// Already as much as a person can read: no pair with another such.
    hard: bool,
    attack: fn(&Written, &mut Rng) -> Option<Written>,
}

const fn family(name: &'static str, group: Group, attack: fn(&Written, &mut Rng) -> Option<Written>) -> Family {
    Family { name, group, accents: Accents::Kept, vietnamese: false, hard: false, attack }
}

impl Family {
    const fn hard(self) -> Self {
        Self { hard: true, ..self }
    }

    const fn vietnamese(self) -> Self {
        Self { vietnamese: true, ..self }
    }

    const fn accents(self, accents: Accents) -> Self {
        Self { accents, ..self }
    }

    /// The disguised phrase; nothing where the attack does not apply. In a hashtag nothing can stand that ends it.
    pub(crate) fn apply(&self, w: &Written, rng: &mut Rng) -> Option<Written> {
        let in_tag = w.0[0].shown == "#";
        (!in_tag || self.fits_a_tag()).then(|| (self.attack)(w, rng)).flatten().filter(|out| out.text() != w.text())
    }

    /// Whether a person can still read both on one phrase.
    pub(crate) fn pairs_with(&self, other: &Family) -> bool {
        let tags = |a: &Family, b: &Family| a.group != Group::Tag || b.fits_a_tag();
        self.group != other.group && !(self.hard && other.hard) && tags(self, other) && tags(other, self)
    }

    fn fits_a_tag(&self) -> bool {
        !matches!(self.group, Group::Tag | Group::Gaps | Group::Between | Group::Markup | Group::Phone)
    }
}

/// All families.
pub(crate) const FAMILIES: &[Family] = &[
    family("chat words", Group::Chat, spelling::chat_words),
    family("chat letters", Group::Chat, spelling::chat_letters).vietnamese(),
    family("i and y swapped", Group::Chat, spelling::i_and_y).vietnamese(),
    family("unaccented", Group::Accents, spelling::unaccented).vietnamese().accents(Accents::Unused),
    family("one word unaccented", Group::Accents, spelling::one_word_unaccented).vietnamese().accents(Accents::Lost),
    family("Telex", Group::Accents, spelling::telex).vietnamese().hard(),
    family("VNI", Group::Accents, spelling::vni).vietnamese().hard(),
    family("Telex and VNI", Group::Accents, spelling::telex_and_vni).vietnamese().hard(),
    family("wrong tone place", Group::Accents, spelling::wrong_tone_place).vietnamese(),
    family("tone on the consonant", Group::Accents, spelling::tone_on_consonant).vietnamese(),
    family("foreign accent", Group::Accents, spelling::foreign_accent).vietnamese().accents(Accents::Lost),
    family("wrong đ", Group::Accents, alphabets::wrong_d).vietnamese(),
    family("leet without accents", Group::Accents, spelling::leet).accents(Accents::Unused).hard(),
    family("one leet sign", Group::Accents, spelling::one_sign).accents(Accents::Lost),
    family("long end", Group::Stretch, spelling::long_end),
    family("long vowels", Group::Stretch, spelling::long_vowels),
    family("doubled consonants", Group::Stretch, spelling::doubled_consonants).hard(),
    family("phone: keycaps", Group::Phone, phones::keycaps),
    family("phone: circled", Group::Phone, phones::circled),
    family("phone: negative circled", Group::Phone, phones::negative_circled),
    family("phone: fullwidth", Group::Phone, phones::fullwidth),
    family("phone: maths bold", Group::Phone, phones::bold),
    family("phone: superscript", Group::Phone, phones::superscript),
    family("phone: letters for digits", Group::Phone, phones::letters),
    family("phone: groups", Group::Phone, phones::grouped),
    family("phone: sign after every digit", Group::Phone, phones::every_digit),
    family("phone: emoji between", Group::Phone, phones::emoji),
    family("phone: zero width", Group::Phone, phones::zero_width),
    family("phone: brackets", Group::Phone, phones::bracketed),
    family("phone: in words", Group::Phone, phones::in_words),
    family("upper case", Group::Case, alphabets::upper),
    family("capitals anywhere", Group::Case, alphabets::mixed_case),
    family("hashtag", Group::Tag, separators::hashtag),
    family("hashtag, bare", Group::Tag, separators::hashtag_bare).accents(Accents::Lost),
    family("CamelCase hashtag", Group::Tag, separators::hashtag_camel),
    family("CamelCase hashtag, bare", Group::Tag, separators::hashtag_camel_bare).accents(Accents::Lost),
    family("hashtag with underscores", Group::Tag, separators::hashtag_underscores),
    family("hashtag for each word", Group::Tag, separators::hashtag_a_word),
    family("underscore for space", Group::Gaps, separators::underscores),
    family("slash for space", Group::Gaps, separators::word_slashes),
    family("dot for space", Group::Gaps, separators::word_dots),
    family("hyphen for space", Group::Gaps, separators::word_hyphens),
    family("emoji for space", Group::Gaps, separators::word_emoji),
    family("Unicode spaces", Group::Gaps, separators::odd_spaces),
    family("wide spaces", Group::Gaps, separators::wide_spaces),
    family("glued words", Group::Gaps, separators::glued),
    family("CamelCase", Group::Gaps, separators::camel_glued),
    family("entities for space", Group::Gaps, marks::entity_spaces),
    family("maths bold", Group::Alphabet, alphabets::bold),
    family("maths bold sans", Group::Alphabet, alphabets::bold_sans),
    family("maths italic sans", Group::Alphabet, alphabets::italic_sans),
    family("maths script", Group::Alphabet, alphabets::script),
    family("maths Fraktur", Group::Alphabet, alphabets::fraktur),
    family("maths double-struck", Group::Alphabet, alphabets::double_struck),
    family("maths monospace", Group::Alphabet, alphabets::monospace),
    family("fullwidth", Group::Alphabet, alphabets::fullwidth),
    family("fullwidth and spaces", Group::Alphabet, alphabets::fullwidth_spaced),
    family("circled", Group::Alphabet, alphabets::circled),
    family("negative circled", Group::Alphabet, alphabets::circled_negative),
    family("squared", Group::Alphabet, alphabets::squared),
    family("negative squared", Group::Alphabet, alphabets::squared_negative),
    family("parenthesized", Group::Alphabet, alphabets::parenthesized),
    family("regional indicators", Group::Alphabet, alphabets::regional).hard(),
    family("superscript", Group::Alphabet, alphabets::superscript),
    family("small capitals", Group::Alphabet, alphabets::small_capitals),
    family("flipped", Group::Alphabet, alphabets::flipped).hard(),
    family("Cyrillic vowels", Group::Alphabet, alphabets::cyrillic_vowels),
    family("Cyrillic letters", Group::Alphabet, alphabets::cyrillic_all),
    family("one Cyrillic letter", Group::Alphabet, alphabets::cyrillic_one),
    family("Greek letters", Group::Alphabet, alphabets::greek),
    family("Armenian letters", Group::Alphabet, alphabets::armenian),
    family("Cherokee capitals", Group::Alphabet, alphabets::cherokee),
    family("Lisu capitals", Group::Alphabet, alphabets::lisu),
    family("phonetic letters", Group::Alphabet, alphabets::phonetic),
    family("hooked letters", Group::Alphabet, alphabets::hooked),
    family("Roman numerals", Group::Alphabet, alphabets::roman_numerals),
    family("capital I for l", Group::Alphabet, alphabets::capital_i),
    family("ransom note", Group::Alphabet, alphabets::ransom).hard(),
    family("NFD", Group::Encoding, alphabets::nfd),
    family("CP1258", Group::Encoding, alphabets::cp1258),
    family("numbers of a page", Group::Encoding, marks::number_entities),
    family("names of a page", Group::Encoding, marks::named_entities),
    family("dots", Group::Between, separators::dots).hard(),
    family("hyphens", Group::Between, separators::hyphens).hard(),
    family("odd signs", Group::Between, separators::odd_signs).hard(),
    family("repeated signs", Group::Between, separators::repeated_signs).hard(),
    family("emoji", Group::Between, separators::emoji).hard(),
    family("letters spaced out", Group::Between, separators::spaced).hard(),
    family("letters spaced out evenly", Group::Between, separators::spaced_evenly).hard(),
    family("thin spaces", Group::Between, separators::thin_spaces),
    family("a letter a line", Group::Between, separators::column).hard(),
    family("dot after the onset", Group::Between, separators::dot_after_onset),
    family("space after the onset", Group::Between, separators::space_after_onset),
    family("one dot a word", Group::Between, separators::dot_inside),
    family("one star a word", Group::Between, separators::star_inside),
    family("one sign a word", Group::Between, separators::sign_inside),
    family("one emoji a word", Group::Between, separators::emoji_inside),
    family("line break in words", Group::Between, separators::line_break_inside),
    family("letters in brackets", Group::Between, separators::bracketed_letters).hard(),
    family("one letter in brackets", Group::Between, separators::one_bracketed_letter),
    family("struck through", Group::Overlay, marks::struck_through),
    family("underlined", Group::Overlay, marks::underlined),
    family("enclosing marks", Group::Overlay, marks::enclosing),
    family("stacked marks", Group::Overlay, marks::stacked).hard(),
    family("zero width", Group::Invisible, marks::zero_width),
    family("soft hyphens", Group::Invisible, marks::soft_hyphens),
    family("invisible marks", Group::Invisible, marks::invisible),
    family("fillers", Group::Invisible, marks::fillers),
    family("variation selectors", Group::Invisible, marks::variation_selectors),
    family("tag characters", Group::Invisible, marks::tag_characters),
    family("bidi wrap", Group::Invisible, marks::bidi_wrap),
    family("bidi marks inside", Group::Invisible, marks::bidi_inside),
    family("bidi override", Group::Invisible, marks::bidi_override).hard(),
    family("bold by tags", Group::Markup, marks::bold_tags),
    family("bold by stars", Group::Markup, marks::stars_of_markdown),
    family("breaks of a page", Group::Markup, marks::entity_breaks),
];
