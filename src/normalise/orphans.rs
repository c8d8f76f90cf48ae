//! Marks that stand apart from their letter (`thi ́ ch`): texts that a tokeniser has cut. 170 times in 89,309 posts measured,
//! most of them comments.

use super::{
    Folder, Folds, Kind,
    letters::{Class, letter},
    slow, vietnamese,
};

/// Bytes that a syllable has at most, its marks and the spaces between them included.
const LONGEST: usize = 48;
/// Letters that can follow the one with the tone (`ng`, `ch`, `nh`, and a vowel before).
const LONGEST_TAIL: usize = 4;

impl Folder<'_> {
    /// Joins the mark that stands at `at` to the word before it, from which only spaces part it; and the letters after it
    /// where that spells a syllable. The token of that word is made anew. Gives `false` when no word can take the mark.
    pub(super) fn rejoin(&mut self) -> bool {
        let Some(token) = self.out.tokens.last().copied().filter(|t| t.kind == Kind::Word) else { return false };
        let (start, word_end) = (token.raw.start() as usize, token.raw.end() as usize);
        let passes = |c: char| matches!(letter(c).class, Class::Space | Class::Invisible);
        if self.at - start > LONGEST || !self.raw[word_end..self.at].chars().all(passes) {
            return false;
        }
        self.settle();
        let marks_end = self.at + self.stretch(self.at, |c| matches!(letter(c).class, Class::Mark | Class::Invisible));
        let mut word: String = self.raw[start..marks_end].chars().filter(|&c| !passes(c)).collect();
        if word.len() > LONGEST {
            return false;
        }
        let latin_text = || self.is_latin();
        let mut folded = slow::fold(&word, &latin_text);
        if folded.marked == self.out.key(&token) || folded.damaged && !token.damaged {
            return false;
        }
        let mut end = marks_end;
        let tail = marks_end + self.stretch(marks_end, passes);
        let tail_end = tail + self.stretch(tail, |c| letter(c).class == Class::Letter);
        if tail < tail_end && tail_end - tail <= LONGEST_TAIL && !self.is_word_at(tail_end) {
            word.push_str(&self.raw[tail..tail_end]);
            let longer = slow::fold(&word, &latin_text);
            // The mark must already stand where the syllable has its tone: "gi ̀ anh" is no giành.
            if !longer.folds.contains(Folds::TONE) && vietnamese::is_syllable(&longer.marked) {
                (folded, end) = (longer, tail_end);
            }
        }
        self.before = self.out.reopen();
        let marked_start = self.out.marked.len();
        self.out.marked.push_str(&folded.marked);
        self.at = end;
        self.close(Kind::Word, start, marked_start, folded.folds.with(Folds::MARKS), folded.damaged, false);
        true
    }

    /// Bytes from `at` on whose characters are all `wanted`.
    fn stretch(&self, at: usize, wanted: impl Fn(char) -> bool) -> usize {
        let rest = &self.raw[at..];
        rest.find(|c| !wanted(c)).unwrap_or(rest.len())
    }
}
