//! Captions as people write them, and what they say: one row a caption, one test a kind of fault that was found by them.

#![allow(clippy::unwrap_used, reason = "a failed test is a panic by design")]

use minhbach::{
    detector::{Detector, Scratch},
    pack::{Pack, Tier},
    post::Post,
    vocabulary::DisclosureState,
};
use std::{fmt::Debug, sync::Arc};

/// A caption, and what is expected of it.
type Row<T> = (&'static str, T);

/// Reads every caption with `read` and names those that are read otherwise than expected.
fn hold<T: Debug, F: PartialEq<T> + Debug>(rows: &[Row<T>], read: impl Fn(&Detector, &mut Scratch, &Post<'_>) -> F) {
    let detector = Detector::new(Arc::new(Pack::embedded().unwrap())).unwrap();
    let mut scratch = Scratch::default();
    let mut wrong = Vec::new();
    for (text, expected) in rows {
        let found = read(&detector, &mut scratch, &Post { text: (*text).into(), ..Post::default() });
        if found != *expected {
            wrong.push(format!("{found:?}, not {expected:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn disclosure(detector: &Detector, scratch: &mut Scratch, post: &Post<'_>) -> DisclosureState {
    detector.judge_into(post, scratch).disclosure.state
}

/// The violations of a post, joined by commas.
fn violations(detector: &Detector, scratch: &mut Scratch, post: &Post<'_>) -> String {
    let analysis = detector.judge_into(post, scratch);
    let sure = analysis.findings.iter().filter(|f| f.tier == Tier::Violation);
    let ids: Vec<_> = sure.map(|f| detector.pack().rules[usize::from(f.rule.0)].id.as_str()).collect();
    ids.join(",")
}

/// Who says in plain words that this post is paid for, or that a purchase pays the author, has disclosed it.
#[test]
fn pay_told_in_plain_words_is_a_disclosure() {
    use DisclosureState::{Adequate, Weak};
    let rows = [
        ("Sponsored by Sunny. This pan heats fast. Shop it here: https://s.shopee.vn/abc12345", Adequate),
        ("(Sponsored by Sunny) This pan heats fast. Shop it here: https://s.shopee.vn/abc12345", Adequate),
        ("Tài trợ bởi Sunny. Nồi này nấu nhanh, mua tại https://s.shopee.vn/abc12345", Adequate),
        ("[Tài trợ] Nồi này nấu nhanh, mua tại https://s.shopee.vn/abc12345", Adequate),
        ("Bài này mình được trả tiền để đăng nha. Nồi nấu nhanh, mua tại https://s.shopee.vn/abc12345", Adequate),
        ("Mình được nhãn hàng trả phí cho clip này. Mua tại https://s.shopee.vn/abc12345", Adequate),
        ("Clip có trả phí từ nhãn hàng. Mua tại https://s.shopee.vn/abc12345", Adequate),
        ("Video có sự tài trợ của hãng nồi. Mua tại https://s.shopee.vn/abc12345", Adequate),
        ("Mình nhận tiền của Sunny để làm clip này. Mua tại https://s.shopee.vn/abc12345", Adequate),
        ("Nói trước bài này là PR có trả phí nha. Mua tại https://s.shopee.vn/abc12345", Adequate),
        ("Mình được chiết khấu nếu bạn mua qua link này: https://s.shopee.vn/abc12345", Adequate),
        ("Mua qua link này kênh có thêm chút hoa hồng nha: https://s.shopee.vn/abc12345", Adequate),
        ("*ad* This pan heats fast. Shop it here: https://s.shopee.vn/abc12345", Adequate),
        ("Sunny sponsored this post. Shop it here: https://s.shopee.vn/abc12345", Adequate),
        ("I was paid by Sunny to make this video. Shop it here: https://s.shopee.vn/abc12345", Adequate),
        ("I'm partnering with Sunny on a paid post. Shop it here: https://s.shopee.vn/abc12345", Adequate),
        ("I was paid to post about this pan. Shop it here: https://s.shopee.vn/abc12345", Adequate),
        ("I get a small cut if you buy with my link: https://s.shopee.vn/abc12345", Adequate),
        ("🚨 AD 🚨 This pan heats fast, use my code LAN10", Adequate),
        ("⚠️ Quảng cáo ⚠️ Nồi này nấu nhanh, nhập mã LAN10 nha", Adequate),
        ("AD! This pan heats fast, use my code LAN10", Adequate),
        ("Sponsored! This pan heats fast, use my code LAN10", Adequate),
        ("<QC> Nồi này nấu nhanh, nhập mã LAN10 nha", Adequate),
        ("Nội dung này do Sunny tài trợ. Nồi nấu nhanh, nhập mã LAN10 nha", Adequate),
        ("Sunny tài trợ video này. Nồi nấu nhanh, nhập mã LAN10 nha", Adequate),
        ("Hôm nay mình quảng cáo cái nồi này nha. Nấu nhanh, nhập mã LAN10", Adequate),
        ("Bài đăng này có mục đích quảng cáo. Nồi nấu nhanh, nhập mã LAN10", Adequate),
        ("This post contains affiliate links, I earn if you buy. My tripod: https://amzn.to/3xYzAbC", Adequate),
        ("Mình được booking cái nồi này. Mua tại https://s.shopee.vn/abc12345", Weak),
        ("PR nhẹ cái nồi nha, link https://s.shopee.vn/abc12345", Weak),
    ];
    hold(&rows, disclosure);
}

/// The same words denied, wished for, thought by others, or said of others disclose nothing.
#[test]
fn pay_that_nobody_gave_is_no_disclosure() {
    use DisclosureState::{Absent, Denied};
    let rows = [
        ("Clip không hề có trả phí nha. Mua tại https://s.shopee.vn/abc12345", Absent),
        ("Ước gì mình được trả tiền để review cái này. Mua tại https://s.shopee.vn/abc12345", Absent),
        ("Ai cũng tưởng mình được trả tiền để quảng cáo. Mua tại https://s.shopee.vn/abc12345", Absent),
        ("Nhiều KOL được hãng trả tiền mà không nói. Mua tại https://s.shopee.vn/abc12345", Absent),
        ("Mình chưa từng được trả tiền để đăng bài. Mua tại https://s.shopee.vn/abc12345", Absent),
        ("Mình không có hoa hồng gì từ link đâu: https://s.shopee.vn/abc12345", Absent),
        ("Mình không nhận tiền của ai để làm clip này. Mua tại https://s.shopee.vn/abc12345", Denied),
        ("Quảng cáo 😂 mà hay, nồi này nấu nhanh, nhập mã LAN10 nha", Absent),
        ("Bài này được tài trợ bởi ba mẹ mình. Bấm giỏ hàng góc trái nha", Absent),
        ("Mình có hoa hồng leo trước cổng. Bấm giỏ hàng góc trái nha", Absent),
        ("Không ai tài trợ video này. Nồi nấu nhanh, bấm giỏ hàng góc trái nha", Denied),
        ("Mình không quảng cáo cái nồi này. Bấm giỏ hàng góc trái nha", Absent),
        ("Nobody sponsored this video. Shop it here: https://s.shopee.vn/abc12345", Absent),
        ("I wish I was paid to make this video. Shop it here: https://s.shopee.vn/abc12345", Absent),
        ("I don't get a cut when you buy. Shop it here: https://s.shopee.vn/abc12345", Absent),
        ("No one paid me to make this. Shop it here: https://s.shopee.vn/abc12345", Denied),
    ];
    hold(&rows, disclosure);
}

/// The statuses of the claims of a caption, each once, joined by commas; what is asked is no claim.
fn claims(detector: &Detector, scratch: &mut Scratch, post: &Post<'_>) -> String {
    let analysis = detector.judge_into(post, scratch);
    let mut names: Vec<_> = analysis.claims.iter().map(|c| c.status.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(",")
}

/// Without diacritics "cho", "dùng", "cam kết", "ạ", "nhé" look like "chớ", "đừng", "cấm", "à", "nhể", and are far more
/// common: a bare sentence that holds them denies and asks nothing.
#[test]
fn common_bare_words_neither_deny_nor_ask() {
    let rows = [
        ("ba me dung vien nay tri dut diem tieu duong, inbox shop em dat hang", "affirmed"),
        ("vien uong cho nguoi lon tri dut diem tieu duong, inbox shop em dat hang", "affirmed"),
        ("cam ket vien uong tri dut diem tieu duong, inbox shop em dat hang", "affirmed"),
        ("kem tri nam tan goc nhe", "affirmed"),
        ("kem tri nam tan goc a", "affirmed"),
        ("kem tri nam tan goc la gia 200k", "affirmed"),
        ("kem chong dau co tri nam tan goc", "affirmed"),
        // What denies and asks in every spelling still does.
        ("kem nay khong tri nam tan goc dau", "negated"),
        ("dung mua kem tri nam tan goc nha", "negated"),
        ("đừng gọi đây là kem trị nám tận gốc", "negated"),
        ("kem tri nam tan goc khong", ""),
        ("kem trị nám tận gốc à", ""),
    ];
    hold(&rows, claims);
}

/// Words of a claim or of banned goods that say something else: no violation.
#[test]
fn what_means_something_else_is_no_violation() {
    let rows = [
        ("Nhiều chị hỏi có trị nám tận gốc không, em nói thật là không có kem nào làm được. Inbox shop em tư vấn", ""),
        ("Bên ngoài quảng cáo chữa khỏi đau khớp tràn lan, nhà em chỉ bán canxi thôi, inbox shop em đặt hàng", ""),
        ("Mẫu bán chạy nhất tháng rồi của shop em đã về lại, inbox shop em đặt hàng", ""),
        ("Landmark 81, tòa nhà cao nhất Việt Nam, combo ăn tối 890k, inbox em đặt vé", ""),
        ("Gạo ST25 từng đạt giải gạo ngon nhất thế giới, bên em bán 38k/kg, inbox shop em đặt hàng", ""),
        ("Sổ tay theo dõi điều trị ung thư, in đẹp, 90k, inbox shop em đặt hàng", ""),
        ("Học viên bên em giảm 5kg sau 3 tháng tập gym và ăn uống khoa học, inbox em tư vấn", ""),
        ("Chậu cây cao thêm 20cm sau 2 tháng nhờ phân bón này, inbox shop em đặt hàng", ""),
        ("Lót giày tăng chiều cao thêm 3cm, 50k, inbox shop em đặt hàng", ""),
        ("Xe đạp cho bé từ 1m2, bé cao thêm 10cm vẫn chỉnh yên được, inbox shop em đặt hàng", ""),
        ("Áo lót định hình giảm 5cm vòng eo khi mặc, 250k, inbox shop em đặt hàng", ""),
        ("Áo in hình thuốc lá Marlboro, 150k, inbox shop em đặt hàng", ""),
        ("Bình sữa cho mèo con kèm núm ty 45k, inbox shop em đặt hàng", ""),
        ("Máy xay cháo ăn dặm cho bé 5 tháng, 690k, inbox shop em đặt hàng", ""),
        ("Bánh flan rượu rum 20k/hũ, inbox shop em đặt hàng", ""),
        ("Kem đánh răng ngừa sâu răng cho bé, 50k, inbox shop em đặt hàng", ""),
        ("Viện tim mạch bên em phẫu thuật điều trị bệnh mạch vành, giấy phép số 12/BYT-GPHĐ, gọi 0909 123 456", ""),
        ("Whiskey glasses, set of 4, $30, order now from our shop", ""),
        ("Baby bottle cleaning brush, $5, DM us to order", ""),
        ("100% natural linen curtains, $45, DM us to order", ""),
        ("Hồi đó em cũng từng tin nước lá trị dứt điểm tiểu đường. Giờ bán rau sạch 25k/bó, inbox em đặt hàng", ""),
        ("Khóa học chăm sóc da trị mụn cho kỹ thuật viên spa, 5tr, inbox em đăng ký", ""),
        // The goods themselves and the claim itself remain.
        ("Rượu rum Cuba 40 độ, 450k/chai, inbox shop em đặt hàng", "PRO203"),
        ("Bình sữa cho bé 120k, inbox shop em đặt hàng", "PRO205"),
        ("Trà này uống kèm tập gym giảm 10kg trong 2 tuần, inbox shop em đặt hàng", "CLM113,OMI301"),
    ];
    hold(&rows, violations);
}

/// Everyday wordings of a code, a link, a gift, a family shop, a rank, a sure return.
#[test]
fn everyday_wordings_are_read() {
    let rows = [
        ("Nhập mã giảm giá của tui TUITEN15 trên app để được giảm liền 15% nha các bác", "DIS001,DIS008"),
        ("Code giảm giá 10% cho follower của mình: MEOW10", "DIS001,DIS008"),
        ("Mã riêng của Hana nè: HANA50, nhập lúc thanh toán", "DIS001,DIS008"),
        ("Mở thẻ tín dụng qua link của mình được hoàn 500k, mình xài hai năm nay hài lòng", "DIS001,DIS007"),
        ("Son này ngày nào cũng tô, bạn nào thích thì bấm vô mua ở góc trái màn hình", "DIS001,DIS007"),
        ("Cảm ơn bạn hãng đã gửi em nó về nhà mình, mê quá trời mê", "DIS006"),
        ("Em gái mình mở tiệm nail ở Quận 7, khai trương giảm 20%, mọi người ghé ủng hộ nha", ""),
        ("Tự hào là phòng khám nha khoa số 1 miền Tây. Đặt lịch 0909 123 456", "CLM101"),
        ("Aptamil nội địa Đức cho bé sơ sinh, shop em sẵn 20 lon, 550k/lon", "PRO204"),
        ("Guaranteed 10% weekly returns, DM me to start investing", "CLM123"),
        ("Wrinkles gone overnight with our serum, shop now", "CLM106"),
        ("Trắng bật tông chỉ sau 3 ngày, inbox shop em đặt hàng nha", "CLM106"),
        ("Bột nghệ nhà em chữa đau dạ dày cực tốt, inbox shop em đặt hàng", "CLM107,OMI301"),
        ("Nấm lim xanh nhà em ức chế tế bào ung thư, inbox shop em đặt hàng", "CLM107,CLM108,OMI301"),
        ("Mỗi gói sinh tố bột bên em tương đương 5 trái táo tươi, inbox shop em đặt hàng", "CLM115"),
        ("Sữa này bé uống hợp lắm, mẹ nào cần thì giỏ hàng bên trái nha", "DIS001,DIS007"),
        ("Đặt phòng bằng link này giảm 10%: https://www.agoda.com/partners/x?cid=1", "DIS001,DIS007"),
        ("Vé rẻ nè https://klook.tp.st/aBcDeF", "DIS001,DIS007"),
        ("Shop my outfit on LTK", "DIS001,DIS007"),
        ("Giỏ hàng bên trái siêu thị bị hư bánh xe", ""),
        ("Mật ong rừng hai lít, inbox mã đơn của mình là SPX12345 nha shop", ""),
        ("Chị em mở tiệm gì cũng cần máy này, xem thử nha", ""),
        ("Điền khảo sát qua link của mình giúp mình tốt nghiệp nha", ""),
    ];
    hold(&rows, violations);
}

/// Of alternatives that begin alike the longer one is met as well.
#[test]
fn longer_alternatives_of_a_pattern_are_met() {
    let rows = [
        ("Earn $500 weekly from your phone", "affirmed"),
        ("You can earn $900 in 7 days from your phone", "affirmed"),
        ("Infant formula 0-6 mo, for sale", "affirmed"),
    ];
    hold(&rows, claims);
}
