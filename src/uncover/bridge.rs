//! Words of a term with a sign between them and no space: quảng/cáo, quảng🔥cáo.

use super::{part::Piece, row::Row, unit::Unit};
use crate::normalise::{Break, Kind, Token};

impl Row<'_> {
    /// Whether two words of a term stand on both sides of a sign.
    pub(super) fn bridges(&self, pieces: &[Piece]) -> bool {
        let id = |p: &Piece| self.tagged.ids[p.token];
        let pair = |a: &Piece, b: &Piece| self.known.pair(id(a), id(b)) && self.parted(b, false);
        // A lone space parts nothing, unless a picture was beside it.
        let spaced = |a: &Piece, b: &Piece| b.spaced && b.token == a.token + 1;
        pieces.windows(2).any(|w| !spaced(&w[0], &w[1]) && pair(&w[0], &w[1]))
    }

    /// What stands for a space all through the row, if two words of a term stand on both sides of it once.
    pub(super) fn spacer(&self, units: &[Unit], pieces: &[Piece]) -> Option<&str> {
        let parted = |w: &&[Unit]| self.parted(&pieces[w[1].first], w[0].broken || w[1].broken);
        let all: Vec<&[Unit]> = units.windows(2).filter(parted).collect();
        let sure = all.iter().find(|w| self.known.pair(w[0].ids.1, w[1].ids.0))?;
        let gap = |w: &[Unit]| self.gap(&pieces[w[1].first]);
        let sure = gap(sure);
        (all.iter().filter(|w| gap(w) == sure).count() > 1).then_some(sure)
    }

    /// Whether a sign without a space, a slash or a picture holds a piece apart from the one before it, or the end of a
    /// line where lines end inside words.
    pub(super) fn parted(&self, piece: &Piece, broken: bool) -> bool {
        let token = &self.text.tokens[piece.token];
        let before = piece.token.checked_sub(1).map(|i| &self.text.tokens[i]);
        let emoji = before.is_some_and(|t| t.kind == Kind::Emoji);
        let gap = self.gap(piece);
        let line = gap.contains('\n');
        let near = piece.stuck && !gap.is_empty() || is_slash(gap) || emoji && !line || line && broken;
        near && (token.before > Break::None || emoji)
            && !before.is_some_and(|before| self.is_own_sign(before, gap, token))
    }

    /// Whether a sign is there for itself: a bracket opens (để lưu(mã chỉ mở 15p), something is so much for each
    /// (4/month), a sentence trails off and another begins (gửi tiền...Số tiền).
    fn is_own_sign(&self, before: &Token, gap: &str, next: &Token) -> bool {
        let capital = |t: &Token| t.raw.slice(self.raw).starts_with(char::is_uppercase);
        match gap {
            "(" => true,
            "/" => before.kind == Kind::Number,
            _ => gap.starts_with("..") && capital(next) && !capital(before),
        }
    }
}

/// Whether nothing but a slash and spaces stand there.
pub(super) fn is_slash(gap: &str) -> bool {
    matches!(gap.trim_matches(' '), "/" | "\\" | "//" | "|")
}
