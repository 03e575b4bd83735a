//! A value that is followed: what is drawn from it is drawn again when it changes.
//!
//! It is a signal of the framework's whose own code exists once. `RwSignal` is compiled anew for every type of value, and
//! so is `StoredValue`: what one of them costs the download, ten of these do.

use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use leptos::reactive::effect::RenderEffect;
use leptos::reactive::owner::{ArenaItem, LocalStorage};
use leptos::reactive::signal::ArcTrigger;
use leptos::reactive::traits::{Notify, Track};

/// A handle to a value that is followed; copies are the same one. It lasts as long as the owner it was made under.
pub struct Live<T> {
    kept: ArenaItem<Rc<Kept>, LocalStorage>,
    value: PhantomData<fn() -> T>,
}

/// What is behind every handle, whatever its type.
struct Kept {
    changed: ArcTrigger,
    /// Of the handle's type.
    value: RefCell<Box<dyn Any>>,
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Live<T> {}

impl<T: 'static> Live<T> {
    /// A value that nobody follows yet.
    pub fn new(value: T) -> Self {
        Self { kept: keep(Box::new(value)), value: PhantomData }
    }

    /// Reads it and follows it.
    ///
    /// # Panics
    /// When its owner is gone, as every `with`. What is under way ends with its instance, so that nobody comes that late.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        follow(self.kept);
        self.with_untracked(read)
    }

    /// Reads it.
    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.try_with_untracked(read).expect("its owner is there")
    }

    /// Reads it, if its owner is still there.
    pub fn try_with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
        let (mut read, mut seen) = (Some(read), None);
        look(self.kept, &mut |value: &dyn Any| {
            if let (Some(read), Some(value)) = (read.take(), value.downcast_ref()) {
                seen = Some(read(value));
            }
        });
        seen
    }

    /// Changes it, and tells its followers. Once its owner is gone nothing happens.
    pub fn try_update<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let (mut change, mut changed) = (Some(change), None);
        alter(self.kept, &mut |value: &mut dyn Any| {
            if let (Some(change), Some(value)) = (change.take(), value.downcast_mut()) {
                changed = Some(change(value));
            }
        });
        changed
    }

    /// Changes it, and tells its followers. Once its owner is gone nothing happens.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.try_update(change);
    }

    /// Puts another value in its place.
    pub fn set(self, value: T) {
        self.update(|held| *held = value);
    }
}

impl<T: Clone + 'static> Live<T> {
    /// A copy of the value, and follows it.
    #[must_use]
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy of the value.
    #[must_use]
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

/// Does something now, and again each time that what it has read changes, as long as what is returned is kept.
pub fn followed(mut act: Box<dyn FnMut()>) -> RenderEffect<()> {
    RenderEffect::new(move |_| act())
}

/// A closure that reads. Behind `dyn FnMut` each has one function more, for being called once.
trait Reader {
    fn read(&mut self, value: &dyn Any);
}

impl<F: FnMut(&dyn Any)> Reader for F {
    fn read(&mut self, value: &dyn Any) {
        self(value);
    }
}

/// A closure that changes.
trait Changer {
    fn change(&mut self, value: &mut dyn Any);
}

impl<F: FnMut(&mut dyn Any)> Changer for F {
    fn change(&mut self, value: &mut dyn Any) {
        self(value);
    }
}

fn keep(value: Box<dyn Any>) -> ArenaItem<Rc<Kept>, LocalStorage> {
    ArenaItem::new_with_storage(Rc::new(Kept { changed: ArcTrigger::new(), value: RefCell::new(value) }))
}

fn follow(kept: ArenaItem<Rc<Kept>, LocalStorage>) {
    if let Some(kept) = kept.try_get_value() {
        kept.changed.track();
    }
}

fn look(kept: ArenaItem<Rc<Kept>, LocalStorage>, read: &mut dyn Reader) {
    if let Some(kept) = kept.try_get_value() {
        read.read(&**kept.value.borrow());
    }
}

fn alter(kept: ArenaItem<Rc<Kept>, LocalStorage>, change: &mut dyn Changer) {
    if let Some(kept) = kept.try_get_value() {
        change.change(&mut **kept.value.borrow_mut());
        kept.changed.notify();
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use leptos::reactive::owner::Owner;

    use super::*;

    #[test]
    fn copies_are_the_same_value_until_its_owner_is_gone() {
        let owner = Owner::new_root(None);
        let count = owner.with(|| Live::new(1));
        let copy = count;
        assert_eq!(copy.try_update(|count| std::mem::replace(count, 2)), Some(1));
        assert_eq!(count.get_untracked(), 2);
        owner.unset_with_forced_cleanup();
        assert_eq!(count.try_with_untracked(|count| *count), None);
        count.set(4);
    }
}
