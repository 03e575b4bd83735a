//! A shelf: entities of one kind in the order they were made, found by id.

use std::collections::HashMap;

/// Something with an id.
pub(crate) trait Identified {
    /// The id, prefix included.
    fn id(&self) -> &str;
}

/// Entities of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Shelf<T> {
    items: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T: Identified> Shelf<T> {
    /// Puts an entity at the end; its id is new.
    pub(crate) fn push(&mut self, item: T) {
        self.places.insert(item.id().to_owned(), self.items.len());
        self.items.push(item);
    }

    /// The entity with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.places.get(id).map(|&place| &self.items[place])
    }

    /// The entity with this id, to be changed.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.places.get(id).map(|&place| &mut self.items[place])
    }

    /// Every entity, oldest first.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// Every entity, oldest first, to be changed.
    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { items: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Identified> FromIterator<T> for Shelf<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut shelf = Self::default();
        items.into_iter().for_each(|item| shelf.push(item));
        shelf
    }
}
