pub(crate) struct Reconciled;
