//! Known shares of a target population, for post-stratification.

use super::{By, census::Seen};
use crate::records::line_of;
use std::collections::BTreeMap;

/// Shares of posts by platform, language or month, or by several of them at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    by: Vec<By>,
    shares: BTreeMap<Vec<String>, f64>,
}

/// What is wrong with such shares.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PopulationError {
    /// The table cannot be read.
    #[error("--population: {0}")]
    Table(String),
    /// A column is not known, or `share` is missing.
    #[error(
        "--population: cột phải là share và platform, language, month; gặp {found} \
         / columns must be share and some of platform, language, month; found {found}"
    )]
    Columns {
        /// The header.
        found: String,
    },
    /// A share is no number from 0 to 1, or stands twice.
    #[error("--population, dòng/line {line}: share `{word}` sai hoặc lặp / is no share or stands twice")]
    Share {
        /// Which line.
        line: u64,
        /// What it holds.
        word: String,
    },
    /// The shares do not sum to 1.
    #[error("--population: tổng share là {sum:.4}, phải là 1 / shares sum to {sum:.4}, not to 1")]
    Sum {
        /// Their sum.
        sum: f64,
    },
    /// The run has posts that the population does not have.
    #[error(
        "--population không có nhóm {group} mà lần quét có / the population lacks the group {group}, which the run has"
    )]
    Lacks {
        /// The group.
        group: String,
    },
    /// The population has posts that the run does not have.
    #[error(
        "lần quét không có bài nào của nhóm {group} trong --population: không thể nói gì về nhóm này \
         / the run has no post of the group {group} of --population: nothing can be said of it"
    )]
    Unseen {
        /// The group.
        group: String,
    },
}

impl Population {
    /// Reads a CSV table with a column `share` and one to three of `platform`, `language`, `month`.
    ///
    /// # Errors
    /// When columns or shares are at fault.
    pub fn parse(text: &str) -> Result<Self, PopulationError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let wrong = |e: csv::Error| PopulationError::Table(e.to_string());
        let header: Vec<String> = reader.headers().map_err(wrong)?.iter().map(|h| h.trim().to_owned()).collect();
        let columns = || PopulationError::Columns { found: header.join(", ") };
        let share = header.iter().position(|h| h == "share").ok_or_else(columns)?;
        let mut by = Vec::new();
        for (at, name) in header.iter().enumerate().filter(|(at, _)| *at != share) {
            by.push((at, By::ALL.into_iter().find(|b| b.name() == name).ok_or_else(columns)?));
        }
        if by.is_empty() {
            return Err(columns());
        }
        let mut shares = BTreeMap::new();
        for record in reader.records() {
            let record = record.map_err(wrong)?;
            let cell = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
            let word = cell(share);
            let line = record.position().map_or(0, |at| line_of(text, at));
            let number = word.parse::<f64>().ok().filter(|s| (0.0..=1.0).contains(s));
            let key = by.iter().map(|(at, _)| cell(*at)).collect();
            match number {
                Some(number) if !shares.contains_key(&key) => drop(shares.insert(key, number)),
                _ => return Err(PopulationError::Share { line, word }),
            }
        }
        let sum: f64 = shares.values().sum();
        if (sum - 1.0).abs() > 1e-3 {
            return Err(PopulationError::Sum { sum });
        }
        shares.values_mut().for_each(|s| *s /= sum);
        Ok(Self { by: by.into_iter().map(|(_, b)| b).collect(), shares })
    }

    /// Groups whose share is given.
    pub fn groups(&self) -> usize {
        self.shares.len()
    }

    /// For each cell the factor that its posts count with, and the number of its group. Groups with fewer than `least`
    /// labels are joined, the two with the fewest labels at a time.
    pub(super) fn factors(
        &self,
        cells: &[Seen],
        posts: &[u64],
        labels: &[u64],
        least: u64,
    ) -> Result<Vec<(f64, u32)>, PopulationError> {
        let key = |seen: &Seen| self.by.iter().map(|b| group_of(*b, seen).to_owned()).collect::<Vec<_>>();
        struct Group {
            keys: Vec<Vec<String>>,
            share: f64,
            posts: u64,
            labels: u64,
        }
        let mut groups: BTreeMap<Vec<String>, Group> = BTreeMap::new();
        for (at, seen) in cells.iter().enumerate() {
            let key = key(seen);
            let share = self.shares.get(&key).copied();
            let share = share.ok_or_else(|| PopulationError::Lacks { group: key.join(", ") })?;
            let group = groups.entry(key.clone()).or_insert(Group { keys: vec![key], share, posts: 0, labels: 0 });
            group.posts += posts[at];
            group.labels += labels[at];
        }
        if let Some((key, _)) = self.shares.iter().find(|(key, share)| **share > 0.0 && !groups.contains_key(*key)) {
            return Err(PopulationError::Unseen { group: key.join(", ") });
        }
        let mut groups: Vec<Group> = groups.into_values().collect();
        loop {
            groups.sort_by(|a, b| b.labels.cmp(&a.labels).then_with(|| b.keys.cmp(&a.keys)));
            match groups.last() {
                Some(last) if groups.len() > 1 && last.labels < least => {}
                _ => break,
            }
            let Some(last) = groups.pop() else { break };
            if let Some(other) = groups.last_mut() {
                other.keys.extend(last.keys);
                other.share += last.share;
                other.posts += last.posts;
                other.labels += last.labels;
            }
        }
        let all: u64 = posts.iter().sum();
        let mut factors = Vec::with_capacity(cells.len());
        for seen in cells {
            let key = key(seen);
            let at = groups.iter().position(|g| g.keys.contains(&key)).unwrap_or_default();
            factors.push((groups[at].share * all as f64 / groups[at].posts as f64, at as u32));
        }
        Ok(factors)
    }
}

/// The group of a kind of post.
pub(super) fn group_of(by: By, seen: &Seen) -> &str {
    let [_, language, month, platform] = &seen.parts;
    match by {
        By::Platform => platform,
        By::Month => month,
        By::Language => language,
    }
}
