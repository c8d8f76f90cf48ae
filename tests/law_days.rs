//! Laws of time: a post is judged under the law of its own day in Vietnam.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::{lines, minhbach, scan};
use minhbach::{
    analysis::{Analysis, Finding},
    day::{Day, Moment},
    detector::Detector,
    pack::{Confidence, Pack, Tier},
    post::{Flags, Post},
    proof::post_of,
};
use serde_json::{Value, json};
use std::{
    fs,
    sync::{Arc, LazyLock},
};

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).expect("the pack detects"));

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn on(text: &'static str, day: Day) -> Post<'static> {
    Post { text: text.into(), posted: Some(Moment::Day(day)), ..Post::default() }
}

/// The finding of a rule, when there is one.
fn of<'a>(analysis: &'a Analysis, rule: &str) -> Option<&'a Finding> {
    let rule = DETECTOR.pack().rule(rule).unwrap_or_else(|| panic!("no rule {rule}"));
    analysis.findings.iter().find(|f| f.rule == rule)
}

fn cited(finding: &Finding) -> Vec<&str> {
    finding.provisions.iter().map(|p| DETECTOR.pack().provisions[p.0 as usize].id.as_str()).collect()
}

/// Posts that stand for the subjects of the table.
const UNDISCLOSED: &str = "Serum này mình xài mê lắm, nhập mã LAN10 khi thanh toán để được giảm 10% nha mấy bà";
const LATE: &str = "Cái nồi chiên này mình dùng cả tháng nay rồi, làm gà hay khoai đều giòn, rửa cũng dễ vì lòng nồi \
    tháo rời được. Mua tại https://s.shopee.vn/7kQwe12345 nha cả nhà, đang có mã giảm giá.\n\nBài viết có tài trợ";
const SUPERLATIVE: &str = "Nệm bên em tốt nhất Việt Nam luôn nha, inbox shop em đặt hàng";
const CURE: &str = "Uống 1 tháng hết hẳn tiểu đường, inbox shop em đặt hàng nha";
const SUPPLEMENT: &str = "Viên uống đẹp da mua 2 tặng 1, chốt đơn với shop em liền nha";
const UNUSED: &str = "Chưa thử mà nghe giới thiệu là mê, bấm giỏ hàng góc trái màn hình nha";
const DOCTOR: &str = "Bác sĩ da liễu khuyên dùng kem dưỡng này đó mấy chị, inbox shop em đặt hàng nha";
const MEDICINE: &str = "Thuốc dạ dày chuyên trị đau bao tử, inbox shop em đặt hàng nha";

/// Subject, rule, post; then from each day on, what is cited of the provisions named anywhere in the row.
type Row = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static [&'static str])]);

const TABLE: &[Row] = &[
    (
        "undisclosed sponsorship",
        "DIS001",
        UNDISCLOSED,
        &[
            ("2023-01-01", &[]),
            ("2024-06-30", &[]),
            ("2024-07-01", &["vn-consumer-law-22-3-b"]),
            ("2025-02-20", &["vn-consumer-law-22-3-b"]),
            ("2025-02-21", &["vn-consumer-law-22-3-b", "vn-nd98-2020-47-3-b"]),
            ("2025-03-01", &["vn-consumer-law-22-3-b", "vn-nd98-2020-47-3-b"]),
            ("2025-12-31", &["vn-consumer-law-22-3-b", "vn-nd98-2020-47-3-b"]),
            (
                "2026-01-01",
                &[
                    "vn-ad-law-15a-3-b",
                    "vn-ad-law-23-2-a",
                    "vn-ad-law-23-2-dd",
                    "vn-consumer-law-22-3-b",
                    "vn-nd98-2020-47-3-b",
                ],
            ),
            (
                "2026-05-14",
                &[
                    "vn-ad-law-15a-3-b",
                    "vn-ad-law-23-2-a",
                    "vn-ad-law-23-2-dd",
                    "vn-consumer-law-22-3-b",
                    "vn-nd98-2020-47-3-b",
                ],
            ),
            (
                "2026-05-15",
                &[
                    "vn-ad-law-15a-3-b",
                    "vn-ad-law-23-2-a",
                    "vn-ad-law-23-2-dd",
                    "vn-nd87-2026-51-2",
                    "vn-nd87-2026-56-2-a",
                    "vn-consumer-law-22-3-b",
                    "vn-nd98-2020-47-3-b",
                ],
            ),
        ],
    ),
    (
        // Announced, but not before the advertising: the incomplete announcement of Decree 87/2026 Art 51(1)(c).
        "late announcement",
        "DIS002",
        LATE,
        &[
            ("2024-06-30", &[]),
            ("2024-07-01", &["vn-consumer-law-22-3-b"]),
            ("2025-02-21", &["vn-consumer-law-22-3-b", "vn-nd98-2020-47-3-b"]),
            ("2026-01-01", &["vn-ad-law-15a-3-b", "vn-consumer-law-22-3-b", "vn-nd98-2020-47-3-b"]),
            (
                "2026-05-15",
                &["vn-ad-law-15a-3-b", "vn-nd87-2026-51-1-c", "vn-consumer-law-22-3-b", "vn-nd98-2020-47-3-b"],
            ),
        ],
    ),
    (
        "superlatives",
        "CLM101",
        SUPERLATIVE,
        &[
            ("2024-06-30", &["vn-ad-law-8-11", "vn-nd38-2021-34"]),
            ("2025-03-01", &["vn-ad-law-8-11", "vn-nd38-2021-34"]),
            ("2026-05-14", &["vn-ad-law-8-11", "vn-nd38-2021-34"]),
            ("2026-05-15", &["vn-ad-law-8-11", "vn-nd87-2026-50-2-a"]),
            ("2026-07-04", &["vn-ad-law-8-11", "vn-nd87-2026-50-2-a"]),
            ("2026-07-05", &["vn-ad-law-8-11", "vn-nd87-2026-50-2-a", "vn-tt12-2026-bvhttdl"]),
        ],
    ),
    (
        "misleading use",
        "CLM108",
        CURE,
        &[
            ("2024-06-30", &["vn-ad-law-8-9", "vn-nd38-2021-34"]),
            ("2026-05-14", &["vn-ad-law-8-9", "vn-nd38-2021-34"]),
            ("2026-05-15", &["vn-ad-law-8-9", "vn-nd87-2026-50-5-c"]),
        ],
    ),
    (
        "food sentence",
        "OMI301",
        SUPPLEMENT,
        &[
            ("2024-06-30", &["vn-nd15-2018-27-3"]),
            ("2026-01-01", &["vn-nd15-2018-27-3"]),
            ("2026-02-14", &["vn-nd15-2018-27-3"]),
            ("2026-02-15", &["vn-nd342-2025-5-3", "vn-nd15-2018-27-3"]),
            ("2026-05-14", &["vn-nd342-2025-5-3", "vn-nd15-2018-27-3"]),
            ("2026-05-15", &["vn-nd342-2025-5-3", "vn-nd15-2018-27-3", "vn-nd87-2026-71-2"]),
        ],
    ),
    (
        "unused product",
        "CLM125",
        UNUSED,
        &[
            ("2025-12-31", &[]),
            ("2026-01-01", &["vn-ad-law-15a-3-a"]),
            ("2026-05-15", &["vn-ad-law-15a-3-a", "vn-nd87-2026-51-3"]),
        ],
    ),
    (
        "doctor in cosmetics advertising",
        "CLM111",
        DOCTOR,
        &[("2026-02-15", &["vn-nd342-2025-4"]), ("2026-05-15", &["vn-nd342-2025-4", "vn-nd87-2026-70-3"])],
    ),
    (
        // Before July 2025 only a law is listed that nobody verified: that is no law to rely on.
        "words of medicine",
        "CLM117",
        MEDICINE,
        &[("2025-06-30", &[]), ("2025-07-01", &["vn-nd163-2025-104"])],
    ),
];

#[test]
fn each_subject_cites_the_law_of_each_period() {
    let mut faults = Vec::new();
    for (subject, rule, text, periods) in TABLE {
        let named: Vec<&str> = periods.iter().flat_map(|(_, cites)| cites.iter().copied()).collect();
        for (date, cites) in *periods {
            let analysis = DETECTOR.analyse(&on(text, day(date)));
            let Some(finding) = of(&analysis, rule) else {
                faults.push(format!("{subject} on {date}: {rule} is silent"));
                continue;
            };
            // A rule may cite more than the table names; of what it names, exactly what was in force.
            let found: Vec<&str> = cited(finding).into_iter().filter(|id| named.contains(id)).collect();
            if found.iter().any(|id| !cites.contains(id)) || cites.iter().any(|id| !found.contains(id)) {
                faults.push(format!("{subject} on {date}: {rule} cites {found:?} instead of {cites:?}"));
            }
            if cites.is_empty() == finding.law_in_force || cites.is_empty() && finding.tier != Tier::Advisory {
                faults.push(format!("{subject} on {date}: {:?}, law in force {}", finding.tier, finding.law_in_force));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_same_post_cites_other_law_a_year_later() {
    for (_, rule, text, _) in TABLE.iter().filter(|row| ["DIS001", "CLM101", "CLM108", "OMI301"].contains(&row.1)) {
        let [before, after] = ["2025-03-01", "2026-06-01"].map(|d| DETECTOR.analyse(&on(text, day(d))));
        let (before, after) = (of(&before, rule).unwrap(), of(&after, rule).unwrap());
        assert_ne!(cited(before), cited(after), "{rule}");
        assert_eq!(before.evidence, after.evidence, "{rule}: the law changed, not the words");
    }
}

/// Days around every change of the law that the pack knows of.
fn turning_days() -> Vec<Day> {
    let pack = DETECTOR.pack();
    let starts = pack.provisions.iter().filter_map(|p| p.from).chain(pack.rules.iter().filter_map(|r| r.since));
    let ends = pack.provisions.iter().filter_map(|p| p.to).filter_map(|d| Day::from_number(d.number() + 1));
    let mut days: Vec<Day> =
        starts.chain(ends).flat_map(|d| [Day::from_number(d.number() - 1), Some(d)]).flatten().collect();
    days.sort();
    days.dedup();
    days
}

#[test]
fn only_law_in_force_is_cited_and_without_verified_law_nothing_counts() {
    let pack = DETECTOR.pack();
    let days = turning_days();
    let mut without = 0;
    for (rule, example) in pack.rules.iter().flat_map(|r| r.matching.iter().take(2).map(move |e| (r, e))) {
        for &day in &days {
            let analysis =
                DETECTOR.analyse(&Post { posted: Some(Moment::Day(day)), flags: Flags::default(), ..post_of(example) });
            let place = format!("{} on {day}: {}", rule.id, example.text);
            for finding in &analysis.findings {
                let rule = &pack.rules[finding.rule.0 as usize];
                let in_force: Vec<_> =
                    rule.provisions.iter().copied().filter(|p| pack.provisions[p.0 as usize].in_force(day)).collect();
                let verified =
                    in_force.iter().any(|p| pack.provisions[p.0 as usize].confidence == Confidence::Verified);
                assert_eq!(finding.law_in_force, verified, "{place}");
                assert!(rule.since.is_none_or(|since| since <= day), "{place}: {} before its ban", rule.id);
                if verified {
                    assert_eq!(finding.provisions, in_force, "{place}");
                } else {
                    without += 1;
                    assert_eq!(
                        (finding.tier, finding.counts, finding.provisions.len()),
                        (Tier::Advisory, false, 0),
                        "{place}"
                    );
                }
            }
        }
    }
    assert!(without > 0);
}

#[test]
fn before_july_2024_no_disclosure_rule_counts() {
    let pack = DETECTOR.pack();
    for (rule, example) in pack.rules.iter().flat_map(|r| r.matching.iter().map(move |e| (r, e))) {
        if rule.group != "disclosure" {
            continue;
        }
        let last = Some(Moment::Day(day("2024-06-30")));
        let analysis = DETECTOR.analyse(&Post { posted: last, flags: Flags::default(), ..post_of(example) });
        for finding in analysis.findings.iter().filter(|f| pack.rules[f.rule.0 as usize].group == "disclosure") {
            assert_eq!(
                (finding.tier, finding.law_in_force, finding.counts),
                (Tier::Advisory, false, false),
                "{}",
                rule.id
            );
        }
    }
}

#[test]
fn a_ban_is_silent_before_its_own_date() {
    for rule in DETECTOR.pack().rules.iter().filter(|r| r.since.is_some()) {
        let first = rule.since.unwrap();
        let eve = Day::from_number(first.number() - 1).unwrap();
        for example in rule.matching.iter().filter(|e| e.day.is_none()) {
            let fires = |day| {
                let post = Post { posted: Some(Moment::Day(day)), flags: Flags::default(), ..post_of(example) };
                of(&DETECTOR.analyse(&post), &rule.id).is_some()
            };
            assert!(fires(first) && !fires(eve), "{} from {first}: {}", rule.id, example.text);
        }
    }
}

/// One post under several dates, scanned; the lines of posts and findings by post id.
struct Scanned {
    _dir: tempfile::TempDir,
    posts: Vec<Value>,
    findings: Vec<Value>,
    creators: Vec<Value>,
}

impl Scanned {
    fn new(records: &[Value], options: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (input, run) = (dir.path().join("in.jsonl"), dir.path().join("run"));
        fs::write(&input, records.iter().map(|r| format!("{r}\n")).collect::<String>()).unwrap();
        scan(&[&input], &run, options);
        let read = |file: &str| lines(&run.join(file));
        Self {
            posts: read("posts.jsonl"),
            findings: read("findings.jsonl"),
            creators: read("creators.jsonl"),
            _dir: dir,
        }
    }

    fn post(&self, id: &str) -> &Value {
        self.posts.iter().find(|p| p["post_id"] == id).unwrap_or_else(|| panic!("no post {id}"))
    }

    fn finding(&self, id: &str, rule: &str) -> &Value {
        let found = self.findings.iter().find(|f| f["post_id"] == id && f["rule"] == rule);
        found.unwrap_or_else(|| panic!("no finding of {rule} in {id}"))
    }

    fn criteria(&self) -> Vec<&Value> {
        self.creators.iter().map(|c| &c["criteria"]).collect()
    }

    fn cites(&self, id: &str, provision: &str) -> bool {
        self.finding(id, "DIS001")["provisions"].as_array().unwrap().iter().any(|p| p["id"] == provision)
    }

    fn flags(&self, id: &str) -> Vec<&str> {
        self.post(id)["flags"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect()
    }
}

fn record(id: &str, created_at: Value) -> Value {
    json!({"id": id, "author": {"id": "u1"}, "platform": "facebook", "created_at": created_at, "text": UNDISCLOSED})
}

#[test]
fn new_year_comes_at_midnight_in_vietnam() {
    let times = [
        ("utc-evening", "2025-12-31T17:30:00Z", true),
        ("utc-first", "2025-12-31T17:00:00Z", true),
        ("utc-before", "2025-12-31T16:59:59Z", false),
        ("own-zone", "2026-01-01T00:00:00+07:00", true),
        ("own-zone-before", "2025-12-31T23:59:59+07:00", false),
        ("los-angeles", "2025-12-31T09:00:00-08:00", true),
        ("no-zone", "2026-01-01T00:10:00", true),
        ("no-zone-before", "2025-12-31 23:50:00", false),
        ("day", "2026-01-01", true),
        ("day-before", "2025-12-31", false),
    ];
    let records: Vec<Value> = times.iter().map(|(id, time, _)| record(id, json!(time))).collect();
    let scanned = Scanned::new(&records, &[]);
    for (id, time, new_law) in times {
        assert_eq!(scanned.cites(id, "vn-ad-law-15a-3-b"), new_law, "{time}");
        assert!(scanned.cites(id, "vn-consumer-law-22-3-b"), "{time}");
        assert_eq!(scanned.flags(id).contains(&"zone_assumed"), id.starts_with("no-zone"), "{time}");
        assert_eq!(scanned.finding(id, "DIS001")["counts"], true, "{time}");
    }
    // The same moment as epoch seconds and milliseconds.
    let scanned = Scanned::new(&[record("s", json!(1_767_202_200)), record("ms", json!(1_767_202_200_000_i64))], &[]);
    for id in ["s", "ms"] {
        assert_eq!(scanned.post(id)["posted_at"], "2025-12-31T17:30:00Z");
        assert!(scanned.cites(id, "vn-ad-law-15a-3-b"));
    }
}

#[test]
fn an_undated_post_is_judged_by_current_law_flagged_and_never_counted() {
    let dates = [
        ("none", Value::Null, false),
        ("words", json!("hôm qua"), false),
        ("no-such-day", json!("2026-02-30"), false),
        ("too-old", json!("2004-12-31T12:00:00Z"), true),
        ("too-new", json!("2031-01-01T12:00:00Z"), true),
    ];
    let today = DETECTOR.pack().law_as_of.to_string();
    let mut records: Vec<Value> = dates.iter().map(|(id, date, _)| record(id, date.clone())).collect();
    records.push(record("dated", json!(today)));
    let scanned = Scanned::new(&records, &[]);
    let dated = scanned.finding("dated", "DIS001");
    assert_eq!(dated["counts"], true);
    for (id, _, implausible) in &dates {
        assert!(scanned.flags(id).contains(&"undated"), "{id}");
        assert_eq!(scanned.flags(id).contains(&"implausible_date"), *implausible, "{id}");
        let finding = scanned.finding(id, "DIS001");
        assert_eq!((&finding["tier"], &finding["law"]), (&json!("violation"), &json!("in_force")), "{id}");
        assert_eq!(finding["counts"], false, "{id}");
        assert_eq!(finding["provisions"], dated["provisions"], "{id}: current law is the law on {today}");
    }
    assert!(!scanned.flags("dated").contains(&"undated"));
    let creator = &scanned.creators[0];
    assert_eq!((&creator["posts"]["all"], &creator["posts"]["undated"]), (&json!(6), &json!(5)));
    let counts: Vec<_> = creator["counts"].as_array().unwrap().iter().filter(|c| c["rule"] == "DIS001").collect();
    assert_eq!((&counts[0]["n"], &counts[0]["n_counting"]), (&json!(6), &json!(1)));
    assert_eq!(creator["criteria"]["transparency"]["n_assessed"], 1);
}

#[test]
fn without_law_in_force_a_finding_is_advisory_written_on_demand_and_never_counted() {
    let records = [record("early", json!("2024-06-30")), record("later", json!("2024-07-01"))];
    let silent = Scanned::new(&records, &[]);
    assert!(silent.findings.iter().all(|f| f["post_id"] == "later"), "{:?}", silent.findings);
    assert_eq!(silent.post("early")["findings"], json!([]));

    let told = Scanned::new(&records, &["--advisory"]);
    let finding = told.finding("early", "DIS001");
    assert_eq!(finding["tier"], "advisory");
    assert_eq!(finding["law"], "none_in_force");
    assert_eq!(finding["provisions"], json!([]));
    assert_eq!(finding["counts"], false);
    assert_eq!(told.finding("later", "DIS001")["tier"], "violation");
    // The state of disclosure is a fact whatever the law; only the loss is not counted.
    assert_eq!(told.post("early")["disclosure"]["state"], "absent");
    assert_eq!(told.criteria(), silent.criteria(), "asking for advice changed a score");
}

#[test]
fn check_takes_the_day_of_the_post() {
    let cites = |day: &str| {
        let ran = minhbach(&["check", "--format", "json", "--day", day, UNDISCLOSED]).ends(1);
        let json = ran.json();
        let finding = json["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "DIS001").unwrap().clone();
        finding["provisions"].as_array().unwrap().iter().map(|p| p["id"].to_string()).collect::<Vec<_>>()
    };
    assert_ne!(cites("2025-03-01"), cites("2026-06-01"));
    minhbach(&["check", "--day", "2024-06-30", UNDISCLOSED]).ends(0);
    minhbach(&["check", "--day", "30/06/2024", UNDISCLOSED]).ends(2).says(&["30/06/2024", "YYYY-MM-DD"]);
}

/// No article of before 2026 speaks of commission; that of sponsorship is what DIS001 cites, so such a post is not let pass.
#[test]
fn a_personal_code_before_2026_is_advice_beside_the_article_on_sponsorship() {
    let before = DETECTOR.analyse(&on(UNDISCLOSED, day("2025-06-01")));
    let (code, none) = (of(&before, "DIS008").unwrap(), of(&before, "DIS001").unwrap());
    assert_eq!((code.tier, cited(code)), (Tier::Advisory, Vec::new()));
    assert_eq!((none.tier, cited(none)[0]), (Tier::Violation, "vn-consumer-law-22-3-b"));
    let after = DETECTOR.analyse(&on(UNDISCLOSED, day("2026-01-01")));
    assert!(cited(of(&after, "DIS008").unwrap()).contains(&"vn-ad-law-23-2-a"));
    let pack = DETECTOR.pack();
    for rule in ["DIS007", "DIS008"] {
        let limits = &pack.rules[pack.rule(rule).unwrap().0 as usize].limits;
        assert!(limits.en.contains("before 2026") && limits.vi.contains("trước năm 2026"), "{rule}");
    }
}
