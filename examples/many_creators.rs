//! Writes posts of very many creators, to measure what scores cost in memory and time: about three posts a creator, one
//! creator in a thousand with five hundred, two posts in three commercial. The same arguments give the same bytes.
//!
//! Viết bài đăng của rất nhiều người để đo bộ nhớ và thời gian tính điểm; cùng tham số thì cùng từng byte.
//!
//! ```sh
//! cargo run --release --example many_creators -- FOLDER [CREATORS] [SHARDS] [SEED]
//! for n in 0 1 2 3; do minhbach scan FOLDER/$n.jsonl --out FOLDER/run$n; done
//! minhbach score FOLDER/run*
//! ```

use std::{
    error::Error,
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

/// Invented posts: quiet ones, one said to be advertising, one not, one with a claim.
const TEXTS: [&str; 6] = [
    "Chiều nay trời mát, cả nhà đi dạo hồ",
    "Hôm nay nấu canh chua, ai ăn không nè",
    "Quảng cáo – son mới về, mã LINH10 giảm 10%, đặt hàng inbox shop em nha",
    "Quảng cáo – áo khoác nhẹ, link mua trong giỏ hàng, shop em ship toàn quốc",
    "Son mới về xinh lắm, mã LINH10 giảm 10%, đặt hàng inbox shop em nha",
    "Viên uống chữa khỏi tiểu đường sau 1 tháng, mã LINH10 giảm 10%, đặt hàng inbox shop em nha",
];
const PLATFORMS: [&str; 3] = ["facebook", "tiktok", "youtube"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("cách dùng / usage: many_creators FOLDER [CREATORS] [SHARDS] [SEED]")?;
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |n| n.parse());
    let (creators, shards, seed) = (number(1_000_000)?, number(4)?.max(1), number(1)?);
    fs::create_dir_all(&folder)?;
    let open = |n| File::create(Path::new(&folder).join(format!("{n}.jsonl"))).map(BufWriter::new);
    let mut files: Vec<BufWriter<File>> = (0..shards).map(open).collect::<Result<_, _>>()?;
    let mut random = Random(seed);
    for creator in 0..creators {
        let platform = PLATFORMS[random.below(3) as usize];
        let posts = if creator % 1000 == 999 { 500 } else { 1 + random.below(5) };
        for post in 0..posts {
            // The posts of a creator are dealt over all shards, so that merging has work to do.
            let file = &mut files[random.below(shards) as usize];
            let (month, day) = (1 + random.below(6), 1 + random.below(28));
            let text = TEXTS[random.below(6) as usize];
            writeln!(
                file,
                r#"{{"id":"p{creator}-{post}","author_id":"c{creator}","platform":"{platform}","created_at":"2026-{month:02}-{day:02}T09:00:00Z","text":"{text} #{post}"}}"#
            )?;
        }
    }
    files.iter_mut().try_for_each(BufWriter::flush)?;
    Ok(())
}

/// SplitMix64 (Steele, Lea and Flood, 2014): seeded, without a dependency.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ z >> 31) % limit
    }
}
