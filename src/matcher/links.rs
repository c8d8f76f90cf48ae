//! Where links lead: affiliate, shop and shortener hosts, and query parameters that give tracking away.

use crate::{
    pack::{Pack, TermId},
    words::Filed,
};
use aho_corasick::AhoCorasick;

/// Hosts and parameters of the pack.
#[derive(Debug)]
pub(super) struct Links {
    /// The last one filed counts.
    hosts: Filed<TermId>,
    params: Option<AhoCorasick>,
    param_terms: Vec<TermId>,
}

impl Links {
    pub(super) fn new(pack: &Pack) -> Self {
        let mut hosts = Filed::default();
        pack.hosts.iter().filter(|h| !h.param).for_each(|h| hosts.push(&h.key, h.term));
        let params: Vec<_> = pack.hosts.iter().filter(|h| h.param).collect();
        // Literals of a few bytes each: building cannot fail within the size limits, and without it no parameter matches.
        let automaton = AhoCorasick::new(params.iter().map(|h| &h.key)).ok().filter(|_| !params.is_empty());
        Self { hosts, params: automaton, param_terms: params.iter().map(|h| h.term).collect() }
    }

    /// Terms of a link (lower case): those of its parameters, then the nearest host.
    pub(super) fn terms(&self, link: &str, mut found: impl FnMut(TermId)) {
        let rest = link.split_once("://").map_or(link, |(_, r)| r);
        let rest = rest.strip_prefix("www.").unwrap_or(rest);
        let (host, path) = rest.split_once(['/', '?']).unwrap_or((rest, ""));
        let host = host.split(':').next().unwrap_or(host);
        if let Some(params) = &self.params {
            for hit in params.find_iter(path) {
                // A parameter begins after ?, & or a slash-free start.
                if hit.start() == 0 || matches!(path.as_bytes()[hit.start() - 1], b'?' | b'&' | b'/' | b';') {
                    found(self.param_terms[hit.pattern().as_usize()]);
                }
            }
        }
        let mut key = String::with_capacity(rest.len().min(80));
        let mut at = host;
        loop {
            if let Some(first) = path.split(['/', '?']).next().filter(|s| !s.is_empty() && s.len() <= 24) {
                key.clear();
                key.push_str(at);
                key.push('/');
                key.push_str(first);
                if let Some(&term) = self.hosts.get(&key).last() {
                    return found(term);
                }
            }
            if let Some(&term) = self.hosts.get(at).last() {
                return found(term);
            }
            match at.split_once('.') {
                Some((_, rest)) if rest.contains('.') => at = rest,
                _ => return,
            }
        }
    }
}
