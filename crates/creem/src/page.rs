//! Lists that come in pages. (Creem: section 6.)

use crate::reader::{Entity, Object, Unreadable, value};

/// A page of a list, as far as its entries can be read.
pub(crate) struct Page<T> {
    /// The entries that can be read.
    pub(crate) items: Vec<T>,
    /// Why the first of the others cannot.
    pub(crate) unreadable: Option<Unreadable>,
    /// The number of the next page, if there is one.
    pub(crate) next_page: Option<u32>,
}

impl<T: Entity> Entity for Page<T> {
    const NAME: &'static str = "list";

    fn read(object: &Object<'_>) -> Result<Self, Unreadable> {
        // Creem's lists have one name or the other for their entries.
        let entries = match object.entries("items")? {
            Some(entries) => entries,
            None => object.entries("data")?.ok_or_else(|| object.unreadable("items", "is missing"))?,
        };
        let pagination = object.object("pagination");
        let next_page = pagination.and_then(|pagination| pagination.optional("next_page", value::small));
        Ok(Self { items: entries.readable, unreadable: entries.unreadable, next_page })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::CustomField;
    use crate::reader;

    fn keys(body: &str) -> Result<(Vec<String>, Option<u32>), Unreadable> {
        let page: Page<CustomField> = reader::entity(body.as_bytes())?;
        Ok((page.items.into_iter().map(|field| field.key).collect(), page.next_page))
    }

    #[test]
    fn a_list_gives_what_can_be_read() {
        let two = r#"[{"type":"text","key":"a","label":"A"},{"type":"text"},{"type":"text","key":"b","label":"B"}]"#;
        let both = vec!["a".to_owned(), "b".to_owned()];
        for (pagination, next_page) in [
            (r#","pagination":{"next_page":2}"#, Some(2)),
            (r#","pagination":{"next_page":"2"}"#, Some(2)),
            (r#","pagination":{"next_page":null}"#, None),
            (r#","pagination":{"next_page":-1}"#, None),
            (r#","pagination":7"#, None),
            (r#","pagination":null"#, None),
            ("", None),
        ] {
            assert_eq!(
                keys(&format!(r#"{{"items":{two}{pagination}}}"#)),
                Ok((both.clone(), next_page)),
                "{pagination}"
            );
        }
        assert_eq!(keys(&format!(r#"{{"data":{two}}}"#)), Ok((both, None)));
    }

    #[test]
    fn what_is_no_list_is_not_an_empty_one() {
        for body in ["{}", r#"{"items":null}"#, r#"{"items":{}}"#, r#"{"items":"none"}"#, "[]"] {
            assert!(keys(body).is_err(), "{body}");
        }
    }
}
