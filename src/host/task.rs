//! Work that goes on beside the page, until it is done or its instance ends.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use wasm_bindgen_futures::spawn_local;

/// Boxed, so that the code that drives it exists once in the binary.
type Work = Pin<Box<dyn Future<Output = ()>>>;

/// What one instance has under way.
#[derive(Default)]
pub(super) struct Tasks(RefCell<Vec<Task>>);

/// One piece of work, while there is any left of it.
#[derive(Clone)]
struct Task(Rc<RefCell<Option<Work>>>);

impl Tasks {
    pub(super) fn spawn(&self, work: Work) {
        let task = Task(Rc::new(RefCell::new(Some(work))));
        let mut tasks = self.0.borrow_mut();
        tasks.retain(|task| Rc::strong_count(&task.0) > 1);
        tasks.push(task.clone());
        spawn_local(task);
    }

    /// Drops all of it where it stands, with the timers and calls that it waits for. Not from within one of them.
    pub(super) fn end(&self) {
        for Task(work) in self.0.take() {
            work.take();
        }
    }
}

impl Future for Task {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.0.borrow_mut().as_mut() {
            Some(work) => work.as_mut().poll(cx),
            None => Poll::Ready(()),
        }
    }
}
