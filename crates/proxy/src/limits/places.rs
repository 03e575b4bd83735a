//! At most so many of something at once: in all, and for one client.
//!
//! An overall bound alone lets one client have everything.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::peer::network;

/// The places of one kind. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Places(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    in_all: usize,
    per_client: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    in_all: usize,
    by_client: HashMap<IpAddr, usize>,
}

/// One place, taken until dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    client: IpAddr,
}

impl Places {
    pub(crate) fn new(in_all: usize, per_client: usize) -> Self {
        Self(Arc::new(Shared { in_all, per_client, taken: Mutex::default() }))
    }

    /// Takes a place for a client; `None` when the client has as many as it may, or all are taken.
    pub(crate) fn take(&self, client: IpAddr) -> Option<Place> {
        let client = network(client);
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = taken.by_client.get(&client).copied().unwrap_or_default();
        if taken.in_all >= self.0.in_all || theirs >= self.0.per_client {
            return None;
        }
        taken.in_all += 1;
        taken.by_client.insert(client, theirs + 1);
        Some(Place { places: self.clone(), client })
    }

    /// How many are taken.
    pub(crate) fn taken(&self) -> usize {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner).in_all
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.in_all -= 1;
        match taken.by_client.get_mut(&self.client) {
            Some(theirs) if *theirs > 1 => *theirs -= 1,
            // A client without a place is forgotten, so that nothing grows with the number of clients there ever were.
            Some(_) | None => drop(taken.by_client.remove(&self.client)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, number])
    }

    #[test]
    fn one_client_never_has_them_all_and_who_leaves_makes_room() {
        let places = Places::new(5, 3);
        let mut first: Vec<_> = (0..9).filter_map(|_| places.take(client(1))).collect();
        assert_eq!(first.len(), 3);
        let second: Vec<_> = (0..9).filter_map(|_| places.take(client(2))).collect();
        assert_eq!((second.len(), places.taken()), (2, 5), "what is left in all");
        first.pop();
        assert!(places.take(client(3)).is_some());
        drop((first, second));
        assert_eq!(places.taken(), 0);
        assert!(places.0.taken.lock().expect("no panic").by_client.is_empty(), "nobody is remembered");
    }

    #[test]
    fn one_customer_of_ipv6_has_one_clients_places() {
        let places = Places::new(5, 1);
        let _first = places.take("2001:db8::1".parse().expect("an address")).expect("a place");
        assert!(places.take("2001:db8::2".parse().expect("an address")).is_none());
    }
}
