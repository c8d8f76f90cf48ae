//! The lines of `posts.jsonl`, `findings.jsonl` and `rejects.jsonl`.

use super::{json, points::Points};
use crate::{
    analysis::{Analysis, Claim, Edit, Evidence, Finding, Folds},
    day::Moment,
    pack::{Bilingual, Pack, Provision, Rule, TermId, Tier},
    post::{Field, Post},
    redact::Veil,
    span::RawSpan,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// The name of a finding that stays the same from run to run: the first 16 bytes of SHA-256 over platform, creator, explicit
/// post id (empty when there is none), the caption's SHA-256 as 64 lower-case hexadecimal digits, and rule id, each preceded by its
/// length in bytes as eight bytes, least first, so that no two lists of parts read alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingId([u8; 16]);

impl FindingId {
    /// The id of the finding of `rule` in `post`, whose caption has that hash.
    pub fn new(post: &Post<'_>, text_sha256: &[u8; 32], rule: &str) -> Self {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(text_sha256) {
            pair[0] = digit(byte >> 4);
            pair[1] = digit(byte & 15);
        }
        let parts: [&[u8]; 5] = [
            post.platform.as_bytes(),
            post.creator().unwrap_or_default().as_bytes(),
            post.id.as_deref().unwrap_or_default().as_bytes(),
            &digits,
            rule.as_bytes(),
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        Self(id)
    }
}

impl FromStr for FindingId {
    type Err = ();

    /// Reads an id as the files write it, `f_` and 32 lower-case hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix("f_").filter(|d| d.len() == 32).ok_or(())?;
        let value = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(()),
        };
        let mut id = [0; 16];
        for (byte, pair) in id.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Ok(Self(id))
    }
}

fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("f_")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Writes the lines of a run. What a rule or a provision always says is written out once, when the writer is made, and
/// copied from then on. Shared by all workers.
pub struct Records<'p> {
    pack: &'p Pack,
    advisory: bool,
    rules: Vec<RuleParts>,
    provisions: Vec<Vec<u8>>,
}

/// The parts of a finding that depend on its rule alone.
struct RuleParts {
    /// `"rule":"…"` to `"severity":"…"`.
    head: Vec<u8>,
    /// `"group":"…"`.
    group: Vec<u8>,
    /// `"see_also":[…],"message":{…},"fix":{"vi":"…","en":"…"`.
    tail: Vec<u8>,
}

impl<'p> Records<'p> {
    /// A writer for findings of this pack; advisory findings are written only with `advisory`.
    pub fn new(pack: &'p Pack, advisory: bool) -> Self {
        let rules = pack.rules.iter().map(|rule| RuleParts::new(pack, rule)).collect();
        let provisions = pack.provisions.iter().map(provision).collect();
        Self { pack, advisory, rules, provisions }
    }

    /// The pack that the findings are of.
    pub fn pack(&self) -> &'p Pack {
        self.pack
    }

    /// Whether a finding is written in this run.
    pub fn writes(&self, finding: &Finding) -> bool {
        self.advisory || finding.tier != Tier::Advisory
    }

    /// The findings of a post that this run writes, by rule id.
    pub fn written<'a>(&self, analysis: &'a Analysis) -> impl Iterator<Item = &'a Finding> {
        let advisory = self.advisory;
        analysis.findings.iter().filter(move |f| advisory || f.tier != Tier::Advisory)
    }

    /// Appends the post's line of `posts.jsonl`.
    pub fn write_post(&self, out: &mut Vec<u8>, post: &Post<'_>, analysis: &Analysis) {
        self.write_post_veiled(out, post, analysis, None);
    }

    /// The same, showing of the post's texts only what the veil lets through.
    pub fn write_post_veiled(&self, out: &mut Vec<u8>, post: &Post<'_>, analysis: &Analysis, veil: Option<&Veil>) {
        out.extend_from_slice(br#"{"type":"post","#);
        redacted(out, veil);
        identity(out, post);
        out.extend_from_slice(br#","text_sha256":""#);
        json::hex(out, &analysis.text_sha256);
        out.extend_from_slice(br#"","language":{"tag":""#);
        out.extend_from_slice(analysis.language.tag.name().as_bytes());
        out.extend_from_slice(br#"","confidence":"#);
        json::decimal(out, f64::from(analysis.language.confidence));
        out.extend_from_slice(br#","mixed":"#);
        json::boolean(out, analysis.language.mixed);

        out.extend_from_slice(br#"},"commercial":{"label":""#);
        out.extend_from_slice(analysis.commercial.name().as_bytes());
        out.extend_from_slice(br#"","score":"#);
        json::decimal(out, f64::from(analysis.score));
        out.extend_from_slice(br#","evidence":"#);
        json::strings(out, self.evidence(&analysis.hard));
        out.extend_from_slice(br#","soft":"#);
        json::strings(out, self.evidence(&analysis.soft));

        let disclosure = &analysis.disclosure;
        out.extend_from_slice(br#"},"disclosure":{"state":""#);
        out.extend_from_slice(disclosure.state.name().as_bytes());
        out.extend_from_slice(br#"","reasons":"#);
        json::strings(out, disclosure.reasons.names());
        let axes = disclosure.axes;
        for (name, axis) in [
            (r#","axes":{"present":"#, axes.present),
            (r#","clear":"#, axes.clear),
            (r#","placed":"#, axes.placed),
            (r#","language":"#, axes.language),
            (r#","sustained":"#, axes.sustained),
        ] {
            out.extend_from_slice(name.as_bytes());
            json::boolean_or_null(out, axis);
        }
        out.extend_from_slice(br#"},"platform_label":""#);
        out.extend_from_slice(post.platform_label.name().as_bytes());

        out.extend_from_slice(br#""},"product":"#);
        let products = &self.pack.products;
        json::strings(out, analysis.products.iter().filter_map(|&i| products.get(usize::from(i))).map(String::as_str));
        out.extend_from_slice(br#","claims":"#);
        let mut places = Places { points: Points::new(post), veil };
        json::array(out, &analysis.claims, |out, claim| self.claim(out, &mut places, claim));
        out.extend_from_slice(br#","findings":"#);
        let rules = &self.pack.rules;
        json::strings(
            out,
            self.written(analysis).filter_map(|f| rules.get(usize::from(f.rule.0))).map(|rule| rule.id.as_str()),
        );
        out.extend_from_slice(br#","unseen":"#);
        json::strings(out, analysis.unseen.names());
        out.extend_from_slice(br#","flags":"#);
        json::strings(out, analysis.flags.names());
        // Which of two versions of a post is the later one: what scoring again needs.
        out.extend_from_slice(br#","captured_at":"#);
        moment_or_null(out, post.captured);
        // What the tables beside the scores count, where the input tells.
        for (name, number) in [(r#","likes":"#, post.likes), (r#","followers":"#, post.author.followers)] {
            if let Some(number) = number {
                out.extend_from_slice(name.as_bytes());
                json::integer(out, number);
            }
        }
        if let Some(label) = post.ai_label {
            out.extend_from_slice(br#","ai_label":"#);
            json::boolean(out, label);
        }
        out.extend_from_slice(b"}\n");
    }

    /// Appends the line of one finding to `findings.jsonl` and gives its id. A finding of a rule that the pack does not
    /// have writes nothing.
    pub fn write_finding(
        &self,
        out: &mut Vec<u8>,
        post: &Post<'_>,
        analysis: &Analysis,
        finding: &Finding,
    ) -> Option<FindingId> {
        self.write_finding_veiled(out, post, analysis, finding, None)
    }

    /// The same, showing of the post's texts only what the veil lets through.
    pub fn write_finding_veiled(
        &self,
        out: &mut Vec<u8>,
        post: &Post<'_>,
        analysis: &Analysis,
        finding: &Finding,
        veil: Option<&Veil>,
    ) -> Option<FindingId> {
        let rule = self.pack.rules.get(usize::from(finding.rule.0))?;
        let parts = self.rules.get(usize::from(finding.rule.0))?;
        let id = FindingId::new(post, &analysis.text_sha256, &rule.id);
        debug_assert!(finding.evidence.is_sorted_by_key(|e| (e.role, e.field, e.span)), "evidence out of order");

        out.extend_from_slice(br#"{"type":"finding","id":"f_"#);
        json::hex(out, &id.0);
        out.extend_from_slice(br#"","#);
        redacted(out, veil);
        identity(out, post);
        out.push(b',');
        out.extend_from_slice(&parts.head);
        out.extend_from_slice(br#","tier":""#);
        out.extend_from_slice(finding.tier.name().as_bytes());
        out.extend_from_slice(br#"","#);
        out.extend_from_slice(&parts.group);
        out.extend_from_slice(br#","counts":"#);
        json::boolean(out, finding.counts);
        out.extend_from_slice(br#","rank":"#);
        json::integer(out, u64::from(finding.rank));
        out.extend_from_slice(br#","language":""#);
        out.extend_from_slice(analysis.language.tag.name().as_bytes());
        out.extend_from_slice(br#"","spans":"#);
        let mut places = Places { points: Points::new(post), veil };
        json::array(out, &finding.evidence, |out, evidence| self.evidence_span(out, &mut places, evidence));
        out.extend_from_slice(br#","law":""#);
        out.extend_from_slice(if finding.law_in_force { b"in_force" } else { b"none_in_force" });
        out.extend_from_slice(br#"","provisions":"#);
        let provisions = finding.provisions.iter().filter_map(|p| self.provisions.get(usize::from(p.0)));
        json::array(out, provisions, |out, provision| out.extend_from_slice(provision));
        out.push(b',');
        out.extend_from_slice(&parts.tail);
        out.extend_from_slice(br#","edits":"#);
        json::array(out, &finding.edits, |out, edit| write_edit(out, &mut places, edit));
        out.extend_from_slice(br#"},"text_sha256":""#);
        json::hex(out, &analysis.text_sha256);
        out.extend_from_slice(b"\"}\n");
        Some(id)
    }

    fn evidence<'a>(&'a self, indices: &'a [u8]) -> impl Iterator<Item = &'a str> {
        indices.iter().filter_map(|&i| self.pack.evidence.get(usize::from(i))).map(|kind| kind.id.as_str())
    }

    fn claim(&self, out: &mut Vec<u8>, places: &mut Places<'_>, claim: &Claim) {
        out.extend_from_slice(br#"{"code":"#);
        json::string(out, claim.code);
        out.extend_from_slice(br#","status":""#);
        out.extend_from_slice(claim.status.name().as_bytes());
        out.extend_from_slice(br#"","#);
        self.words(out, places, claim.field, claim.span, claim.term, claim.folds);
    }

    fn evidence_span(&self, out: &mut Vec<u8>, places: &mut Places<'_>, evidence: &Evidence) {
        out.extend_from_slice(br#"{"role":""#);
        out.extend_from_slice(evidence.role.name().as_bytes());
        out.extend_from_slice(br#"","#);
        self.words(out, places, evidence.field, evidence.span, evidence.term, evidence.folds);
    }

    /// `"field":…` to `"folds":[…]}`.
    fn words(
        &self,
        out: &mut Vec<u8>,
        places: &mut Places<'_>,
        field: Field,
        span: RawSpan,
        term: TermId,
        folds: Folds,
    ) {
        let quote = places.write(out, field, span);
        out.extend_from_slice(br#","quote":"#);
        match places.veil {
            Some(veil) => json::string(out, &veil.show(field, places.points.text(field), span.range())),
            None => json::string(out, quote),
        }
        out.extend_from_slice(br#","term":"#);
        json::string(out, self.pack.term_name(term));
        out.extend_from_slice(br#","folds":"#);
        json::strings(out, folds.names());
        out.push(b'}');
    }
}

impl RuleParts {
    fn new(pack: &Pack, rule: &Rule) -> Self {
        let mut head = br#""rule":"#.to_vec();
        json::string(&mut head, &rule.id);
        head.extend_from_slice(br#","slug":"#);
        json::string(&mut head, &rule.slug);
        head.extend_from_slice(br#","criterion":""#);
        head.extend_from_slice(rule.criterion.name().as_bytes());
        head.extend_from_slice(br#"","severity":""#);
        head.extend_from_slice(rule.severity.name().as_bytes());
        head.push(b'"');

        let mut group = br#""group":"#.to_vec();
        json::string(&mut group, &rule.group);

        let mut tail = br#""see_also":"#.to_vec();
        let see_also = rule.see_also.iter().filter_map(|p| pack.provisions.get(usize::from(p.0)));
        json::strings(&mut tail, see_also.map(|p| p.id.as_str()));
        tail.extend_from_slice(br#","message":{"#);
        both(&mut tail, &rule.message);
        tail.extend_from_slice(br#"},"fix":{"#);
        both(&mut tail, &rule.fix);
        Self { head, group, tail }
    }
}

/// `"vi":"…","en":"…"`.
fn both(out: &mut Vec<u8>, text: &Bilingual) {
    out.extend_from_slice(br#""vi":"#);
    json::string(out, &text.vi);
    out.extend_from_slice(br#","en":"#);
    json::string(out, &text.en);
}

fn provision(provision: &Provision) -> Vec<u8> {
    let mut out = br#"{"id":"#.to_vec();
    json::string(&mut out, &provision.id);
    out.extend_from_slice(br#","instrument":"#);
    json::string(&mut out, &provision.instrument);
    out.extend_from_slice(br#","article":"#);
    json::string(&mut out, &provision.article);
    out.extend_from_slice(br#","penalty":"#);
    json::string_or_null(&mut out, provision.penalty.as_deref());
    out.extend_from_slice(br#","confidence":""#);
    out.extend_from_slice(provision.confidence.name().as_bytes());
    out.extend_from_slice(b"\"}");
    out
}

/// `"post_id":…` to `"posted_at":…`.
fn identity(out: &mut Vec<u8>, post: &Post<'_>) {
    out.extend_from_slice(br#""post_id":"#);
    json::string_or_null(out, post.id.as_deref());
    out.extend_from_slice(br#","creator":"#);
    json::string_or_null(out, post.creator());
    out.extend_from_slice(br#","platform":"#);
    json::string(out, &post.platform);
    out.extend_from_slice(br#","posted_at":"#);
    moment_or_null(out, post.posted);
}

fn moment_or_null(out: &mut Vec<u8>, moment: Option<Moment>) {
    match moment {
        // Digits, dashes, colons and letters only: nothing to escape.
        Some(moment) => {
            out.push(b'"');
            moment.append_to(out);
            out.push(b'"');
        }
        None => out.extend_from_slice(b"null"),
    }
}

/// Where words stand in the texts of a post, and whether they may be shown.
struct Places<'a> {
    points: Points<'a>,
    veil: Option<&'a Veil>,
}

impl<'a> Places<'a> {
    /// `"field":…` to `"end_byte":…`; gives the words. Under a veil bytes are left out: those of █ are others.
    fn write(&mut self, out: &mut Vec<u8>, field: Field, span: RawSpan) -> &'a str {
        let (start, end, quote) = self.points.locate(field, span);
        out.extend_from_slice(br#""field":""#);
        out.extend_from_slice(field.name().as_bytes());
        let places = [
            (r#"","start":"#, start),
            (r#","end":"#, end),
            (r#","start_byte":"#, span.start()),
            (r#","end_byte":"#, span.end()),
        ];
        for (name, value) in &places[..if self.veil.is_some() { 2 } else { 4 }] {
            out.extend_from_slice(name.as_bytes());
            json::integer(out, u64::from(*value));
        }
        quote
    }
}

fn redacted(out: &mut Vec<u8>, veil: Option<&Veil>) {
    if veil.is_some() {
        out.extend_from_slice(br#""redacted":true,"#);
    }
}

fn write_edit(out: &mut Vec<u8>, places: &mut Places<'_>, edit: &Edit) {
    out.push(b'{');
    places.write(out, edit.field, edit.span);
    out.extend_from_slice(br#","text":"#);
    json::string(out, &edit.text);
    out.push(b'}');
}

/// A record that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject<'a> {
    /// The input file, as it stands in the manifest.
    pub file: &'a str,
    /// Where the record begins, in bytes of the (unpacked) file.
    pub offset: u64,
    /// Its line, counted from one, where the format has lines.
    pub line: Option<u64>,
    /// The kind of fault: a word that the summary counts by.
    pub reason: &'a str,
    /// What was met, for people.
    pub detail: &'a str,
    /// The record's first bytes; 200 of them are kept.
    pub head: &'a [u8],
}

/// How many bytes of an unreadable record are kept.
const HEAD_BYTES: usize = 200;

/// Appends a line of `rejects.jsonl`. Bytes that are no text show as U+FFFD.
pub fn write_reject(out: &mut Vec<u8>, reject: &Reject<'_>) {
    out.extend_from_slice(br#"{"type":"reject","file":"#);
    json::string(out, reject.file);
    out.extend_from_slice(br#","offset":"#);
    json::integer(out, reject.offset);
    out.extend_from_slice(br#","line":"#);
    match reject.line {
        Some(line) => json::integer(out, line),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(br#","reason":"#);
    json::string(out, reject.reason);
    out.extend_from_slice(br#","detail":"#);
    json::string(out, reject.detail);
    out.extend_from_slice(br#","head":"#);
    let mut end = reject.head.len().min(HEAD_BYTES);
    // A character that the cap would split is left out, so that good text never shows a replacement mark.
    while end < reject.head.len() && end > HEAD_BYTES - 3 && (reject.head[end] as i8) < -0x40 {
        end -= 1;
    }
    json::string(out, &String::from_utf8_lossy(&reject.head[..end]));
    out.extend_from_slice(b"}\n");
}
