//! Several statements in one go.
//!
//! SQLite runs them in one trip to its thread, which is most of what a small transaction costs; PostgreSQL takes one at
//! a time. Parameters are numbered within a statement here, and across the batch for SQLite.

use futures_util::TryStreamExt;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{AnyConnection, Arguments, AssertSqlSafe, Either, Executor};

/// Values of a statement that is kept prepared at most: those of one change. Larger groups come in every size, and a
/// hundred of them prepared would be tens of megabytes.
const MAX_KEPT_VALUES: usize = 64;

/// A value of a statement: the two types the tables have.
#[derive(Clone, Debug)]
pub(in crate::ledger) enum Value {
    Text(Option<String>),
    Whole(Option<i64>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Whole(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Whole(number)
    }
}

/// A statement: text between values.
#[derive(Clone, Debug, Default)]
pub(in crate::ledger) struct Statement {
    /// The text, in pieces: a value stands between each two.
    pieces: Vec<String>,
    values: Vec<Value>,
}

/// What became of one statement.
#[derive(Default)]
pub(in crate::ledger) struct Outcome {
    pub(in crate::ledger) rows: Vec<AnyRow>,
    pub(in crate::ledger) rows_affected: u64,
}

impl Statement {
    pub(in crate::ledger) fn new(text: &str) -> Self {
        Self { pieces: vec![text.to_owned()], values: Vec::new() }
    }

    /// More of the text.
    pub(in crate::ledger) fn text(mut self, text: &str) -> Self {
        match self.pieces.last_mut() {
            Some(last) => last.push_str(text),
            None => self.pieces.push(text.to_owned()),
        }
        self
    }

    /// A value.
    pub(in crate::ledger) fn value(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.pieces.push(String::new());
        self
    }

    /// Values, separated by commas.
    pub(in crate::ledger) fn values(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        for (i, value) in values.into_iter().enumerate() {
            self = if i == 0 { self.value(value) } else { self.text(", ").value(value) };
        }
        self
    }

    /// `column IN (…)`: that the column is among the ids.
    pub(in crate::ledger) fn among<'a>(self, column: &str, ids: impl IntoIterator<Item = &'a String>) -> Self {
        let ids = ids.into_iter().map(|id| Value::from(id.as_str()));
        self.text(column).text(" IN (").values(ids).text(")")
    }

    /// Rows for `VALUES`.
    pub(in crate::ledger) fn rows(mut self, rows: impl IntoIterator<Item = Vec<Value>>) -> Self {
        for (i, row) in rows.into_iter().enumerate() {
            self = self.text(if i == 0 { "(" } else { ", (" }).values(row).text(")");
        }
        self
    }

    fn write(self, sql: &mut String, arguments: &mut AnyArguments) -> Result<(), sqlx::Error> {
        let mut values = self.values.into_iter();
        for piece in self.pieces {
            sql.push_str(&piece);
            let Some(value) = values.next() else { break };
            let added = match value {
                Value::Text(text) => arguments.add(text),
                Value::Whole(number) => arguments.add(number),
            };
            added.map_err(sqlx::Error::Encode)?;
            sql.push_str(&format!("${}", arguments.len()));
        }
        Ok(())
    }
}

/// Runs the statements one after the other. The first that fails ends it.
pub(in crate::ledger) async fn run(
    connection: &mut AnyConnection,
    statements: Vec<Statement>,
) -> Result<Vec<Outcome>, sqlx::Error> {
    let at_once = connection.backend_name() == "SQLite";
    let mut outcomes = Vec::with_capacity(statements.len());
    let mut statements = statements.into_iter().peekable();
    while statements.peek().is_some() {
        let taken = if at_once { usize::MAX } else { 1 };
        let (mut sql, mut arguments) = (String::new(), AnyArguments::default());
        for statement in statements.by_ref().take(taken) {
            if !sql.is_empty() {
                sql.push_str("; ");
            }
            statement.write(&mut sql, &mut arguments)?;
        }
        let keeps = arguments.len() <= MAX_KEPT_VALUES;
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(keeps);
        let mut results = connection.fetch_many(query);
        let mut outcome = Outcome::default();
        while let Some(result) = results.try_next().await? {
            match result {
                Either::Left(done) => {
                    outcome.rows_affected = done.rows_affected();
                    outcomes.push(std::mem::take(&mut outcome));
                }
                Either::Right(row) => outcome.rows.push(row),
            }
        }
    }
    Ok(outcomes)
}
