//! The forms in which answers about rights are published, for programs that read them.

use super::{Answer, ClashRow, DealStatus, RightRow, Turn};
use crate::agenda::Duty;
use crate::explain::Explained;
use counterpart_num::Date;
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::{Value, json};

/// The rights in force on a day.
#[derive(Serialize, JsonSchema)]
struct Rights {
    /// The day.
    as_of: Date,
    /// Each with what it is over.
    rights: Vec<RightRow>,
}

/// What owners are free to grant on a day.
#[derive(Serialize, JsonSchema)]
struct Avails {
    /// The day.
    as_of: Date,
    /// Asset by asset.
    avails: Vec<RightRow>,
}

/// The rights that cannot both stand.
#[derive(Serialize, JsonSchema)]
struct Clashes {
    /// From this day on.
    as_of: Date,
    /// Pair by pair.
    clashes: Vec<ClashRow>,
}

/// The days on which rights change.
#[derive(Serialize, JsonSchema)]
struct Timeline {
    /// What lies after this day is as things stand on it.
    as_of: Date,
    /// Oldest first.
    turns: Vec<Turn>,
}

/// Whether a party may do something.
#[derive(Serialize, JsonSchema)]
struct May {
    /// By what had happened until this day.
    as_of: Date,
    #[serde(flatten)]
    answer: Answer,
}

/// How a deal stands.
#[derive(Serialize, JsonSchema)]
struct Status {
    /// How many duties are late.
    late: usize,
    /// How many are due.
    due: usize,
    /// The last days of what may be done, and is not owed.
    last_days: Vec<Duty>,
    #[serde(flatten)]
    status: DealStatus,
}

/// Each form with its name.
pub fn forms() -> Vec<(&'static str, Value)> {
    let all = [
        ("answer", "counterpart may", schema_for!(May)),
        ("why", "counterpart why", schema_for!(Explained)),
        ("rights", "counterpart rights", schema_for!(Rights)),
        ("avails", "counterpart avails", schema_for!(Avails)),
        ("clash", "counterpart clash", schema_for!(Clashes)),
        ("status", "counterpart status", schema_for!(Status)),
        ("timeline", "counterpart timeline", schema_for!(Timeline)),
    ];
    all.into_iter()
        .map(|(name, command, schema)| (name, published(name, command, schema.to_value())))
        .collect()
}

/// The day of what was known, in every answer of a deal that was asked by one.
pub(crate) fn known_on() -> Value {
    let said = "By what was known on this day, where one was named; else by all that is known.";
    json!({ "description": said, "type": "string", "format": "date" })
}

/// A schema with its name and its field `schema`.
pub(crate) fn published(name: &str, command: &str, mut schema: Value) -> Value {
    let form = format!("counterpart/{name}/1");
    let said = format!("What `{command} --json` prints. Fields may be added; none is taken away.");
    if let Some(all) = schema.as_object_mut() {
        all.insert("title".into(), json!(form));
        all.insert("description".into(), json!(said));
        if let Some(properties) = all.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("schema".into(), json!({ "const": form }));
            properties.entry("known_on").or_insert_with(known_on);
        }
        if let Some(required) = all.get_mut("required").and_then(Value::as_array_mut) {
            required.insert(0, json!("schema"));
        }
    }
    schema
}
