//! Laws of the files that a run writes.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a failed test is a panic by design")]

use minhbach::{
    analysis::{
        Analysis, Axes, Claim, Commercial, Disclosure, DisclosureState, Edit, Evidence, Finding, Language, Reasons,
        Role, Status, Tag,
    },
    day::{Day, Moment},
    normalise::Folds,
    pack::{
        BarePolicy, Bilingual, Condition, Confidence, Criterion, EvidenceKind, Lang, ListId, Messages, Pack, Position,
        Provision, ProvisionId, Rule, RuleId, Severity, Term, TermId, Tier,
    },
    post::{Author, Field, Flags, PlatformLabel, Post},
    report::{
        Before, Counts, CreatorRows, ExampleKeeper, FileRecord, FindingId, FolderError, Languages, Manifest, Page,
        Plan, Records, Reject, RunFacts, RunFolder, Started, Style, Summary, columns, sha256_hex, summary_text,
        write_reject,
    },
    score::{
        CreatorScore, CriteriaRecord, CriterionRecord, DisclosureCounts, Edition, EvidenceTables, Feedback, NotRated,
        PolicyStamp, PostCounts, RuleCount, Stability, State,
    },
    span::RawSpan,
};
use proptest::prelude::*;
use serde_json::Value;
use std::{collections::BTreeMap, fs};

fn two(vi: &str, en: &str) -> Bilingual {
    Bilingual { vi: vi.to_owned(), en: en.to_owned() }
}

fn rule(id: &str, slug: &str, severity: Severity, title: Bilingual, message: Bilingual, fix: Bilingual) -> Rule {
    Rule {
        id: id.to_owned(),
        slug: slug.to_owned(),
        criterion: if id.starts_with("DIS") { Criterion::Transparency } else { Criterion::AdCompliance },
        severity,
        tier: Tier::Violation,
        group: slug.split('-').next().unwrap().to_owned(),
        claim: None,
        since: None,
        needs_all_media: false,
        doubt: None,
        title,
        rationale: two("vì sao", "why"),
        limits: two("giới hạn", "limits"),
        message,
        fix,
        edit: None,
        provisions: vec![ProvisionId(0)],
        see_also: vec![ProvisionId(1)],
        matching: Vec::new(),
        passing: Vec::new(),
        file: "rules/test.toml".to_owned(),
    }
}

fn provision(id: &str, jurisdiction: &str, instrument: &str, article: &str, penalty: Option<&str>) -> Provision {
    Provision {
        id: id.to_owned(),
        jurisdiction: jurisdiction.to_owned(),
        instrument: instrument.to_owned(),
        article: article.to_owned(),
        summary: two("tóm tắt", "summary"),
        from: None,
        to: None,
        penalty: penalty.map(str::to_owned),
        confidence: Confidence::Verified,
        sources: vec!["https://vanban.example/75-2025".to_owned()],
    }
}

/// A small pack of our own: the reports know nothing of how rules come to be.
fn pack() -> Pack {
    let evidence = |id: &str, hard| EvidenceKind {
        id: id.to_owned(),
        hard,
        label: two("nhãn", "label"),
        when: Condition::Any(Vec::new()),
    };
    let term = |name: &str| Term {
        list: ListId(0),
        name: name.to_owned(),
        lang: Lang::Vi,
        words: Vec::new(),
        bare: BarePolicy::Plain,
        position: Position::Any,
        bare_hashtag: true,
        needs_english: false,
    };
    Pack {
        id: "test".to_owned(),
        version: "1".to_owned(),
        sha256: "ab".repeat(32),
        law_as_of: Day::parse("2026-11-21").unwrap(),
        rules: vec![
            rule(
                "CLM107",
                "cure-food",
                Severity::Critical,
                two("Thực phẩm “chữa bệnh”", "Food that “treats disease”"),
                two("Thực phẩm không được quảng cáo là chữa bệnh.", "Food may not be advertised as treating disease."),
                two("Bỏ lời nói về chữa bệnh.", "Take the words about treatment out."),
            ),
            rule(
                "DIS001",
                "disclosure-none",
                Severity::High,
                two("Quảng cáo không công khai", "Undisclosed advertising"),
                two(
                    "Bài bán hàng mà không có chữ nào cho biết là quảng cáo.",
                    "Nothing says that this is advertising.",
                ),
                two("Ghi “Quảng cáo” ở đầu bài.", "Put “Quảng cáo” in front."),
            ),
            rule(
                "DIS003",
                "disclosure-run",
                Severity::Medium,
                two("Nhãn chìm trong dãy hashtag", "Label inside a run of hashtags"),
                two("Nhãn quảng cáo nằm giữa dãy hashtag.", "The label is buried in hashtags."),
                two("Đưa nhãn lên đầu bài.", "Move the label to the front."),
            ),
        ],
        provisions: vec![
            provision(
                "vn-ad-law-23-2-a",
                "VN",
                "Luật Quảng cáo 16/2012/QH13 (sửa đổi bởi 75/2025/QH15)",
                "Điều 23 khoản 2 điểm a",
                Some("20–30 triệu đồng"),
            ),
            provision("us-ftc-disclosures-101", "US", "FTC \"Disclosures 101\"", "", None),
        ],
        evidence: vec![evidence("affiliate_link", true), evidence("own_shop", true), evidence("price", false)],
        products: vec!["cosmetic".to_owned(), "supplement".to_owned()],
        messages: Messages::embedded(),
        terms: vec![term("claim.cure/chữa khỏi"), term("disclosure.strong/quảng cáo")],
        ..Pack::default()
    }
}

fn evidence(role: Role, field: Field, text: &str, words: &str, term: u32) -> Evidence {
    let at = text.find(words).unwrap();
    let span = RawSpan::new(at as u32, (at + words.len()) as u32);
    Evidence { role, field, span, term: TermId(term), folds: Folds::LOWER.with(Folds::BARE) }
}

fn finding(rule: u16, tier: Tier, rank: u32, evidence: Vec<Evidence>) -> Finding {
    Finding {
        rule: RuleId(rule),
        tier,
        law_in_force: tier != Tier::Advisory,
        provisions: if tier == Tier::Advisory { Vec::new() } else { vec![ProvisionId(0)] },
        counts: tier == Tier::Violation,
        rank,
        evidence,
        edits: Vec::new(),
    }
}

fn post<'a>(id: &'a str, creator: &'a str, text: &'a str) -> Post<'a> {
    Post {
        id: Some(id.into()),
        platform: "tiktok".into(),
        author: Author { handle: Some(creator.into()), ..Author::default() },
        posted: Some(Moment::Instant(1_767_202_200)),
        text: text.into(),
        ..Post::default()
    }
}

fn analysis(findings: Vec<Finding>) -> Analysis {
    Analysis {
        language: Language { tag: Tag::Vi, confidence: 0.99, mixed: false },
        commercial: Commercial::Yes,
        score: 0.97,
        hard: vec![0, 1],
        soft: vec![2],
        disclosure: Disclosure {
            state: DisclosureState::Absent,
            reasons: Reasons::BURIED,
            axes: Axes { present: Some(true), placed: Some(false), ..Axes::default() },
        },
        products: vec![1],
        findings,
        text_sha256: [7; 32],
        ..Analysis::default()
    }
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(|l| serde_json::from_slice(l).unwrap()).collect()
}

/// Every object with a quote, wherever it stands: by bytes and by code points the same words of the field.
fn check_quotes(value: &Value, post: &Post<'_>) -> usize {
    let mut seen = 0;
    if let Some(quote) = value["quote"].as_str() {
        let text = post.field(Field::from_name(value["field"].as_str().unwrap()).unwrap()).unwrap();
        let at = |name: &str| value[name].as_u64().unwrap() as usize;
        assert_eq!(&text[at("start_byte")..at("end_byte")], quote);
        let points: String = text.chars().skip(at("start")).take(at("end") - at("start")).collect();
        assert_eq!(points, quote);
        seen += 1;
    }
    match value {
        Value::Array(items) => seen + items.iter().map(|v| check_quotes(v, post)).sum::<usize>(),
        Value::Object(map) => seen + map.values().map(|v| check_quotes(v, post)).sum::<usize>(),
        _ => seen,
    }
}

#[test]
fn records_have_the_fields_of_the_contract_in_its_order() {
    let pack = pack();
    let records = Records::new(&pack, false);
    let text = "👩‍👧 Uống 1 tháng chữa khỏi tiểu đường #quảng cáo";
    let post = post("1", "linh", text);
    let mut found =
        finding(0, Tier::Violation, 920_481, vec![evidence(Role::Claim, Field::Text, text, "chữa khỏi", 0)]);
    found.edits.push(Edit { field: Field::Text, span: RawSpan::new(0, 0), text: "Quảng cáo – ".to_owned() });
    let mut analysis = analysis(vec![found, finding(1, Tier::Advisory, 3, Vec::new())]);
    let claim = evidence(Role::Claim, Field::Text, text, "chữa khỏi", 0);
    analysis.claims.push(Claim {
        code: "CLM-CURE",
        status: Status::Affirmed,
        field: Field::Text,
        span: claim.span,
        term: claim.term,
        folds: Folds::NONE,
    });
    analysis.flags = Flags::OBFUSCATED;

    let mut out = Vec::new();
    records.write_post(&mut out, &post, &analysis);
    let hash = "07".repeat(32);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        format!(
            concat!(
                r#"{{"type":"post","post_id":"1","creator":"linh","platform":"tiktok","posted_at":"2025-12-31T17:30:00Z","#,
                r#""text_sha256":"{hash}","language":{{"tag":"vi","confidence":0.99,"mixed":false}},"#,
                r#""commercial":{{"label":"yes","score":0.97,"evidence":["affiliate_link","own_shop"],"soft":["price"]}},"#,
                r#""disclosure":{{"state":"absent","reasons":["buried"],"axes":{{"present":true,"clear":null,"placed":false,"#,
                r#""language":null,"sustained":null}},"platform_label":"unknown"}},"product":["supplement"],"#,
                r#""claims":[{{"code":"CLM-CURE","status":"affirmed","field":"text","start":17,"end":26,"start_byte":28,"#,
                r#""end_byte":41,"quote":"chữa khỏi","term":"claim.cure/chữa khỏi","folds":[]}}],"#,
                r#""findings":["CLM107"],"unseen":[],"flags":["obfuscated"],"captured_at":null}}"#,
                "\n"
            ),
            hash = hash
        )
    );

    let mut out = Vec::new();
    let id = records.write_finding(&mut out, &post, &analysis, &analysis.findings[0]).unwrap();
    let text = String::from_utf8(out).unwrap();
    let mut at = 0;
    for key in [
        "type",
        "id",
        "post_id",
        "creator",
        "platform",
        "posted_at",
        "rule",
        "slug",
        "criterion",
        "severity",
        "tier",
        "group",
        "counts",
        "rank",
        "language",
        "spans",
        "law",
        "provisions",
        "see_also",
        "message",
        "fix",
        "edits",
        "text_sha256",
    ] {
        let found =
            text[at..].find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key} is missing or out of order"));
        at += found;
    }
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["id"], id.to_string());
    assert_eq!(value["law"], "in_force");
    assert_eq!(value["provisions"][0]["penalty"], "20–30 triệu đồng");
    assert_eq!(value["see_also"][0], "us-ftc-disclosures-101");
    assert_eq!(value["fix"]["edits"][0]["text"], "Quảng cáo – ");
    assert_eq!(value["fix"]["edits"][0]["end_byte"], 0);
    assert_eq!(value["fix"]["vi"], "Bỏ lời nói về chữa bệnh.");
    assert_eq!(value["rank"], 920_481);

    let advisory: Vec<_> = records.written(&analysis).map(|f| f.tier).collect();
    assert_eq!(advisory, [Tier::Violation]);
    assert_eq!(Records::new(&pack, true).written(&analysis).count(), 2);
}

#[test]
fn the_id_of_a_finding_hangs_on_its_parts_and_on_their_borders() {
    let id = |platform: &str, creator: &str, post_id: Option<&str>, hash: u8, rule: &str| {
        let post = Post {
            id: post_id.map(|id| id.to_owned().into()),
            platform: platform.to_owned().into(),
            author: Author { id: Some(creator.to_owned().into()), ..Author::default() },
            ..Post::default()
        };
        FindingId::new(&post, &[hash; 32], rule).to_string()
    };
    let base = id("tiktok", "ab", Some("c"), 1, "DIS001");
    assert_eq!(base.len(), 34);
    assert_eq!(base, id("tiktok", "ab", Some("c"), 1, "DIS001"));
    assert_eq!(id("t", "a", None, 1, "DIS001"), id("t", "a", Some(""), 1, "DIS001"));
    for other in [
        id("facebook", "ab", Some("c"), 1, "DIS001"),
        id("tiktok", "a", Some("bc"), 1, "DIS001"),
        id("tiktok", "abc", Some(""), 1, "DIS001"),
        id("tiktok", "ab", Some("c"), 2, "DIS001"),
        id("tiktok", "ab", Some("c"), 1, "DIS002"),
    ] {
        assert_ne!(base, other);
    }
}

proptest! {
    #[test]
    fn records_read_back_and_their_quotes_are_slices(
        text in "[a-zâấ\u{301}\u{200d}👩👧\u{1F3FD}\"\\\\\n\u{0}\u{202e} ]{1,80}",
        transcript in "[oờ😀 ]{0,40}",
        creator in any::<String>(),
        picks in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..12, any::<bool>()), 0..8),
    ) {
        let mut spans: Vec<Evidence> = picks.iter().map(|(pick, len, in_transcript)| {
            let (field, text) = if *in_transcript { (Field::Transcript, &transcript) } else { (Field::Text, &text) };
            let mut edges: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).collect();
            edges.push(text.len() as u32);
            let at = pick.index(edges.len());
            let span = RawSpan::new(edges[at], edges[(at + len).min(edges.len() - 1)]);
            let role = if len % 2 == 0 { Role::Claim } else { Role::Commercial };
            Evidence { role, field, span, term: TermId(0), folds: Folds::NONE }
        }).collect();
        spans.sort_by_key(|e| (e.role, e.field, e.span));
        let mut post = post("1", &creator, &text);
        post.transcript = Some(transcript.as_str().into());
        let mut analysis = analysis(vec![finding(0, Tier::Violation, 1, spans.clone())]);
        let mut claims: Vec<Claim> = spans.iter().map(|e| Claim {
            code: "CLM-CURE", status: Status::Affirmed, field: e.field, span: e.span, term: e.term, folds: e.folds,
        }).collect();
        claims.sort_by_key(|c| (c.field, c.span));
        analysis.claims = claims;

        let pack = pack();
        let records = Records::new(&pack, false);
        let mut out = Vec::new();
        records.write_post(&mut out, &post, &analysis);
        records.write_finding(&mut out, &post, &analysis, &analysis.findings[0]);
        let values = lines(&out);
        prop_assert_eq!(values.len(), 2);
        for value in &values {
            prop_assert_eq!(value["creator"].as_str(), Some(creator.as_str()));
            prop_assert_eq!(check_quotes(value, &post), spans.len());
        }
    }

    #[test]
    fn totals_and_examples_do_not_depend_on_order_or_split(
        posts in proptest::collection::vec((0usize..4, 0usize..4, 0u8..6, 0u16..3, 0u32..3, any::<bool>()), 0..40),
        split in any::<prop::sample::Index>(),
        turn in any::<prop::sample::Index>(),
    ) {
        let pack = pack();
        let texts = ["một", "hai", "ba", "bốn"];
        let add = |summary: &mut Summary, keeper: &mut ExampleKeeper, &(who, what, hash, rule, rank, dated): &(usize, usize, u8, u16, u32, bool)| {
            let mut post = post(texts[what], texts[who], texts[what]);
            post.platform = texts[who % 2].into();
            post.posted = dated.then(|| Moment::Instant(1_700_000_000 + i64::from(hash) * 3_000_000));
            if hash == 5 { post.id = None; }
            let mut analysis = analysis(vec![finding(rule, Tier::Violation, rank, Vec::new())]);
            analysis.text_sha256 = [hash; 32];
            if !dated { analysis.flags = Flags::UNDATED; }
            summary.add(&post, &analysis, &analysis.findings);
            if who == 3 { summary.reject("json"); }
            let id = FindingId::new(&post, &analysis.text_sha256, &pack.rules[usize::from(rule)].id);
            keeper.offer(id, &post, &analysis, &analysis.findings[0]);
        };
        let run = |posts: &[(usize, usize, u8, u16, u32, bool)]| {
            let (mut summary, mut keeper) = (Summary::new(&pack), ExampleKeeper::new());
            posts.iter().for_each(|p| add(&mut summary, &mut keeper, p));
            (summary, keeper)
        };
        let (whole, kept) = run(&posts);
        let (mut a, b) = posts.split_at(split.index(posts.len() + 1));
        let mut turned = a.to_vec();
        if !a.is_empty() { turned.rotate_left(turn.index(a.len())); }
        a = &turned;
        let ((sa, ka), (sb, kb)) = (run(a), run(b));
        let (mut ab, mut kab) = (sa.clone(), ka.clone());
        ab.merge(&sb);
        kab.merge(kb.clone());
        let (mut ba, mut kba) = (sb, kb);
        ba.merge(&sa);
        kba.merge(ka);
        prop_assert_eq!(&ab, &whole);
        prop_assert_eq!(&ba, &whole);
        prop_assert_eq!(&kab, &kept);
        prop_assert_eq!(&kba, &kept);
        prop_assert_eq!(whole.posts(), posts.len() as u64);
        prop_assert_eq!(whole.findings(), posts.len() as u64);
    }
}

#[test]
fn a_reject_line_keeps_whole_characters_and_marks_bad_bytes() {
    let mut out = Vec::new();
    let long = "ậ".repeat(100);
    let reject = |head| Reject { file: "a/b.jsonl", offset: 12, line: Some(3), reason: "json", detail: "EOF", head };
    write_reject(&mut out, &reject(long.as_bytes()));
    write_reject(&mut out, &reject(b"{\"text\": \"\xff\xfe"));
    let values = lines(&out);
    assert_eq!(values[0]["head"], "ậ".repeat(66));
    assert_eq!(values[1]["head"], "{\"text\": \"\u{fffd}\u{fffd}");
    assert_eq!((&values[0]["offset"], &values[0]["line"]), (&Value::from(12), &Value::from(3)));
}

fn facts(creators: u64) -> RunFacts {
    RunFacts { demo: true, as_of: Day::parse("2026-06-30"), creators, creators_rated: creators.min(1) }
}

fn rows() -> Vec<CreatorScore> {
    let policy = PolicyStamp { sha256: "p".to_owned(), ..PolicyStamp::default() };
    let pack = Edition { sha256: "k".to_owned(), ..Edition::default() };
    let rated = |score: f64, band: &str| CriterionRecord {
        state: State::Rated,
        score: Some(score),
        lower: Some(80.1),
        upper: Some(93.0),
        band: Some(band.to_owned()),
        n_assessed: 41,
        band_stability: Some(Stability { posts: 3, findings: 4, band: "A".to_owned() }),
        policy: policy.clone(),
        pack: pack.clone(),
        ..CriterionRecord::default()
    };
    let unrated = CriterionRecord {
        reason: Some(NotRated::BelowMinimumPosts),
        n_assessed: 3,
        policy: policy.clone(),
        pack: pack.clone(),
        ..CriterionRecord::default()
    };
    let row = |platform: &str, creator: &str, transparency: &CriterionRecord| CreatorScore {
        platform: platform.to_owned(),
        creator: creator.to_owned(),
        posts: PostCounts { all: 1_234, commercial: 41, unsure: 6, unknown: 2, undated: 1 },
        disclosure: DisclosureCounts { adequate: 20, weak: 9, absent: 12, denied: 0 },
        counts: vec![RuleCount {
            rule: "DIS001".to_owned(),
            severity: Severity::High,
            tier: Tier::Violation,
            n: 31,
            n_counting: 12,
        }],
        criteria: CriteriaRecord { transparency: transparency.clone(), ad_compliance: rated(71.25, "C") },
        evidence: EvidenceTables {
            posts: 41,
            feedback: Feedback { followers: Some(12_000), ..Feedback::default() },
            ..EvidenceTables::default()
        },
        review: None,
    };
    vec![
        row("facebook", "=cmd|' /C calc'!A0", &unrated),
        row("facebook", "nha-thuoc-an-lanh", &rated(87.67, "B")),
        row("tiktok", "<script>alert(1)</script>", &unrated),
        row("tiktok", "linh\u{202e}weiver", &rated(52.0, "D")),
    ]
}

#[test]
fn creators_csv_is_inert_and_square() {
    let table = |rows: &[CreatorScore]| {
        let mut table = CreatorRows::new(Vec::new()).unwrap();
        rows.iter().for_each(|row| table.write(row).unwrap());
        table.finish().unwrap()
    };
    let bytes = table(&rows());
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    assert!(reader.headers().unwrap().iter().eq(columns()));
    let at: BTreeMap<String, usize> = columns().zip(0..).collect();
    assert_eq!(at.len(), columns().count(), "no name stands twice");
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 4);
    // (column, the unrated first row, the rated second)
    for (column, unrated, rated) in [
        ("creator", "'=cmd|' /C calc'!A0", "nha-thuoc-an-lanh"),
        ("disclosure_absent", "12", "12"),
        ("findings_counting", "12", "12"),
        ("transparency_state", "not_rated", "rated"),
        ("transparency_score", "", "87.6700"),
        ("transparency_upper", "", "93.0000"),
        ("transparency_band", "", "B"),
        ("transparency_reason", "below_minimum_posts", ""),
        ("transparency_n", "3", "41"),
        ("transparency_weight", "0.0000", "0.0000"),
        ("transparency_stability_posts", "", "3"),
        ("ad_compliance_score", "71.2500", "71.2500"),
        ("evidence_followers", "12000", "12000"),
        ("evidence_likes_median", "", ""),
        ("policy_status", "draft", "draft"),
        ("policy_sha256", "p", "p"),
        ("pack_sha256", "k", "k"),
    ] {
        assert_eq!((&records[0][at[column]], &records[1][at[column]]), (unrated, rated), "{column}");
    }
    for cell in records.iter().flat_map(csv::StringRecord::iter) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    assert_eq!(table(&[]).iter().filter(|b| **b == b'\n').count(), 1);
}

/// A run of invented posts, hostile ones among them.
fn sample(pack: &Pack) -> (Summary, ExampleKeeper) {
    let texts = [
        "Uống 1 tháng chữa khỏi tiểu đường, inbox shop em đặt hàng nha 🌿\nFreeship toàn quốc, còn 20 hộp cuối thôi ạ!",
        "<script>alert('chữa khỏi')</script> & \"chữa khỏi\" <img src=x onerror=alert(1)>",
        "Kem này \u{202e}gnàd ur\u{202c} chữa khỏi mụn nha chị em",
        "Review thật lòng sau 2 tuần: da mình sáng hẳn, chữa khỏi mẩn đỏ luôn, link ở bio",
    ];
    let records = Records::new(pack, false);
    let (mut summary, mut keeper) = (Summary::new(pack), ExampleKeeper::new());
    let states = [DisclosureState::Absent, DisclosureState::Weak, DisclosureState::Adequate, DisclosureState::Denied];
    for (i, text) in texts.iter().enumerate().cycle().take(60) {
        let creator = ["mẹ.bỉm.review", "</td>\"'&", "linh\u{202e}weiver"][i % 3];
        let id = format!("73{i}");
        let mut post = post(&id, creator, text);
        if i == 2 {
            post.platform = "facebook".into();
            post.platform_label = PlatformLabel::Yes;
        }
        let span = vec![evidence(Role::Claim, Field::Text, text, "chữa khỏi", 0)];
        let mut commercial = span.clone();
        commercial[0].role = Role::Commercial;
        let found = vec![
            finding(0, Tier::Violation, 940_000 - i as u32, span),
            finding(1, if i == 1 { Tier::Suspect } else { Tier::Violation }, 700_000, commercial),
        ];
        let mut analysis = analysis(found);
        analysis.disclosure.state = states[i];
        analysis.text_sha256 = [i as u8; 32];
        let mut out = Vec::new();
        summary.add(&post, &analysis, records.written(&analysis));
        for finding in records.written(&analysis) {
            let id = records.write_finding(&mut out, &post, &analysis, finding).unwrap();
            keeper.offer(id, &post, &analysis, finding);
        }
    }
    summary.reject("json");
    (summary, keeper)
}

#[test]
fn the_page_is_self_contained_and_shows_hostile_text_as_text() {
    let pack = pack();
    let (summary, examples) = sample(&pack);
    let rows = rows();
    let page = Page { pack: &pack, summary: &summary, facts: &facts(4), creators: &rows, examples: &examples };
    let html = page.render().unwrap();
    // To be looked at: MINHBACH_PAGE=report.html cargo test --test report
    if let Some(path) = std::env::var_os("MINHBACH_PAGE") {
        fs::write(path, &html).unwrap();
    }
    for bad in [
        "<script",
        "src=x onerror=alert(1)>",
        " src=\"",
        "@import",
        " style=",
        "<link",
        "<img",
        "\u{202e}",
        "</td>\"'&",
    ] {
        assert!(!html.contains(bad), "{bad:?} is in the page");
    }
    assert!(html.match_indices("url(").all(|(at, _)| html[at..].starts_with("url(#")), "an address in the style");
    // Every colour stands beside a pattern, every chart says what it shows, the policy allows this style alone.
    assert!(html.contains("<pattern id=\"p-weak\"") && html.contains("script-src &#x27;none&#x27;"));
    assert_eq!(html.matches("role=\"img\"><title>").count(), html.matches("</title><desc>").count());
    for at in html.match_indices("http").map(|(at, _)| at) {
        let before = &html[..at];
        assert!(before.ends_with("href=\"") || html[at..].starts_with("http-equiv"), "{}", &html[at..at + 40]);
    }
    for good in [
        "A if the findings in 3 posts fall",
        "&lt;script&gt;alert(&#x27;<mark class=\"m-claim\"",
        "⟨U+202E⟩gnàd",
        "<b>87.67</b> [80.1–93.0] <b>B</b>, n&nbsp;=&nbsp;41",
        "<b>NR</b> <span lang=\"vi\">quá ít bài thương mại</span>",
        "Điều 23 khoản 2 điểm a",
        "A finding is a reason for a person to look, never a verdict.",
        "Posts are judged under Vietnamese law whatever the author&#x27;s country.",
    ] {
        assert!(html.contains(good), "{good:?} is not in the page");
    }
    assert_eq!(html.matches("<article").count(), 6);
    assert_eq!(html, page.render().unwrap());

    let (summary, examples) = (Summary::new(&pack), ExampleKeeper::new());
    let facts = RunFacts { demo: false, as_of: None, creators: 0, creators_rated: 0 };
    let empty = Page { pack: &pack, summary: &summary, facts: &facts, creators: &[], examples: &examples };
    assert!(empty.render().unwrap().contains("No rule found anything."));
}

#[test]
fn the_summary_is_whole_and_without_floats_but_shares() {
    let pack = pack();
    let (summary, _) = sample(&pack);
    let json: Value = serde_json::from_slice(&summary.to_json(&pack, &facts(4)).unwrap()).unwrap();
    assert_eq!(json["posts"], 60);
    assert_eq!(json["demo"], true);
    assert_eq!(json["jurisdiction"], "VN");
    assert_eq!(json["disclaimers"].as_array().unwrap().len(), 3);
    assert_eq!(json["findings"]["all"], 120);
    assert_eq!(json["findings"]["rules"]["DIS001"]["tiers"]["suspect"], 15);
    assert_eq!(json["findings"]["severities"]["critical"], 60);
    assert_eq!(json["months"]["2026-01"]["posts"], 60, "the last evening of 2025 in UTC is 2026 in Vietnam");
    assert_eq!(json["platforms"]["facebook"]["posts"], 15);
    assert_eq!(json["platform_label_known_share"], 0.25);
    assert_eq!(json["rejects"]["reasons"]["json"], 1);
    for name in ["commercial", "disclosure", "platform_label"] {
        let sum: u64 = json[name].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
        assert_eq!(sum, 60, "{name}");
    }
}

/// What is not known to be advertising is no undisclosed advertising: page and terminal tell of commercial posts, as every
/// slice and every creator does.
#[test]
fn disclosure_is_told_of_commercial_posts_only() {
    let pack = Pack::embedded().unwrap();
    let mut summary = Summary::new(&pack);
    let states = [(Commercial::Yes, DisclosureState::Absent, 2), (Commercial::Yes, DisclosureState::Adequate, 6)]
        .into_iter()
        .chain([(Commercial::Yes, DisclosureState::Unknown, 1), (Commercial::Unsure, DisclosureState::Absent, 20)])
        .chain([
            (Commercial::Unsure, DisclosureState::Unknown, 3),
            (Commercial::No, DisclosureState::NotApplicable, 5),
        ]);
    for (commercial, state, n) in states {
        let disclosure = Disclosure { state, ..Disclosure::default() };
        let analysis = Analysis { commercial, disclosure, ..Analysis::default() };
        (0..n).for_each(|_| summary.add(&post("1", "a", "x"), &analysis, []));
    }
    let whole = summary.whole();
    assert_eq!((whole.posts, whole.commercial, whole.absent, whole.adequate), (37, 9, 2, 6));
    let english = Style { languages: Languages::En, ..Style::default() };
    let text = summary_text(&pack, &summary, &facts(1), english);
    assert!(text.lines().any(|line| line.trim().starts_with("Absent") && line.ends_with("25.0%")), "{text}");
    let (keeper, facts) = (ExampleKeeper::new(), facts(1));
    let page = Page { pack: &pack, summary: &summary, facts: &facts, creators: &[], examples: &keeper };
    let html = page.render_in(minhbach::locale::Locale::En).unwrap();
    for words in ["States of the 8 commercial posts", "1 commercial posts lack", "23 posts that may be", "25.0%"] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn the_terminal_summary_keeps_its_width_and_its_languages() {
    let pack = pack();
    let (summary, _) = sample(&pack);
    for (width, unicode, colour) in [(80, true, false), (60, false, false), (120, true, true)] {
        let style = Style { width, unicode, colour, languages: Languages::Both };
        let text = summary_text(&pack, &summary, &facts(4), style);
        assert!(text.contains("Bài đăng") && text.contains("Posts") && text.contains("CLM107"));
        assert_eq!(text.contains('\u{1b}'), colour);
        assert_eq!(text.contains('█'), unicode);
        if !colour {
            for line in text.lines().filter(|l| l.contains('%')) {
                assert!(line.chars().count() <= width, "{line}");
            }
        }
        if std::env::var_os("MINHBACH_PAGE").is_some() {
            println!("{text}");
        }
    }
    let english = Style { languages: Languages::En, ..Style::default() };
    assert!(!summary_text(&pack, &summary, &facts(4), english).contains("Bài đăng"));
    // Numbers as the language writes them: a quarter of the posts, twelve thousand creators.
    for (languages, share, count) in
        [(Languages::Vi, "25,0%", "12.345"), (Languages::En, "25.0%", "12,345"), (Languages::Both, "25.0%", "12 345")]
    {
        let text = summary_text(&pack, &summary, &facts(12_345), Style { languages, ..Style::default() });
        assert!(text.contains(share) && text.contains(count), "{text}");
    }
}

fn manifest(pack: &Pack, text: &str) -> Manifest {
    let input = FileRecord { path: "a.jsonl".to_owned(), bytes: 1, sha256: sha256_hex(text.as_bytes()) };
    let mut manifest =
        Manifest::new(pack, &"cd".repeat(32), BTreeMap::from([("posts".into(), "all".into())]), vec![input]);
    manifest.counts = Counts { posts: 1, ..Counts::default() };
    manifest
}

fn plan(pack: &str) -> Plan {
    Plan::from([("pack".to_owned(), pack.to_owned())])
}

fn write_run(dir: &std::path::Path, manifest: Manifest, force: bool) -> Result<bool, FolderError> {
    match RunFolder::create(dir, &manifest.key, &plan("this"), &["posts.jsonl"], force)? {
        Started::AlreadyDone => Ok(false),
        Started::Fresh(mut folder) => {
            let mut posts = folder.open("posts.jsonl")?;
            posts.append(b"{}\n")?;
            posts.append(b"{}\n")?;
            folder.close(posts)?;
            folder.write("findings.jsonl", b"")?;
            folder.finish(manifest)?;
            Ok(true)
        }
    }
}

#[test]
fn a_run_folder_is_whole_or_absent_and_guards_what_is_there() {
    let pack = pack();
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("deep/run");
    let (one, other) = (manifest(&pack, "one"), manifest(&pack, "other"));
    assert_ne!(one.key, other.key);

    // An unfinished run leaves only DIR.partial. The next one under the same plan finds what it asks for, one under
    // another plan finds nothing; while one works there, no other may.
    let create = |pack: &str| RunFolder::create(&dir, &one.key, &plan(pack), &["posts.jsonl"], false);
    let Started::Fresh(folder) = create("this").unwrap() else { panic!("fresh") };
    assert_eq!(folder.before(), &Before::Nothing);
    let half = |folder: &RunFolder| {
        folder.open("posts.jsonl").unwrap().append(b"half").unwrap();
        folder.open("summary.json").unwrap().append(b"half").unwrap();
        folder.write_aside("0.json", b"{}").unwrap();
    };
    half(&folder);
    let busy = create("this").unwrap_err();
    assert!(matches!(busy, FolderError::Busy { .. }), "{busy}");
    assert!(busy.to_string().contains("tiến trình khác") && busy.to_string().contains("another process"), "{busy}");
    drop(folder);
    let partial = home.path().join("deep/run.partial");
    let left = |name: &str| partial.join(name).exists();
    assert!(!dir.exists() && left("posts.jsonl"));
    let Started::Fresh(folder) = create("this").unwrap() else { panic!("fresh") };
    assert_eq!(folder.before(), &Before::Same);
    assert!(left("posts.jsonl") && left("units/0.json") && !left("summary.json"));
    half(&folder);
    drop(folder);
    let Started::Fresh(folder) = create("other").unwrap() else { panic!("fresh") };
    assert_eq!(folder.before(), &Before::Changed(vec!["pack".to_owned()]));
    assert!(!left("posts.jsonl") && !left("units/0.json") && left("units"));
    drop(folder);

    assert!(write_run(&dir, one.clone(), false).unwrap());
    assert!(!home.path().join("deep/run.partial").exists());
    let bytes = fs::read(dir.join("manifest.json")).unwrap();
    let read = Manifest::read(&bytes).unwrap();
    assert_eq!(read.outputs.iter().map(|o| o.path.as_str()).collect::<Vec<_>>(), ["findings.jsonl", "posts.jsonl"]);
    assert_eq!((read.outputs[1].bytes, read.outputs[1].sha256.as_str()), (6, sha256_hex(b"{}\n{}\n").as_str()));
    let checksum = fs::read_to_string(dir.join("manifest.sha256")).unwrap();
    assert_eq!(checksum, format!("{}  manifest.json\n", sha256_hex(&bytes)));
    let mut names: Vec<_> = fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["findings.jsonl", "manifest.json", "manifest.sha256", "posts.jsonl"]);

    // The same key: nothing to do. Another: refused, unless forced.
    assert!(!write_run(&dir, one.clone(), false).unwrap());
    assert!(matches!(write_run(&dir, other.clone(), false), Err(FolderError::OtherRun { .. })));
    assert!(write_run(&dir, other.clone(), true).unwrap());
    assert_eq!(Manifest::read(&fs::read(dir.join("manifest.json")).unwrap()).unwrap().key, other.key);

    // A file that no run wrote is never removed, not even by force.
    fs::write(dir.join("notes.txt"), "mine").unwrap();
    let error = write_run(&dir, one.clone(), true).unwrap_err();
    assert!(matches!(&error, FolderError::Foreign { path } if path.ends_with("notes.txt")), "{error}");
    assert!(
        error.to_string().contains("không do minhbach ghi") && error.to_string().contains("not written by minhbach")
    );
    assert_eq!(fs::read_to_string(dir.join("notes.txt")).unwrap(), "mine");
    assert!(dir.join("posts.jsonl").exists());

    // Somebody's folder, somebody's manifest.json, a file, a folder of that partial name: all refused.
    let web = home.path().join("web");
    fs::create_dir(&web).unwrap();
    assert!(write_run(&web, one.clone(), false).unwrap(), "an empty folder is taken");
    let site = home.path().join("site");
    fs::create_dir(&site).unwrap();
    fs::write(site.join("manifest.json"), r#"{"name":"my site"}"#).unwrap();
    let file = home.path().join("file");
    fs::write(&file, "x").unwrap();
    let aside = home.path().join("aside");
    fs::create_dir(home.path().join("aside.partial")).unwrap();
    fs::write(home.path().join("aside.partial/thesis.doc"), "x").unwrap();
    for place in [&site, &file, &aside] {
        assert!(matches!(write_run(place, one.clone(), true), Err(FolderError::Foreign { .. })), "{place:?}");
    }
    assert!(matches!(write_run(std::path::Path::new("/"), one, false), Err(FolderError::NoName { .. })));
}

#[test]
fn every_message_is_in_both_languages_and_composed() {
    use unicode_normalization::is_nfc;
    for (key, text) in Messages::embedded().iter() {
        assert!(!text.vi.trim().is_empty() && !text.en.trim().is_empty(), "{key}");
        assert!(is_nfc(&text.vi) && is_nfc(&text.en), "{key}");
    }
}
