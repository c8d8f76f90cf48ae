//! A coded message about a data file, with a place in it. All faults of a file are collected before any is shown.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::{fmt::Write as _, ops::Range};

/// Something wrong in a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable code: `P…` file shape, `L…` lexicon, `R…` rules, `M…` messages, `S…` policy of the score.
    pub code: &'static str,
    /// Path inside the pack, or of the file given.
    pub file: String,
    /// Bytes of the file.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// The faults as text with file, line and caret, in order of file and place. `source` gives a file's content; a fault in
/// a file that it does not know is shown without its line.
pub fn render<'s>(faults: &[Fault], source: impl Fn(&str) -> Option<&'s str>) -> String {
    let mut sorted: Vec<&Fault> = faults.iter().collect();
    sorted.sort_by(|a, b| (&a.file, a.span.start, a.code).cmp(&(&b.file, b.span.start, b.code)));
    let renderer = Renderer::plain();
    let mut out = String::new();
    for fault in sorted {
        let title = Level::ERROR.primary_title(&fault.message).id(fault.code);
        let group: Group<'_> = match source(&fault.file) {
            Some(text) => {
                let span = on_characters(text, &fault.span);
                title.element(Snippet::source(text).path(&fault.file).annotation(AnnotationKind::Primary.span(span)))
            }
            None => title.element(Level::NOTE.message(format!("in {}", fault.file))),
        };
        let group = match in_vietnamese(fault.code) {
            Some(told) => group.element(Level::NOTE.message(told)),
            None => group,
        };
        let group = match &fault.help {
            Some(help) => group.element(Level::HELP.message(help)),
            None => group,
        };
        let _ = writeln!(out, "{}\n", renderer.render(&[group]));
    }
    out
}

/// What a code means, for those whose messages are English or another program's words; the rest say both languages.
fn in_vietnamese(code: &str) -> Option<&'static str> {
    Some(match code {
        "P001" => {
            "tệp không đúng cú pháp TOML; sửa ở chỗ được chỉ (thiếu dấu nháy, dấu phẩy, dấu ngoặc, khóa lặp lại …)"
        }
        "P002" => "khóa lạ; chỉ dùng các khóa được liệt kê",
        "P003" => "thiếu một khóa hay một giá trị bắt buộc",
        "P004" => "giá trị sai kiểu: chuỗi trong dấu nháy, số, true/false, mảng trong [ ], bảng trong { }",
        "P005" => "không có tên này; kiểm tra chính tả, hoặc khai báo nó trước",
        "P006" => "đã khai báo rồi; mỗi tên chỉ được khai báo một lần",
        "P007" => "giá trị không hợp lệ ở chỗ này",
        "P008" => "kho thiếu tệp này",
        "L001" => "cụm từ không có từ nào",
        "L002" => "cụm từ chỉ được gồm từ, số và biểu tượng cảm xúc",
        "L003" => "viết như gợi ý: chữ thường, Unicode dựng sẵn, dấu thanh đặt kiểu cũ",
        "L004" => "cụm từ lặp lại trong cùng một danh sách",
        "L005" => "cụm ghép được dựng từ chính nó",
        "L006" => "kho đã đầy: quá số mục tối đa",
        "L007" => {
            "cụm từ mơ hồ ở mọi cách viết (fold/collisions.toml); yêu cầu vị trí (`at`) hoặc ghép với từ bên cạnh"
        }
        "L008" => "cụm từ viết không dấu thường mang nghĩa khác (fold/collisions.toml), nên không được bare = \"ok\"",
        "R001" => "đây không phải luật Việt Nam; chuyển sang `see_also`",
        "R002" => "quy tắc trên mức `advisory` cần một điều luật Việt Nam đã kiểm chứng",
        "R003" => "mỗi quy tắc cần ít nhất ba ví dụ mỗi loại",
        _ => return None,
    })
}

/// The span inside the text, widened to whole characters: the reader of TOML gives one byte of what it did not expect.
fn on_characters(text: &str, span: &Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (span.start.min(text.len()), span.end.min(text.len()));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}
