//! What is said of unreadable fields: each once, by its place, and never the value. A process of its own, because
//! what was said is remembered for its life.

use std::io::Write;
use std::sync::{Arc, Mutex};

use creem::webhook::Event;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a lock").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().expect("a lock"))).expect("a text")
    }
}

fn read(order: &str) {
    let body = format!(r#"{{"id":"evt_1","eventType":"checkout.completed","object":{{"id":"ch_1","order":{order}}}}}"#);
    let _ = Event::parse(body.as_bytes()).expect("an event").notice();
}

#[test]
fn an_odd_field_is_named_once_and_its_value_never() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, || {
        read(r#"{"id":"ord_1","currency":"EUR"}"#);
        assert_eq!(log.take(), "", "nothing is wrong with what is absent");
        read(r#"{"id":"ord_1","amount":"secret-1"}"#);
        let said = log.take();
        assert!(said.contains(" WARN ") && said.contains("entity=\"checkout\""), "{said}");
        assert!(said.contains("order.amount") && said.contains("is not a whole number"), "{said}");
        assert!(!said.contains("secret"), "{said}");
        read(r#"{"id":"ord_2","amount":"secret-2"}"#);
        assert_eq!(log.take(), "", "the same place again");
        read(r#"{"id":"ord_2","amount":"secret-2","currency":"secret-3"}"#);
        let said = log.take();
        assert!(said.contains("order.currency") && !said.contains("secret") && said.lines().count() == 1, "{said}");
    });
}
