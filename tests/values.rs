//! Numbers as values: what rules can compare, and what only looks like it.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use minhbach::{
    detector::{Detector, Scratch},
    pack::{Pack, ValueKind},
    post::Post,
};
use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap());

/// Every value of a text but plain numbers: kind, the words as received, value.
fn values(raw: &str) -> Vec<(&'static str, String, f64)> {
    let mut scratch = Scratch::default();
    DETECTOR.analyse_into(&Post { text: Cow::Borrowed(raw), ..Post::default() }, &mut scratch);
    let kind = |list| ValueKind::ALL.into_iter().find(|k| k.list() == list);
    let shown = scratch.cues().iter().filter_map(|c| Some((kind(c.list)?, c)));
    shown
        .filter(|(kind, _)| *kind != ValueKind::Number)
        .map(|(kind, c)| (kind.name(), c.span.slice(raw).to_owned(), (c.value * 100.0).round() / 100.0))
        .collect()
}

/// Each text has exactly these values of these kinds.
fn check(kinds: &[&str], table: &[(&str, &[(&str, f64)])]) {
    let mut wrong = Vec::new();
    for (raw, expected) in table {
        let found = values(raw);
        let found: Vec<(&str, f64)> =
            found.iter().filter(|v| kinds.contains(&v.0)).map(|v| (v.1.as_str(), v.2)).collect();
        if found != *expected {
            wrong.push(format!("{raw}: {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whoever writes 100K for 100k names a sum that a voucher takes off, and no code of their own.
#[test]
fn a_sum_in_capitals_is_no_code() {
    check(
        &["code"],
        &[
            ("Nhập mã giảm 100K cho đơn từ 300K", &[]),
            ("Mã 1TR5 đơn 0 đồng, mã 2TR250K đơn 10TR", &[]),
            ("Giảm 10KG sau 2TUẦN", &[]),
            ("Nhập mã LAN10 khi thanh toán", &[("LAN10", 0.0)]),
            ("Nhập mã 50OFF, mã 8888MALL", &[("50OFF", 0.0), ("8888MALL", 0.0)]),
        ],
    );
    for text in ["Nhập mã giảm 100K cho đơn từ 300K trên app nha cả nhà", "Mã 100K đơn 0 đồng, mã 150K đơn 500K"]
    {
        let judged = |text: &str| {
            let found = DETECTOR.analyse(&Post { text: text.into(), ..Post::default() });
            (found.commercial, found.hard, found.findings.iter().map(|f| (f.rule, f.tier)).collect::<Vec<_>>())
        };
        assert_eq!(judged(text), judged(&text.replace('K', "k")), "{text}");
    }
}

#[test]
fn prices_are_read_in_dong() {
    check(
        &["price"],
        &[
            ("chỉ 199k thôi", &[("199k", 199e3)]),
            ("giá 199 k một hộp", &[("199 k", 199e3)]),
            ("giá 1tr5", &[("1tr5", 1.5e6)]),
            ("giá 1tr25", &[("1tr25", 1.25e6)]),
            ("còn 35k5", &[("35k5", 35_500.0)]),
            ("giá 1tr250k", &[("1tr250k", 1.25e6)]),
            ("giá 199.000\u{a0}₫", &[("199.000\u{a0}₫", 199e3)]),
            ("giá 1tr50k", &[("1tr50k", 1.05e6)]),
            ("giá 1,2tr", &[("1,2tr", 1.2e6)]),
            ("giá 1.200.000đ", &[("1.200.000đ", 1.2e6)]),
            ("giá 1.200.000₫ nhé", &[("1.200.000₫", 1.2e6)]),
            ("giá 99.000 vnđ", &[("99.000 vnđ", 99e3)]),
            ("giá 99.000 ₫", &[("99.000 ₫", 99e3)]),
            ("giá 199k vnd", &[("199k vnd", 199e3)]),
            ("sập giá 350 cành", &[("350 cành", 350e3)]),
            ("có 2 củ thôi", &[("2 củ", 2e6)]),
            ("khoảng 1 triệu rưỡi", &[("1 triệu rưỡi", 1.5e6)]),
            ("gia 2 trieu ruoi thoi nha", &[("2 trieu ruoi", 2.5e6)]),
            ("giá 325xu", &[("325xu", 325e3)]),
            ("giá 4xx", &[("4xx", 400e3)]),
            ("phòng 4xx/người/đêm", &[("4xx", 400e3)]),
            ("từ 3xxk", &[("3xxk", 300e3)]),
            ("chỉ 1xx.000 thôi", &[("1xx.000", 100e3)]),
            ("giá 1xxx", &[("1xxx", 1e6)]),
            ("only $29.99 today", &[("$29.99", 749_750.0)]),
            ("only 74.99$ today", &[("74.99$", 1_874_750.0)]),
            ("it costs 30 dollars", &[("30 dollars", 750e3)]),
            ("raised $5k", &[("$5k", 125e6)]),
            ("buy 2 $5 tickets", &[("$5", 125e3)]),
            ("lương 10 triệu usd", &[("10 triệu usd", 250e9)]),
            ("vốn 2 nghìn tỷ", &[("2 nghìn tỷ", 2e12)]),
            ("từ 50k đến 100k", &[("50k", 50e3), ("100k", 100e3)]),
            ("199K – 299K", &[("199K", 199e3), ("299K", 299e3)]),
            ("mua １９９ｋ", &[("１９９ｋ", 199e3)]),
        ],
    );
}

#[test]
fn what_only_looks_like_a_price_is_none() {
    check(
        &["price"],
        &[
            ("tụi 2k6 với 2k10", &[]),
            ("hội 9x đời đầu", &[]),
            ("năm 19xx hay 20xx", &[]),
            ("mã 15xxxx", &[]),
            ("hơn 5 triệu người xem", &[]),
            ("10k follow, 3k view", &[]),
            ("kiếm 600 xu mỗi ngày", &[]),
            ("mua 10 đồng hồ", &[]),
            ("3 đồng nghiệp của mình", &[]),
            ("2 củ khoai và 3 cành hoa", &[]),
            ("chạy 5 km", &[]),
            ("video quay 4K", &[]),
            ("20.11.2024", &[]),
            ("size 2xl", &[]),
            ("tỉ số 3-2, chấm 9/10", &[]),
            ("bản 17.5.1 và v2.0", &[]),
        ],
    );
}

#[test]
fn percentages_durations_and_amounts_are_read() {
    check(
        &["percent", "duration", "kg", "cm"],
        &[
            ("giảm 50%", &[("50%", 50.0)]),
            ("giảm 50 % luôn", &[("50 %", 50.0)]),
            ("giảm 12,5%", &[("12,5%", 12.5)]),
            ("giảm 20 phần trăm", &[("20 phần trăm", 20.0)]),
            ("trong 7 ngày", &[("7 ngày", 7.0)]),
            ("trang da trong 7 ngay", &[("7 ngay", 7.0)]),
            ("hieu qua sau 2 tuan", &[("2 tuan", 14.0)]),
            ("sau 2 tháng rưỡi", &[("2 tháng rưỡi", 75.0)]),
            ("trong 24h", &[("24h", 1.0)]),
            ("in 7 days", &[("7 days", 7.0)]),
            ("a 4-week plan", &[("4-week", 28.0)]),
            ("giảm 10kg", &[("10kg", 10.0)]),
            ("giảm 10 ký", &[("10 ký", 10.0)]),
            ("giam 10 ky trong 1 thang", &[("10 ky", 10.0), ("1 thang", 30.0)]),
            ("giảm 5 cân", &[("5 cân", 5.0)]),
            ("lose 10 lbs", &[("10 lbs", 4.54)]),
            ("cao thêm 5cm", &[("5cm", 5.0)]),
        ],
    );
}

#[test]
fn what_only_looks_like_an_amount_is_none() {
    check(
        &["percent", "duration", "kg", "cm"],
        &[
            // ngay (now) in a text with diacritics is not ngày (day).
            ("mua 7 ngay kẻo hết", &[]),
            ("ngày 20 tháng 11 năm 2024", &[]),
            ("tháng 3 năm nay", &[]),
            ("thứ 3 tuần sau", &[]),
            ("20/11/2024", &[]),
            ("năm 2024", &[]),
            ("mở cửa từ 8h đến 22h", &[]),
            ("live lúc 20h", &[]),
            ("live luc 20h toi nay nha", &[]),
            ("vào lúc 8h30", &[]),
            ("at 8:30", &[]),
            ("phục vụ 24/7", &[]),
            ("uống 500mg, 2 viên/lần", &[]),
            ("tối đa 50 ký tự", &[]),
            ("3 phân khúc", &[]),
            ("biết 3 tiếng Anh Trung Nhật", &[]),
            ("tỉ số 3-2", &[]),
            ("iOS 17.5.1", &[]),
        ],
    );
}

#[test]
fn telephone_numbers_are_found_however_spelt() {
    let one = |raw: &str, phone: &str| {
        let found: Vec<String> = values(raw).into_iter().filter(|v| v.0 == "phone").map(|v| v.1).collect();
        (found != [phone]).then(|| format!("{raw}: {found:?} instead of {phone}"))
    };
    let wrong: Vec<String> = [
        ("gọi 0987654321 nhé", "0987654321"),
        ("gọi 0987.654.321 nhé", "0987.654.321"),
        ("gọi 0987 654 321 nhé", "0987 654 321"),
        ("gọi 0987-654-321", "0987-654-321"),
        ("gọi 09 87 65 43 21.", "09 87 65 43 21"),
        ("gọi 0 9 8 7 6 5 4 3 2 1", "0 9 8 7 6 5 4 3 2 1"),
        ("gọi +84987654321", "84987654321"),
        ("gọi +84 987 654 321", "84 987 654 321"),
        ("gọi +84 (0) 987 654 321", "84 (0) 987 654 321"),
        ("gọi 0084987654321", "0084987654321"),
        ("gọi o987654321", "o987654321"),
        ("gọi O987.654.321", "O987.654.321"),
        ("gọi 0987 654 32l", "0987 654 32l"),
        ("gọi 098765o321", "098765o321"),
        ("gọi 0️⃣9️⃣8️⃣7️⃣6️⃣5️⃣4️⃣3️⃣2️⃣1️⃣", "0️⃣9️⃣8️⃣7️⃣6️⃣5️⃣4️⃣3️⃣2️⃣1️⃣"),
        ("gọi ０９８７６５４３２１", "０９８７６５４３２１"),
        ("gọi ⓪/⑨/⑧/⑦|⑥|⑤|④|③|②|①", "⓪/⑨/⑧/⑦|⑥|⑤|④|③|②|①"),
        ("gọi ⓿·❾·❽·❼·❻·❺·❹·❸·❷·❶", "⓿·❾·❽·❼·❻·❺·❹·❸·❷·❶"),
        ("gọi 0987🔥654🔥321", "0987🔥654🔥321"),
        ("gọi 0987 📞 654 📞 321", "0987 📞 654 📞 321"),
        ("gọi 09xx xxx 321", "09xx xxx 321"),
        ("gọi 09xx.xxx.xxx", "09xx.xxx.xxx"),
        ("gọi 0987xxx321", "0987xxx321"),
        ("gọi 0987***321", "0987***321"),
        ("gọi (028) 3823 4567 ạ", "028) 3823 4567"),
        ("hotline 1900 1234", "1900 1234"),
        ("hotline 1800-6035", "1800-6035"),
        // A price after it is another number.
        ("0987654321 199k", "0987654321"),
        ("sđt 0987.654.321, giá 199k", "0987.654.321"),
    ]
    .into_iter()
    .filter_map(|(raw, expected)| one(raw, expected))
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let two = values("0987654321 - 0912.345.678 / 0358 111 222");
    let two: Vec<&str> = two.iter().filter(|v| v.0 == "phone").map(|v| v.1.as_str()).collect();
    assert_eq!(two, ["0987654321", "0912.345.678", "0358 111 222"]);
}

#[test]
fn telephone_numbers_read_out_are_found() {
    for (raw, phone) in [
        ("gọi không chín một hai ba bốn năm sáu bảy tám nhé", Some("không chín một hai ba bốn năm sáu bảy tám")),
        ("goi khong chin mot hai ba bon nam sau bay tam nhe", Some("khong chin mot hai ba bon nam sau bay tam")),
        (
            "call zero nine one two three four five six seven eight",
            Some("zero nine one two three four five six seven eight"),
        ),
        ("gọi 0*9*1*2*3*4*5*6*7*8 nhé", Some("0*9*1*2*3*4*5*6*7*8")),
        // Nine digits; a count.
        ("không chín một hai ba bốn năm sáu bảy nhé", None),
        ("một hai ba bốn năm sáu bảy tám chín mười", None),
    ] {
        let found: Vec<String> = values(raw).into_iter().filter(|v| v.0 == "phone").map(|v| v.1).collect();
        assert_eq!(found, phone.into_iter().collect::<Vec<_>>(), "{raw}");
    }
}

#[test]
fn other_long_numbers_are_no_telephone_numbers() {
    let wrong: Vec<String> = [
        "mã đơn 0987654321012",
        "mã đơn: 0987654321",
        "stk 0371000456789 vcb",
        "STK: 0371 000 456 789",
        "mã số thuế 0312345678",
        "MST: 0312345678",
        "20/11/2024 08:30",
        "giai đoạn 1900-1975",
        "năm 2024 2025 2026",
        "DH0987654321",
        "0987654321abc",
        "123.456.789.012",
        "điểm 09.87.65",
        "1.200.000.000đ",
    ]
    .into_iter()
    .filter(|raw| values(raw).iter().any(|v| v.0 == "phone"))
    .map(|raw| format!("{raw}: {:?}", values(raw)))
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_long_row_of_digits_takes_time_in_proportion() {
    // Linear work takes sixteen times as long on sixteen times the text; quadratic work 256 times.
    let time = |text: &str| {
        let mut scratch = Scratch::default();
        let post = Post { text: Cow::Borrowed(text), ..Post::default() };
        let once = || {
            let start = Instant::now();
            DETECTOR.analyse_into(&post, &mut scratch);
            start.elapsed()
        };
        std::iter::repeat_with(once).take(2).min().unwrap()
    };
    for unit in ["0", "0 ", "0.", "0-", "09 ", "1xx ", "$1", "1% ", "0🔥", "o9 ", "0*", "7 ngày ", "1tr5 "] {
        let many = |bytes: usize| unit.repeat(bytes / unit.len());
        let (short, long) = (time(&many(4 << 10)), time(&many(64 << 10)));
        assert!(long < short * 64 + Duration::from_millis(100), "{unit:?}: {short:?}, then {long:?}");
    }
}

/// A shop's numbers of its goods are no codes to buy with.
#[test]
fn the_number_of_a_product_is_no_discount_code() {
    for (text, code) in [
        ("Áo này mã SP01 giảm 50k nha", false),
        ("mã: SP1234 giá 199k, còn size M", false),
        ("mã số SP1234 giảm 10%", false),
        ("quét mã QR100 giảm 10%", false),
        ("Mã sản phẩm SP1234 giảm 10%", false),
        ("Nhập mã LAN10 giảm 10%", true),
        ("mã SPRING20 giảm 20%", true),
    ] {
        let found = DETECTOR.analyse(&Post { text: text.into(), ..Post::default() });
        let ids = DETECTOR.pack().evidence.iter().map(|e| e.id.as_str());
        let personal = ids.zip(0..).any(|(id, i)| id == "personal_code" && found.hard.contains(&i));
        assert_eq!(personal, code, "{text}");
    }
}
