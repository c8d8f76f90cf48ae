//! Paths into a JSON record, as a person writes them: `author.name`, `edges[0].node.text`, `hashtags[].name`,
//! `**.VideoList[]` (at any depth), `^.includes.users[]` (from the page that the record stands in).

use serde_json::Value;

/// A path as written and as steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    text: String,
    from_page: bool,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    /// Every element of an array.
    Each,
    /// One element, counted from 0.
    At(usize),
    /// That key at any depth.
    Deep(String),
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// What is wrong with it, in Vietnamese and in English.
    pub fn parse(text: &str) -> Result<Self, [&'static str; 2]> {
        let mut steps = Vec::new();
        let (from_page, rest) = match text.strip_prefix("^.") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut deep = false;
        for part in rest.split('.') {
            if part == "**" {
                deep = true;
                continue;
            }
            let (key, mut brackets) = part.split_at(part.find('[').unwrap_or(part.len()));
            match (key, deep) {
                ("", false) if !brackets.is_empty() && steps.is_empty() => {}
                ("", _) => return Err(["một bước của đường dẫn bị trống", "a step of the path is empty"]),
                (key, true) => steps.push(Step::Deep(key.to_owned())),
                (key, false) => steps.push(Step::Key(key.to_owned())),
            }
            deep = false;
            while !brackets.is_empty() {
                let inside = brackets.strip_prefix('[').and_then(|b| b.split_once(']'));
                let Some((inside, rest)) = inside else {
                    return Err(["ngoặc vuông không đóng", "a square bracket is not closed"]);
                };
                steps.push(match inside {
                    "" => Step::Each,
                    n => match n.parse() {
                        Ok(n) => Step::At(n),
                        Err(_) => return Err(["trong ngoặc vuông phải là số", "square brackets hold a number"]),
                    },
                });
                brackets = rest;
            }
        }
        match deep {
            true => Err(["** phải đứng trước một tên", "** stands before a name"]),
            false => Ok(Self { text: text.to_owned(), from_page, steps }),
        }
    }

    /// The name of a column, which is one step whatever it holds.
    pub(super) fn of_column(name: &str) -> Self {
        Self { text: name.to_owned(), from_page: false, steps: vec![Step::Key(name.to_owned())] }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it begins at the page rather than at the record.
    pub(super) fn is_from_page(&self) -> bool {
        self.from_page
    }

    /// The keys that lead to an array, when the path is nothing but keys and a last `[]`.
    pub(super) fn keys_to_array(&self) -> Option<Vec<&str>> {
        let (Step::Each, keys) = self.steps.split_last()? else { return None };
        let names = keys.iter().map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        });
        names.collect::<Option<Vec<_>>>().filter(|keys| !keys.is_empty())
    }

    /// The key of the record that it begins with.
    pub(super) fn first_key(&self) -> Option<&str> {
        match self.steps.first() {
            Some(Step::Key(key)) if !self.from_page => Some(key),
            _ => None,
        }
    }

    /// Hands out every value at the end of the path, in order, nulls left out.
    pub(super) fn walk<'v>(&self, value: &'v Value, each: &mut dyn FnMut(&'v Value)) {
        walk(&self.steps, value, each);
    }

    /// The first value at the end of the path.
    pub(super) fn first<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        let mut found = None;
        self.walk(value, &mut |v| {
            found.get_or_insert(v);
        });
        found
    }

    /// The elements that the path leads to; `None` where it leads nowhere, which is not the same as to an empty array.
    pub(super) fn elements<'v>(&self, value: &'v Value) -> Option<Vec<&'v Value>> {
        let (Step::Each, keys) = self.steps.split_last()? else { return None };
        let mut found = None;
        walk(keys, value, &mut |v| {
            if let Value::Array(items) = v {
                found.get_or_insert_with(Vec::new).extend(items);
            }
        });
        found
    }
}

fn walk<'v>(steps: &[Step], value: &'v Value, each: &mut dyn FnMut(&'v Value)) {
    let Some((step, rest)) = steps.split_first() else {
        if !value.is_null() {
            each(value);
        }
        return;
    };
    match (step, value) {
        (Step::Key(key), Value::Object(map)) => {
            if let Some(value) = map.get(key) {
                walk(rest, value, each);
            }
        }
        (Step::Each, Value::Array(items)) => items.iter().for_each(|item| walk(rest, item, each)),
        (Step::At(n), Value::Array(items)) => {
            if let Some(item) = items.get(*n) {
                walk(rest, item, each);
            }
        }
        // The reader of JSON stops at 128 levels, so this is as deep as it gets.
        (Step::Deep(key), Value::Object(map)) => {
            for (name, value) in map {
                match name == key {
                    true => walk(rest, value, each),
                    false => walk(steps, value, each),
                }
            }
        }
        (Step::Deep(_), Value::Array(items)) => items.iter().for_each(|item| walk(steps, item, each)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn where_paths_lead() {
        let record =
            json!({"a": {"b c": 1, "n": null}, "l": [{"t": "x"}, {"t": "y"}, {}], "d": [{"deep": {"L": [7, 8]}}]});
        let table = [
            ("a.b c", "[1]"),
            ("a.n", "[]"),
            ("l[].t", r#"["x","y"]"#),
            ("l[1].t", r#"["y"]"#),
            ("l[9].t", "[]"),
            ("l.t", "[]"),
            ("**.L[]", "[7,8]"),
            ("a.none", "[]"),
        ];
        for (path, found) in table {
            let mut values = Vec::new();
            Path::parse(path).expect(path).walk(&record, &mut |v| values.push(v));
            assert_eq!(serde_json::to_string(&values).expect("plain values"), found, "{path}");
        }
        assert!(Path::parse("x[]").expect("a path").elements(&json!({"x": []})).is_some_and(|e| e.is_empty()));
        assert_eq!(Path::parse("x[]").expect("a path").elements(&json!({"y": []})), None);
    }

    #[test]
    fn what_is_no_path() {
        for path in ["", ".", "a.", "a..b", "a[", "a[x]", "**", "a.**"] {
            assert!(Path::parse(path).is_err(), "{path}");
        }
    }
}
