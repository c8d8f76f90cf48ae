//! Exports of platforms and tools: each sample is told without a hint and read with every part right; the traps of such
//! files, each with its test; and what is said when a file is not what its format says.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

mod command;

use command::minhbach;
use minhbach::{
    day::Day,
    ingest::{
        Caps, ChunkReader, Format, FormatChoice, IngestError, LABEL, MAP_FIELDS, Packing, RawChunk, ReadOptions,
        Reject, parse_chunk, parts,
    },
    pack::{Pack, read_map},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fs, io::Cursor, path::PathBuf, sync::LazyLock};

static PACK: LazyLock<Pack> = LazyLock::new(|| Pack::embedded().unwrap());

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn options(choice: FormatChoice) -> ReadOptions {
    ReadOptions::new(Day::new(2026, 6, 1).unwrap(), Caps::default()).with_formats(PACK.formats(choice))
}

/// A post as its parts, nulls left out, and its flags.
type Parts = Map<String, Value>;

#[derive(Debug, Default, PartialEq)]
struct Read {
    format: String,
    notices: Vec<String>,
    posts: Vec<Parts>,
    flags: Vec<Vec<&'static str>>,
    rejects: Vec<Reject>,
}

fn read_as(file: &str, bytes: &[u8], chunk_bytes: usize, options: &ReadOptions) -> Result<Read, IngestError> {
    let (format, packing) = match file {
        f if f.contains(".csv") => (Format::Table, Packing::None),
        f if f.contains(".jsonl.zst") => (Format::Lines, Packing::Zstd),
        f if f.contains("jsonl") || f.contains("ndjson") => (Format::Lines, Packing::None),
        _ => (Format::Json, Packing::None),
    };
    let inner = Box::new(Cursor::new(bytes.to_vec()));
    let mut reader = ChunkReader::new(file, inner, Some(format), packing, options)?.with_chunk_bytes(chunk_bytes);
    let mut read = Read {
        format: reader.format().map_or("plain", |map| &map.name).to_owned(),
        notices: reader.notices().to_vec(),
        ..Read::default()
    };
    let mut chunk = RawChunk::new();
    while reader.next_chunk(&mut chunk)? {
        parse_chunk(&chunk, options, &mut |record| match record.outcome {
            Ok(post) => {
                let parts = parts(&post).into_iter().filter(|(_, v)| !v.is_null());
                read.posts.push(parts.map(|(name, value)| (name.to_owned(), value)).collect());
                read.flags.push(post.flags.names().collect());
            }
            Err(reject) => read.rejects.push(*reject),
        });
    }
    Ok(read)
}

/// Reads as each file looks.
fn read(file: &str, text: &str) -> Read {
    read_as(file, text.as_bytes(), 1 << 20, &options(FormatChoice::Detect)).unwrap()
}

fn said(file: &str, text: &str, choice: FormatChoice) -> String {
    read_as(file, text.as_bytes(), 1 << 20, &options(choice)).unwrap_err().to_string()
}

fn named(name: &str) -> FormatChoice {
    FormatChoice::Named(PACK.format(name).unwrap().map.clone())
}

fn own(map: &str) -> FormatChoice {
    FormatChoice::Own(read_map("my/map.toml", map).unwrap().map)
}

fn sample(file: &str) -> String {
    fs::read_to_string(root().join("formats").join(file)).unwrap()
}

#[test]
fn every_sample_is_told_without_a_hint_and_read_with_every_part_right() {
    let table: toml::Table = fs::read_to_string(root().join("formats.toml")).unwrap().parse().unwrap();
    let texts = table["text"].as_table().unwrap();
    let mut seen = Vec::new();
    for sample in table["sample"].as_array().unwrap() {
        let file = sample["file"].as_str().unwrap();
        let wanted: Vec<Parts> = sample["post"]
            .as_array()
            .unwrap()
            .iter()
            .map(|post| {
                let mut post: Parts = serde_json::to_value(post).unwrap().as_object().unwrap().clone();
                if let Some(text) = post.get("text").and_then(Value::as_str).and_then(|t| texts.get(t)) {
                    post.insert("text".into(), text.as_str().into());
                }
                post
            })
            .collect();
        let bytes = fs::read(root().join("formats").join(file)).unwrap();
        let found = read_as(file, &bytes, 1 << 20, &options(FormatChoice::Detect)).unwrap();
        assert_eq!(found.format, sample["format"].as_str().unwrap(), "{file}");
        assert_eq!(found.posts, wanted, "{file}");
        let rejects: Vec<_> = found.rejects.iter().map(|r| r.reason.code()).collect();
        let wanted = sample.get("rejects").map(|r| r.as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect());
        assert_eq!(rejects, wanted.unwrap_or_else(Vec::new), "{file}");
        let mut flags: BTreeMap<&str, i64> = BTreeMap::new();
        found.flags.iter().flatten().for_each(|f| *flags.entry(f).or_default() += 1);
        let wanted: BTreeMap<&str, i64> = sample
            .get("flags")
            .and_then(|f| f.as_table())
            .map_or_else(BTreeMap::new, |t| t.iter().map(|(k, v)| (k.as_str(), v.as_integer().unwrap())).collect());
        assert_eq!(flags, wanted, "{file}");
        // Where chunks are cut, and who chose the format, changes nothing.
        assert_eq!(read_as(file, &bytes, 1, &options(FormatChoice::Detect)).unwrap(), found, "{file}");
        assert_eq!(read_as(file, &bytes, 1 << 20, &options(named(&found.format))).unwrap(), found, "{file}");
        seen.push(found.format);
    }
    let mut known: Vec<_> = PACK.formats.iter().map(|row| row.map.name.clone()).collect();
    seen.sort();
    known.sort();
    assert_eq!(seen, known, "one sample for every format");
    assert_eq!(known.len(), 31);
}

#[test]
fn a_format_knows_only_parts_of_a_post() {
    for row in &PACK.formats {
        assert!(row.map.fields.iter().all(|f| MAP_FIELDS.contains(&f.name)), "{}", row.map.name);
        assert!(row.map.field("text").is_some() || row.map.name == "tiktok_commercial_content_api", "{}", row.map.name);
        assert!(!row.title.vi.is_empty() && !row.title.en.is_empty(), "{}", row.map.name);
    }
}

#[test]
fn plain_files_stay_plain() {
    let options = options(FormatChoice::Detect);
    let bare = ReadOptions::new(Day::new(2026, 6, 1).unwrap(), Caps::default());
    let demo = fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpora/demo/posts.jsonl")).unwrap();
    let as_it_looks = read_as("demo.jsonl", &demo, 1 << 20, &options).unwrap();
    assert_eq!(as_it_looks.format, "plain");
    assert_eq!(as_it_looks, read_as("demo.jsonl", &demo, 1 << 20, &bare).unwrap());
    for (file, text) in [
        ("a.json", r#"{"data":[{"id":"1","text":"chào","author_id":"7","created_at":"2026-01-01"}],"meta":{}}"#),
        ("a.json", r#"{"items":[{"id":"1","text":"chào","author_id":"7","date":"2026-01-01"}]}"#),
        ("a.jsonl", "{\"id\":\"1\",\"text\":\"chào\",\"author\":{\"id\":7},\"date\":\"2026-01-01\"}\n"),
        ("a.csv", "id,caption,username,date\n1,chào,lan,2026-01-01\n"),
    ] {
        let read = read(file, text);
        assert_eq!((read.format.as_str(), read.posts.len(), read.notices.len()), ("plain", 1, 0), "{text}");
    }
    // Days and authors under other names would be lost in silence.
    let read = read("a.csv", "id,caption,poster,when\n1,chào,lan,2026-01-01\n");
    assert_eq!((read.format.as_str(), read.notices.len()), ("plain", 2));
}

#[test]
fn trap_1_a_missing_label_is_unknown_and_never_no() {
    let cases = [
        ("apify_tiktok.json", "\"isSponsored\": true,", "\"isAd\": true,"),
        ("youtube_data_api.json", "\"hasPaidProductPlacement\": true", "\"x\": 1"),
        ("zeeschuimer_threads.ndjson", "\"is_paid_partnership\": false, ", ""),
        ("instaloader_json.json", "edge_media_to_sponsor_user", "another_edge"),
    ];
    for (file, from, to) in cases {
        let text = sample(file);
        assert!(text.contains(from), "{file}");
        let text = text.replace(from, to).replace("\"isAd\": true,", "");
        let found = read(file, &text);
        assert_eq!(found.posts[0].get(LABEL), None, "{file}");
    }
    // A table without the column, and one with the column and an empty cell: only CrowdTangle Facebook means no by it.
    let table = [("crowdtangle_facebook_csv.csv", Some("no")), ("crowdtangle_instagram_csv.csv", None)];
    for (file, label) in table {
        let last = read(file, &sample(file)).posts.pop().unwrap();
        assert_eq!(last.get(LABEL).and_then(Value::as_str), label, "{file}");
    }
    // Yes from any place; a no of another label is weak.
    let text = sample("4cat_tiktok_csv.csv").replace("no,yes,yes,", "no,yes,no,");
    assert_eq!(read("4cat_tiktok_csv.csv", &text).posts[0][LABEL], "yes");
}

#[test]
fn trap_1_unknown_labels_stay_unknown_through_to_the_summary() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let input = root().join("formats");
    minhbach(&["scan", input.to_str().unwrap(), "--out", out.to_str().unwrap(), "--max-bad", "9", "-q"]).ends(0);
    let summary: Value = serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    let mut labels = BTreeMap::from([("no", 0), ("unknown", 0), ("weak_no", 0), ("yes", 0)]);
    let table: toml::Table = fs::read_to_string(root().join("formats.toml")).unwrap().parse().unwrap();
    for post in table["sample"].as_array().unwrap().iter().flat_map(|s| s["post"].as_array().unwrap()) {
        let label = post.get(LABEL).and_then(|l| l.as_str()).unwrap_or("unknown");
        *labels.get_mut(label).unwrap() += 1;
    }
    let posts: i32 = labels.values().sum();
    let known = f64::from(posts - labels["unknown"]) / f64::from(posts);
    assert_eq!(summary["platform_label"], json!(labels));
    assert_eq!(summary["platform_label_known_share"], json!((known * 10_000.0).round() / 10_000.0));
    assert!(known < 1.0 && labels["no"] > 0 && labels["weak_no"] > 0);
}

#[test]
fn trap_2_4cat_numbers_that_are_not_known_and_times_of_its_server() {
    let text = sample("4cat_instagram_csv.csv");
    // The sample's timestamp is seven hours off its unix_timestamp, and its play_count is listed as missing.
    assert_eq!(read("a.csv", &text).posts[0]["created_at"], "2025-10-09T08:53:20Z");
    let blind = text.replace(",1760000000,,play_count", ",,,num_likes");
    let post = &read("a.csv", &blind);
    assert_eq!((post.posts[0].get("created_at"), post.posts[0].get("likes")), (None, None));
    assert_eq!(post.flags[0], ["undated"]);
    let hidden = text.replace(",no,321,", ",yes,321,");
    assert_eq!(read("a.csv", &hidden).posts[0].get("likes"), None);
}

#[test]
fn trap_3_semicolons_envelopes_and_unwrapped_lines() {
    let unwrapped: String = sample("zeeschuimer_tiktok.ndjson")
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let mut payload = line["data"].clone();
            payload["__import_meta"] = json!({
                "source_platform": "tiktok.com",
                "timestamp_collected": line["timestamp_collected"],
            });
            format!("{payload}\n")
        })
        .collect();
    let wrapped = read("a.ndjson", &sample("zeeschuimer_tiktok.ndjson"));
    assert_eq!(read("a.ndjson", &unwrapped), wrapped);
    // A NUL byte inside a line, as captures hold them.
    let nul = sample("zeeschuimer_tiktok.ndjson").replacen("canh chua", "canh\0 chua", 1);
    let mended = read("a.ndjson", &nul);
    assert_eq!(mended.posts, wrapped.posts);
    assert_eq!(mended.flags[1], ["repaired"]);
    // The other platforms' columns under Zeeschuimer's own separator.
    let x = sample("4cat_twitter_csv.csv").lines().next().unwrap().replace(',', ";");
    let row = "https://x.com/home;7;7;t;1760000000;https://x.com/a/status/7;;chào;a;A;9;web;vi;0;0;3;0;1;no;no;;;;";
    let found = read("a.csv", &format!("collected_from_url;{x}\n{row}\n"));
    assert_eq!((found.format.as_str(), &found.posts[0]["platform"]), ("zeeschuimer_csv", &json!("x")));
}

#[test]
fn trap_4_three_shapes_of_instagram_and_partial_items() {
    let text = sample("zeeschuimer_instagram.ndjson");
    let found = read("a.ndjson", &text);
    assert_eq!(
        found.posts.iter().map(|p| p["id"].as_str().unwrap()).collect::<Vec<_>>().join(" "),
        "DEMOaaa0001 DEMOaaa0002 DEMOaaa0003"
    );
    let partial = &found.posts[2];
    assert_eq!([partial.get("created_at"), partial.get("likes"), partial.get(LABEL), partial.get("text")], [None; 4]);
    // What a partial item says of its label cannot be relied on.
    let claims = text.replace("\"_zs_partial\": true,", "\"_zs_partial\": true, \"is_paid_partnership\": false,");
    assert_eq!(read("a.ndjson", &claims).posts[2].get(LABEL), None);
    // A record of another module in the same file is told, not bent.
    let mixed = text.replacen("\"source_platform\": \"instagram.com\"", "\"source_platform\": \"linkedin.com\"", 1);
    let mixed = read("a.ndjson", &mixed);
    assert_eq!((mixed.posts.len(), mixed.rejects[0].reason.code()), (2, "not_this_format"));
}

#[test]
fn trap_5_double_encoded_exports() {
    let text = sample("meta_user_export.json");
    assert!(text.contains("\\u00c3"), "the sample carries the fault");
    let found = read("a.json", &text);
    assert!(found.posts[0]["text"].as_str().unwrap().starts_with("Kem mẫu Sao Demo dùng 7 ngày"));
    assert_eq!(found.flags, [["repaired"], ["repaired"]]);
    // An export that is right already stays as it is.
    let right = r#"[{"media":[],"title":"café là ngon","creation_timestamp":1760003600}]"#;
    let right = read("a.json", right);
    assert_eq!((right.posts[0]["text"].as_str().unwrap(), right.flags[0].len()), ("café là ngon", 0));
}

#[test]
fn trap_6_text_of_280_pages_in_lines_and_offsets_without_a_colon() {
    let page: Value = serde_json::from_str(&sample("x_api_v2.json")).unwrap();
    // Without the long form, a text that ends in X's dots or fills its 280 places is known to be cut.
    let whole = read("a.json", &page.to_string());
    assert!(whole.posts[0]["text"].as_str().unwrap().ends_with("@saodemo.vn") && whole.flags[0].is_empty());
    let mut cut = page.clone();
    cut["data"][0].as_object_mut().unwrap().remove("note_tweet");
    let full = "ế".repeat(140);
    let table = [
        ("Kem mẫu Sao Demo dùng 7 ngày là sáng da…", true),
        (full.as_str(), true),
        ("ngắn thôi...", false),
        ("", false),
    ];
    for (text, is_cut) in table {
        cut["data"][0]["text"] = text.into();
        assert_eq!(read("a.json", &cut.to_string()).flags[0].contains(&"truncated"), is_cut, "{text}");
    }
    // A line of twarc2 may be a page; the authors stand beside the posts.
    let mut line = page.clone();
    let mut second = line["data"][0].clone();
    second["id"] = "2".into();
    line["data"].as_array_mut().unwrap().push(second);
    line["__twarc"] = json!({"version": "2.14.0", "retrieved_at": "2025-10-10T00:00:00+00:00"});
    let pages = read("a.jsonl", &format!("{line}\n{line}\n"));
    assert_eq!((pages.format.as_str(), pages.posts.len()), ("twarc2_jsonl", 4));
    assert!(pages.posts.iter().all(|p| p["author_handle"] == "lan_demo" && p["author_followers"] == 1200));
    // An author whom the page does not know has no name, and nobody else's.
    let mut stranger = page;
    stranger["data"][0]["author_id"] = "45".into();
    let stranger = read("a.json", &stranger.to_string());
    assert_eq!((stranger.posts[0].get("author_handle"), &stranger.posts[0]["author_id"]), (None, &json!("45")));
    // +0000 is read; counts that are strings are.
    assert_eq!(read("a.json", &sample("threads_api.json")).posts[0]["created_at"], "2025-10-09T08:53:20Z");
    assert_eq!(read("a.json", &sample("youtube_data_api.json")).posts[0]["likes"], 320);
}

#[test]
fn trap_7_vietnamese_counts_dates_and_decomposed_letters() {
    let table = [("\"1,2K\"", Some(1_200)), ("12 N", Some(12_000)), ("\"1,5 Tr\"", Some(1_500_000)), ("-1", None)];
    for (written, likes) in table {
        let found = read(
            "a.csv",
            &format!("vid_id,user_name,vid_caption,vid_posttime,vid_nlike\n1,a,b,31/12/2025 23:30,{written}\n"),
        );
        assert_eq!(found.posts[0].get("likes").and_then(Value::as_u64), likes, "{written}");
        // 23:30 in Vietnam is not the next day, and needs no assumption.
        assert_eq!((&found.posts[0]["created_at"], found.flags[0].len()), (&json!("2025-12-31T16:30:00Z"), 0));
    }
    let decomposed = "Ho\u{302}m nay na\u{302}\u{301}u canh";
    let found = read("a.csv", &format!("vid_id,vid_caption\n1,{decomposed}\n"));
    assert_eq!(found.posts[0]["text"], decomposed, "texts stay as received");
}

#[test]
fn trap_8_only_the_authors_own_comment_is_theirs() {
    let text = sample("yt_dlp_info_json.json");
    let comment = |more: &str| {
        let mut video: Value = serde_json::from_str(&text).unwrap();
        video["comments"] = serde_json::from_str(more).unwrap();
        read("a.json", &video.to_string()).posts[0].get("first_comment").cloned()
    };
    let table = [
        (r#"[{"text":"của khách","author_is_uploader":false,"is_pinned":true}]"#, None),
        (
            r#"[{"text":"một","author_is_uploader":true},{"text":"ghim","author_is_uploader":true,"is_pinned":true}]"#,
            Some("ghim"),
        ),
        (r#"[{"text":"khách"},{"text":"một","author_is_uploader":true}]"#, Some("một")),
        ("[]", None),
        ("null", None),
    ];
    for (comments, first) in table {
        assert_eq!(comment(comments), first.map(Value::from), "{comments}");
    }
    // Apify's first comment is the first shown, not the author's.
    let mut shown: Value = serde_json::from_str(&sample("apify_instagram.json")).unwrap();
    shown[0]["latestComments"][0]["ownerUsername"] = "khach".into();
    let found = read("a.json", &shown.to_string());
    assert_eq!(found.posts[0].get("first_comment"), None);
}

#[test]
fn trap_9_a_shop_basket_is_no_disclosure() {
    let line = sample("zeeschuimer_tiktok.ndjson").lines().next().unwrap().to_owned();
    let line = line.replace("\"isAd\": true, \"adAuthorization\": true, ", "");
    let post = read("a.ndjson", &line).posts.remove(0);
    assert_eq!((&post["commerce_flag"], post.get(LABEL)), (&json!(true), None));
    let anchor = line.replace("\"isECVideo\": 1", "\"anchors\": [{\"id\": \"1\"}]");
    assert_eq!(read("a.ndjson", &anchor).posts[0]["commerce_flag"], true);
    let without = line.replace("\"isECVideo\": 1", "\"anchors\": []");
    assert_eq!(read("a.ndjson", &without).posts[0].get("commerce_flag"), None, "absent is not false");
}

#[test]
fn records_keep_their_own_place_however_deep_they_stand() {
    let mut page: Value = serde_json::from_str(&sample("tiktok_research_api.json")).unwrap();
    page["data"]["videos"][1]["video_description"] = json!(7);
    page["data"]["videos"].as_array_mut().unwrap().push(json!({"error": "gone"}));
    let text = format!("{page:#}\n");
    let found = read("a.json", &text);
    assert_eq!((found.posts.len(), found.rejects.len()), (2, 1));
    let at = usize::try_from(found.rejects[0].byte_offset).unwrap();
    assert!(text[at..].starts_with("{\n        \"error\""), "{}", &text[at..at + 20]);
    assert_eq!(found.rejects[0].record, 3);
    // Empty pages, pages one after the other, and pages in an array.
    let empty = text.replacen("\"videos\": [", "\"videos\": [], \"other\": [", 1);
    assert_eq!(read_as("a.json", empty.as_bytes(), 7, &options(named("tiktok_research_api"))).unwrap().posts.len(), 0);
    assert_eq!(read("a.json", &format!("{text}{text}")).posts.len(), 4);
    assert_eq!(read("a.json", &format!("[{text},{text}]")).posts.len(), 4);
}

#[test]
fn a_record_far_longer_than_the_first_look_is_told() {
    let mut video: Value = serde_json::from_str(&sample("yt_dlp_info_json.json")).unwrap();
    let text = serde_json::to_string(&video).unwrap();
    // Its keys stand in order, so the format's own come after this.
    video["aaa_formats"] = json!(vec![json!({"url": "https://example.invalid/", "n": 1}); 20_000]);
    let long = serde_json::to_string(&video).unwrap();
    assert!(long.len() > 500_000);
    assert_eq!(read("a.json", &long).posts, read("a.json", &text).posts);
}

#[test]
fn a_field_that_has_moved_is_named() {
    let text = sample("4cat_tiktok_csv.csv").replacen("unix_timestamp", "unix_time", 1);
    let error = said("a.csv", &text, FormatChoice::Detect);
    assert!(
        error.contains("4cat_tiktok_csv") && error.contains("`unix_timestamp`") && error.contains("--from"),
        "{error}"
    );
    // Forced, it is read, and what is missing is said.
    let forced = read_as("a.csv", text.as_bytes(), 1 << 20, &options(named("4cat_tiktok_csv"))).unwrap();
    assert_eq!((forced.posts.len(), forced.posts[0]["created_at"].as_str()), (2, Some("2025-10-09T08:53:20Z")));
    let no_text = sample("4cat_tiktok_csv.csv").replacen("body", "caption_text", 1);
    assert!(said("a.csv", &no_text, named("4cat_tiktok_csv")).contains("text (`body`)"));
    let json = sample("apify_tiktok.json").replace("webVideoUrl", "webUrl");
    assert!(said("a.json", &json, FormatChoice::Detect).contains("`webVideoUrl`"));
    // A mapped place that is in no record is said before the work begins.
    let gone = sample("tiktok_research_api.json").replace("\"create_time\"", "\"created\"");
    assert!(said("a.json", &gone, named("tiktok_research_api")).contains("created_at (`create_time`)"));
    let silent = sample("apify_tiktok.json")
        .replace("\"createTime\"", "\"t\"")
        .replace("createTimeISO\": \"2025", "createTimeISO\": null, \"u\": \"2025");
    let silent = read_as("a.json", silent.as_bytes(), 1 << 20, &options(named("apify_tiktok"))).unwrap();
    assert!(
        silent.notices.iter().any(|n| n.contains("created_at (`createTimeISO` | `createTime`)")),
        "{:?}",
        silent.notices
    );
    // Names that anybody uses are no sign that something has moved.
    let own = "{\"id\":\"1\",\"kind\":\"post\",\"text\":\"chào\",\"timestamp\":1760000000,\"author\":\"lan\"}\n";
    assert_eq!(read("a.jsonl", own).format, "plain");
    // A table is not read as JSON.
    assert!(said("a.csv", &text, named("x_api_v2")).contains("x_api_v2"));
}

#[test]
fn two_formats_that_fit_alike_are_not_guessed_between() {
    let mut twin = (*PACK.format("minet_tiktok_csv").unwrap().map).clone();
    twin.name = "twin".into();
    let mut formats = PACK.formats(FormatChoice::Detect);
    formats.known.push(twin.into());
    let options = ReadOptions::new(Day::new(2026, 6, 1).unwrap(), Caps::default()).with_formats(formats);
    let error = read_as("a.csv", sample("minet_tiktok_csv.csv").as_bytes(), 1 << 20, &options).unwrap_err().to_string();
    assert!(error.contains("minet_tiktok_csv, twin") && error.contains("--from"), "{error}");
}

const OWN: &str = r#"shape = "table"
platform = "tiktok"
zone = "+07:00"

[fields]
id = "ma"
author_handle = "kenh"
created_at = { from = "ngay", date = "dmy" }
text = ["loi", "noi_dung"]

[[label]]
from = "nhan"
yes = ["có"]
no = ["không"]
"#;

#[test]
fn a_map_of_ones_own() {
    let table = "ma,kenh,ngay,noi_dung,nhan\n1,lan,09/10/2025 15:53,chào,Có\n2,lan,9/10/2025 15:53,chào,\n";
    let found = read_as("a.csv", table.as_bytes(), 1 << 20, &options(own(OWN))).unwrap();
    let post = json!({"id": "1", "platform": "tiktok", "author_handle": "lan", "created_at": "2025-10-09T08:53:00Z",
        "text": "chào", "platform_label": "yes"});
    assert_eq!(Value::from(found.posts[0].clone()), post);
    assert_eq!(found.posts[1].get(LABEL), None);
    // A map that names what is not there is shown where it says so.
    let error = said("a.csv", &table.replacen("ngay", "date", 1), own(OWN));
    for part in ["F001", "my/map.toml:8:23", "created_at = { from = \"ngay\"", "^^^^^^", "a.csv", "ma, kenh, date"] {
        assert!(error.contains(part), "{part}\n{error}");
    }
    // Names of columns are shown, never obeyed.
    assert!(!said("a.csv", &table.replacen("ngay", "\u{1b}[2Jngay", 1), own(OWN)).contains('\u{1b}'));
    // So is a label that has no column: it would be unknown for a reason nobody sees.
    assert!(said("a.csv", &table.replacen("nhan", "x", 1), own(OWN)).contains("platform_label"));
    let json = OWN.replace("\"table\"", "\"json\"");
    let error = said("a.jsonl", "{\"ma\":1,\"kenh\":\"lan\"}\n", own(&json));
    assert!(error.contains("F001") && error.contains("`loi`"), "{error}");
}

#[test]
fn the_pages_name_every_format_and_their_map_is_one() {
    for page in ["docs/formats.vi.md", "docs/formats.en.md"] {
        let text = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        for row in &PACK.formats {
            assert!(text.contains(&format!("`{}`", row.map.name)), "{page} does not name {}", row.map.name);
        }
        assert!(text.contains(&PACK.formats.len().to_string()), "{page}");
        let map = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        let table = "ma,kenh,ngay,loi,nhan,thich\n1,lan,09/10/2025 15:53,chào,Có,\"1,2K\"\n";
        let found = read_as("a.csv", table.as_bytes(), 1 << 20, &options(own(map))).unwrap();
        let wanted = json!({"id": "1", "platform": "tiktok", "author_handle": "lan", "text": "chào", "likes": 1200,
            "created_at": "2025-10-09T08:53:00Z", "platform_label": "yes"});
        assert_eq!(Value::from(found.posts[0].clone()), wanted, "{page}");
    }
}

#[test]
fn a_malformed_map_says_where() {
    let table = [
        ("shape = \"json\"\nfeilds = 1\n[fields]", "P002", "2:1", "feilds"),
        ("shape = \"xml\"\n[fields]\ntext = \"t\"", "P005", "1:9", "shape"),
        ("shape = \"json\"", "P003", "1:1", "`fields`"),
        ("[fields]\ntext = \"t\"", "P003", "1:1", "`shape`"),
        ("shape = \"json\"\n[fields]\ncaption = \"t\"", "P002", "3:11", "caption"),
        ("shape = \"json\"\n[fields]\ntext = 7", "P004", "3:8", "a table"),
        ("shape = \"json\"\n[fields]\ntext = \"a..b\"", "P007", "3:8", "empty"),
        ("shape = \"json\"\n[fields]\ntext = \"a[b]\"", "P007", "3:8", "number"),
        ("shape = \"table\"\n[fields]\ncreated_at = { from = \"t\", date = \"dd/mm\" }", "P005", "3:35", "dmy"),
        ("shape = \"table\"\nzone = \"Asia/Ho_Chi_Minh\"\n[fields]\ntext = \"t\"", "P007", "2:8", "+07:00"),
        ("shape = \"table\"\nneed = [\"id\"]\n[fields]\ntext = \"t\"", "P005", "2:9", "`id`"),
        ("shape = \"table\"\n[fields]\nhashtags = { from = \"t\", split = \"||\" }", "P007", "3:34", "one character"),
        ("shape = \"json\"\n[fields]\nfirst_comment = { from = \"c[]\", take = \"t\" }", "P003", "3:40", "where"),
        (
            "shape = \"json\"\n[fields]\ntext = \"t\"\n[[label]]\nfrom = \"l\"\nempty = \"nope\"",
            "P005",
            "6:9",
            "weak_no",
        ),
        ("shape = [", "P001", "1:10", "TOML"),
    ];
    for (map, code, place, word) in table {
        let error = read_map("m.toml", map).unwrap_err().to_string();
        assert!(error.contains(&format!("error[{code}]")), "{map}\n{error}");
        assert!(error.contains(&format!("m.toml:{place}")), "{map}\n{error}");
        assert!(error.contains(word) && error.contains('^'), "{map}\n{error}");
    }
}

#[test]
fn rows_that_became_json_are_still_rows() {
    // As a table library writes the rows of a CSV or Parquet file.
    for file in ["4cat_tiktok_csv.csv", "minet_tiktok_csv.csv", "meta_content_library.csv", "minet_youtube_csv.csv"] {
        let text = sample(file);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let row = |row: csv::StringRecord| {
            let cells = row.iter().map(|c| if c.is_empty() { Value::Null } else { c.into() });
            Value::Object(header.iter().cloned().zip(cells).collect())
        };
        let lines: String = reader.records().map(|r| format!("{}\n", row(r.unwrap()))).collect();
        let (table, json) = (read(file, &text), read("a.jsonl", &lines));
        assert_eq!((&json.format, &json.posts), (&table.format, &table.posts), "{file}");
        let formats = PACK.formats(FormatChoice::Detect);
        let map = &PACK.format(&table.format).unwrap().map;
        assert!(map.fields.iter().flat_map(|f| &f.sources).all(|s| formats.wants(s.place.path.as_str())), "{file}");
        assert!(!formats.wants("video_thumbnail_of_nobody"));
    }
}

/// A page of X names its posts first and what tells it apart after them: longer ones were read in the plain shape, without
/// platform, author's handle and label.
#[test]
fn a_page_is_known_by_what_follows_its_records_however_long_they_are() {
    let tweet = |i| {
        format!(r#"{{"id":"{i}","text":"{}","author_id":"7","created_at":"2026-05-01T00:00:00.000Z"}}"#, "a".repeat(99))
    };
    let tweets = (0..3_000).map(tweet).collect::<Vec<_>>().join(",");
    let page = format!(r#"{{"data":[{tweets}],"includes":{{"users":[{{"id":"7","username":"u","name":"n"}}]}}}}"#);
    let inner = Box::new(std::io::Cursor::new(page.into_bytes()));
    let reader = ChunkReader::new("page.json", inner, None, Packing::None, &options(FormatChoice::Detect)).unwrap();
    assert_eq!(reader.format().map(|f| f.name.as_str()), Some("x_api_v2"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// A damaged export is read the same wherever it is cut, or refused the same.
    #[test]
    fn damage_is_no_panic_and_chunks_change_nothing(which in 0usize..31, at in 0.0f64..1.0, len in 0usize..40, put in ".{0,3}") {
        let mut files: Vec<PathBuf> =
            fs::read_dir(root().join("formats")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let file = &files[which];
        let mut bytes = fs::read(file).unwrap();
        let from = (bytes.len() as f64 * at) as usize;
        let to = (from + len).min(bytes.len());
        bytes.splice(from..to, put.bytes());
        let name = file.file_name().unwrap().to_str().unwrap();
        let options = options(FormatChoice::Detect);
        let shown = |r: Result<Read, IngestError>| r.map_err(|e| e.to_string());
        let small = shown(read_as(name, &bytes, 1, &options));
        prop_assert_eq!(small, shown(read_as(name, &bytes, 1 << 20, &options)));
    }
}

#[test]
fn hostile_files_are_no_error_and_do_not_hang() {
    let deep = "[".repeat(100_000);
    let wide = format!("{{\"a\":{}1", "[1,".repeat(60_000));
    for (file, text) in [
        ("a.json", deep.as_str()),
        ("a.json", wide.as_str()),
        ("a.jsonl", "{\"id\":"),
        ("a.jsonl", "\u{FEFF}\n\n"),
        ("a.json", "{\"data\":{\"videos\":[{\"id\":1,\"create_time\":1,\"video_description\":\"x\"},"),
        ("a.csv", "id,author_unique_id,digg_count,challenges_titles\n1,2\n\"3"),
    ] {
        read(file, text);
    }
    let bad = read("a.csv", "id,author_unique_id,digg_count,challenges_titles,description\n1,2\n3,a,9,,chào\n");
    assert_eq!((bad.posts.len(), bad.rejects[0].reason.code()), (1, "bad_csv"));
}

#[test]
fn inspect_and_formats_on_the_command_line() {
    let path = |file: &str| root().join("formats").join(file).display().to_string();
    let seen = minhbach(&["inspect", &path("crowdtangle_facebook_csv.csv"), "--format", "json"]).ends(0).json();
    assert_eq!((&seen["format"], &seen["posts"]), (&json!("crowdtangle_facebook_csv"), &json!(2)));
    assert_eq!((&seen["null_share"]["sponsor"], &seen["null_share"]["id"]), (&json!(0.5), &json!(0.0)));
    assert_eq!(seen["mapping"]["author_handle"], json!(["User Name", "Page Name", "Group Name"]));
    let shown = minhbach(&["inspect", &path("zeeschuimer_instagram.ndjson")]).ends(0).out;
    let parts = ["zeeschuimer_instagram", "3 bài / posts", "1 × undated", "33.3 %", "taken_at | taken_at_timestamp"];
    for part in parts {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    // None fits: exit 2, and the reason.
    let folder = tempfile::tempdir().unwrap();
    let strange = folder.path().join("strange.json");
    fs::write(&strange, r#"[{"alpha":1},{"alpha":2}]"#).unwrap();
    let none = minhbach(&["inspect", strange.to_str().unwrap()]).ends(2).says(&["no_text", "formats list"]);
    assert_eq!(none.out, "");
    assert_eq!(minhbach(&["formats", "list"]).ends(0).out.lines().count(), 31);
    // A format is shown as a map that can be started from.
    let map = folder.path().join("my.toml");
    fs::write(&map, minhbach(&["formats", "show", "4cat_tiktok_csv", "--toml"]).ends(0).out).unwrap();
    let own = minhbach(&["inspect", &path("4cat_tiktok_csv.csv"), "--map", map.to_str().unwrap()]).ends(0).out;
    assert!(own.contains("my.toml") && own.contains("tiktok_url"), "{own}");
    let shown = minhbach(&["formats", "show", "apify_tiktok"]).ends(0).out;
    assert!(shown.contains("createTimeISO | createTime"), "{shown}");
    minhbach(&["formats", "show", "nothing"]).ends(2).says(&["nothing"]);
    minhbach(&["inspect", &path("x_api_v2.json"), "--from", "nothing"]).ends(2).says(&["nothing"]);
    minhbach(&["inspect", &path("x_api_v2.json"), "--from", "plain"]).ends(0);
}
