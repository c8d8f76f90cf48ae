//! Sums of money as people write them: spellings made from numbers and words, and what only looks like one.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use minhbach::{
    detector::{Detector, Scratch},
    pack::{Pack, ValueKind},
    post::Post,
};
use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap());

/// The values of a kind in a text: the words as received, and dong.
fn values(raw: &str, kind: ValueKind) -> Vec<(String, f64)> {
    let mut scratch = Scratch::default();
    DETECTOR.analyse_into(&Post { text: Cow::Borrowed(raw), ..Post::default() }, &mut scratch);
    let of_kind = scratch.cues().iter().filter(|c| c.list == kind.list());
    of_kind.map(|c| (c.span.slice(raw).to_owned(), c.value.round())).collect()
}

/// A sum, as it is written, with what it is worth.
type Spelling = (String, f64);

/// 1 to 999 thousand, a million and more, in every way of writing them that is known.
fn vietnamese() -> Vec<Spelling> {
    let mut all = Vec::new();
    let mut add = |text: String, value: f64| all.push((text, value));
    for n in [5, 35, 199, 250] {
        for unit in ["k", " k", "K", "ka", " nghìn", " ngàn", ".000đ", ".000 đ", ",000đ", ".000₫", ".000 vnđ"] {
            add(format!("{n}{unit}"), f64::from(n) * 1e3);
        }
        for unit in ["000 vnd", ",000 VND", "000đ", ".000 đồng", "K VND", " nghìn đồng", "k vnđ"] {
            add(format!("{n}{unit}"), f64::from(n) * 1e3);
        }
        for before in ["VND ", "VNĐ ", "₫", "vnd "] {
            add(format!("{before}{n},000"), f64::from(n) * 1e3);
            add(format!("{before}{n}.000"), f64::from(n) * 1e3);
        }
        add(format!("VND {n}K"), f64::from(n) * 1e3);
    }
    for n in [2, 3, 12] {
        for (unit, worth) in [(" triệu", 1e6), ("tr", 1e6), (" tr", 1e6), (" củ", 1e6), (" tỷ", 1e9), (" tỉ", 1e9)]
        {
            let whole = f64::from(n) * worth;
            add(format!("{n}{unit}"), whole);
            add(format!("{n}{unit} rưỡi"), whole + worth / 2.0);
            add(format!("{n}{unit} 200"), whole + worth * 0.2);
            add(format!("{n}{unit} 5"), whole + worth * 0.5);
            add(format!("{n}{unit} 5 thôi"), whole + worth * 0.5);
            add(format!("{n}{unit} 250, freeship"), whole + worth * 0.25);
        }
        for (unit, worth) in [(" triệu", 1e6), ("tr", 1e6), (" triệu ", 1e6)] {
            add(format!("{n}{unit} 250 nghìn"), f64::from(n) * worth + 250e3);
            add(format!("{n}{unit} 90k"), f64::from(n) * worth + 90e3);
        }
        add(format!("{n} tỷ 300 triệu"), f64::from(n) * 1e9 + 300e6);
        for (scale, times) in [("trăm", 100.0), ("chục", 10.0)] {
            for (unit, worth) in [("nghìn", 1e3), ("ngàn", 1e3), ("k", 1e3), ("triệu", 1e6), ("tỷ", 1e9), ("đô", 25e3)]
            {
                add(format!("{n} {scale} {unit}"), f64::from(n) * times * worth);
            }
        }
        add(format!("{n}tr2"), (f64::from(n) + 0.2) * 1e6);
        add(format!("{n}tr250"), (f64::from(n) + 0.25) * 1e6);
        add(format!("{n}tr9xx"), (f64::from(n) + 0.9) * 1e6);
        add(format!("{n}9xk"), (f64::from(n) * 10.0 + 9.0) * 10e3);
        add(format!("{n}9x.000"), (f64::from(n) * 10.0 + 9.0) * 10e3);
    }
    for (text, value) in [
        ("12k5", 12_500.0),
        ("12 nghìn 5", 12_500.0),
        ("12 nghìn 500", 12_500.0),
        ("nửa triệu", 500e3),
        ("nửa tỷ", 500e6),
        ("nửa củ", 500e3),
        ("1 triệu 2 một hộp", 1.2e6),
        ("1 triệu 2 đến 1 triệu 5", 1.2e6),
        ("1 triệu 200 đồng", 1.2e6),
        ("1 triệu 2/hộp", 1.2e6),
        ("1 triệu 2 🔥", 1.2e6),
        ("hai trăm nghìn", 200e3),
        ("hai trăm năm mươi nghìn", 250e3),
        ("ba mươi lăm nghìn một hộp", 35e3),
        ("bốn trăm chín mươi chín nghìn", 499e3),
        ("năm trăm linh năm nghìn đồng", 505e3),
        ("ba chục nghìn", 30e3),
        ("mười triệu đồng", 10e6),
        ("hai mươi đô", 500e3),
        ("một triệu hai", 1.2e6),
        ("một triệu hai trăm", 1.2e6),
        ("một triệu hai trăm năm mươi nghìn", 1.25e6),
        ("hai củ rưỡi", 2.5e6),
        ("hai củ", 2e6),
        ("một tỷ rưỡi", 1.5e9),
        ("1 200 000đ", 1.2e6),
        ("1 200 000 VND", 1.2e6),
        ("1\u{a0}200\u{a0}000 đ", 1.2e6),
        ("250 000 đ", 250e3),
        ("250 000₫", 250e3),
    ] {
        add(text.to_owned(), value);
    }
    all
}

fn english() -> Vec<Spelling> {
    let mut all = Vec::new();
    let mut add = |text: String, value: f64| all.push((text, value));
    for (written, n) in [("20", 20.0), ("1,299.00", 1299.0), ("1,299", 1299.0), ("9.99", 9.99)] {
        for text in [format!("${written}"), format!("{written}$"), format!("USD {written}"), format!("{written} USD")] {
            add(text, n * 25e3);
        }
        for unit in ["usd", "dollars", "bucks"] {
            add(format!("{written} {unit}"), n * 25e3);
        }
        add(format!("€{written}"), n * 28e3);
        add(format!("{written} euros"), n * 28e3);
        add(format!("EUR {written}"), n * 28e3);
        add(format!("£{written}"), n * 33e3);
    }
    for (scale, times) in [("thousand", 1e3), ("million", 1e6), ("billion", 1e9)] {
        add(format!("$2 {scale}"), 2.0 * times * 25e3);
        add(format!("2.5 {scale} dollars"), 2.5 * times * 25e3);
        add(format!("20 {scale} dong"), 20.0 * times);
        add(format!("20 {scale} VND"), 20.0 * times);
        add(format!("USD 2 {scale}"), 2.0 * times * 25e3);
    }
    for (text, value) in [
        ("$1.5M", 37.5e9),
        ("$2m", 50e9),
        ("$3bn", 75e12),
        ("$5k", 125e6),
        ("2m VND", 2e6),
        ("USD20", 500e3),
        ("$7 USD", 175e3),
        ("USD 7 dollars", 175e3),
        ("$5k USD", 125e6),
        ("$2 million dollars", 50e9),
        ("VND 250K VND", 250e3),
        ("USD1,299", 1299.0 * 25e3),
        ("VND250K", 250e3),
        ("two hundred dollars", 5e6),
        ("two hundred and fifty dollars", 6.25e6),
        ("twenty five bucks", 625e3),
        ("ninety nine dollars", 2.475e6),
    ] {
        add(text.to_owned(), value);
    }
    all
}

#[test]
fn a_sum_is_read_however_it_is_written() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (spellings, before) in [(vietnamese(), ["giá ", "còn "]), (english(), ["now ", "costs "])] {
        for (text, value) in spellings {
            tried += 1;
            for before in before {
                let found = values(&format!("{before}{text}"), ValueKind::Price);
                if found.first().map(|f| f.1) != Some(value) {
                    wrong.push(format!("{before}{text}: {found:?} instead of {value}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}: {wrong:#?}", wrong.len());
    assert!(tried >= 250, "{tried}");
}

/// A number behind a sum that counts something is no part of it.
#[test]
fn a_sum_that_an_override_turns_round_ends_no_scan() {
    for (text, _) in vietnamese().into_iter().chain(english()) {
        let turned: String = format!("chỉ {text} hôm nay").chars().rev().collect();
        values(&format!("giá \u{202E}{turned}\u{202C} nha"), ValueKind::Price);
    }
}

#[test]
fn what_is_counted_behind_a_sum_is_no_part_of_it() {
    let mut wrong = Vec::new();
    for (text, prices) in [
        ("1 triệu 2 hộp", [1e6].as_slice()),
        ("1 triệu 2 hộp, 500k 1 hộp", &[1e6, 500e3]),
        ("kiếm 100 triệu 1 tháng", &[100e6]),
        ("199k 2 cái", &[199e3]),
        ("199k 500 ml", &[199e3]),
        ("combo 199k 2", &[199e3]),
        ("lương 10 triệu 2 ca", &[10e6]),
        ("1 triệu 2-3 người", &[1e6]),
        ("10 triệu 1/3", &[10e6]),
        ("2 triệu 0987654321", &[2e6]),
        ("2 triệu 2026", &[2e6]),
        ("từ 1 triệu 2 - 1 triệu 5", &[1.2e6, 1.5e6]),
        ("500k 1 triệu", &[500e3, 1e6]),
        ("2 triệu 5 chỗ", &[2e6]),
        ("2 triệu 3 con", &[2e6]),
        ("giá 199k VND 2 hộp", &[199e3]),
        ("250,000 VND 2 boxes", &[250e3]),
        ("$2 5 apples", &[50e3]),
        // Multiplied, it is still people and views.
        ("2 trăm nghìn người", &[]),
        ("3 chục triệu lượt xem", &[]),
        ("2 million people, 5 thousand views", &[]),
        ("nửa đêm, nửa năm, nửa tháng", &[]),
        ("5 chục cái, 2 trăm trứng", &[]),
        ("chạy 5m, cao 10m, rộng 3 m", &[]),
        ("mạng 5G, gói 4G", &[]),
        // In words it is more often a figure of speech.
        ("một ngàn lý do, một triệu người, hai triệu lượt xem", &[]),
        ("một nghìn lẻ một đêm, năm nghìn năm lịch sử", &[]),
        ("một củ sâm, hai củ khoai, hai tỷ lệ, một trăm phần trăm", &[]),
        ("two hundred people, one million views, a million thanks", &[]),
        ("mỗi năm hai triệu", &[2e6]),
        ("combo 3 200 cái, 1 200 000 người", &[]),
        ("gọi 0912 345 678 đ", &[]),
        ("năm 2024 500 000đ", &[500e3]),
        ("màn hình 4K, video 8K, 4K UHD, caught in 4K", &[]),
    ] {
        let found: Vec<f64> = values(text, ValueKind::Price).into_iter().map(|f| f.1).collect();
        if found != prices {
            wrong.push(format!("{text}: {found:?} instead of {prices:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_sum_in_words_is_read_without_diacritics_too() {
    for (text, value) in [("gia hai tram nghin", 200e3), ("chi con mot trieu hai", 1.2e6), ("ba muoi lam nghin", 35e3)]
    {
        assert_eq!(values(text, ValueKind::Price).first().map(|f| f.1), Some(value), "{text}");
    }
}

#[test]
fn a_sum_is_no_code() {
    for text in ["dùng mã USD20", "dùng mã VND250K", "mã giảm 199K", "nhập mã giảm 1TR5", "code 20 EURO"] {
        assert_eq!(values(text, ValueKind::Code), [], "{text}");
    }
}
