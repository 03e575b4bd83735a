//! A collection: entities of one kind in the order they were made, found by id, and by whose they are.

use std::collections::HashMap;

/// Something with an id.
pub(crate) trait Identified {
    /// The id, prefix included.
    fn id(&self) -> &str;

    /// The customer whose it is, which never changes; `None` for what is nobody's.
    fn owner(&self) -> Option<&str> {
        None
    }
}

/// Entities of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Collection<T> {
    items: Vec<T>,
    places: HashMap<String, usize>,
    /// Where each customer's are, oldest first.
    owned: HashMap<String, Vec<usize>>,
}

impl<T: Identified> Collection<T> {
    /// Puts an entity at the end; its id is new.
    pub(crate) fn push(&mut self, item: T) {
        let place = self.items.len();
        self.places.insert(item.id().to_owned(), place);
        if let Some(owner) = item.owner() {
            self.owned.entry(owner.to_owned()).or_default().push(place);
        }
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

    /// The entities of this customer, oldest first.
    pub(crate) fn of(&self, owner: &str) -> impl DoubleEndedIterator<Item = &T> {
        self.owned.get(owner).into_iter().flatten().map(|&place| &self.items[place])
    }

    /// Every entity, oldest first, to be changed.
    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }
}

impl<T> Default for Collection<T> {
    fn default() -> Self {
        Self { items: Vec::new(), places: HashMap::new(), owned: HashMap::new() }
    }
}

impl<T: Identified> FromIterator<T> for Collection<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut collection = Self::default();
        items.into_iter().for_each(|item| collection.push(item));
        collection
    }
}
