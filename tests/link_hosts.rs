//! What the host of a link says: a programme that pays for buyers, a shop, or nothing yet.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests may")]

use minhbach::{
    detector::{Detector, Scratch},
    pack::Pack,
    post::Post,
};
use std::sync::{Arc, LazyLock};

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap());

#[test]
fn well_known_hosts_are_what_they_are() {
    for (list, links) in [
        (
            "link.affiliate",
            &[
                "s.shopee.vn/abc",
                "shope.ee/abc",
                "s.lazada.vn/s.abc",
                "c.lazada.vn/t/c.abc",
                "go.isclix.com/deep_link/1",
                "shorten.asia/abc",
                "pub.accesstrade.vn/x",
                "goeco.mobi/abc",
                "t.ecomobi.com/abc",
                "go.masoffer.net/v1/x",
                "rutgon.me/abc",
                "adflex.vn/x",
                "hyperlead.vn/x",
                "invol.co/abc",
                "mycollection.shop/linh",
                "amzn.to/abc",
                "walmrt.us/abc",
                "temu.to/k/abc",
                "liketk.it/abc",
                "rstyle.me/abc",
                "shopmy.us/p-1",
                "go.shopmy.us/p-1",
                "amazon.com/dp/B01?tag=linh-20",
                "shopee.vn/x?utm_source=an_17",
            ][..],
        ),
        ("link.shop", &["shopee.vn/x", "shp.ee/abc", "ti.ki/abc", "a.co/d/abc", "amzn.eu/d/abc", "lzd.co/abc"]),
        ("link.shortener", &["bit.ly/abc", "tinyurl.com/abc", "t.ly/abc"]),
        ("link.bio", &["linktr.ee/linh", "passio.eco/linh"]),
        // A video on TikTok is no shop, a friend's site no network.
        ("", &["vt.tiktok.com/ZSabc", "tiktok.com/@linh", "youtu.be/abc", "myamzn.to.vn/x", "notshope.ee/x"]),
    ] {
        for link in links {
            let mut scratch = Scratch::default();
            let text = format!("Xem ở https://{link} nha");
            DETECTOR.analyse_into(&Post { text: text.clone().into(), ..Post::default() }, &mut scratch);
            let mut lists = scratch.cues().iter().map(|c| DETECTOR.pack().lists[c.list.0 as usize].id.as_str());
            // Parameters come first: amazon.com with a tag is a shop, too.
            let found = lists.find(|id| id.starts_with("link.")).unwrap_or_default();
            assert_eq!(found, list, "{link}");
        }
    }
}
