//! The model as JSON, and back, unchanged; and the schema it is published with.

use crate::deal::Deal;
use crate::record::Record;
use counterpart_syntax::Form;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of this format and its version.
pub const SCHEMA: &str = "counterpart/deal/1";

/// A deal as it is exchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Always `counterpart/deal/1`.
    pub schema: String,
    /// The edition of the language.
    pub edition: u32,
    /// The files it was read from.
    pub files: Vec<String>,
    /// Every clause.
    pub clauses: Vec<Record>,
}

impl Document {
    /// The document of a deal.
    pub fn of(deal: &Deal) -> Document {
        Document {
            schema: SCHEMA.to_string(),
            edition: deal.edition,
            files: deal.files.iter().map(|f| f.path.clone()).collect(),
            clauses: deal.records.clone(),
        }
    }
}

/// The deal as JSON.
pub fn to_json(deal: &Deal) -> serde_json::Value {
    serde_json::to_value(Document::of(deal)).unwrap_or(serde_json::Value::Null)
}

/// Reads a deal's JSON.
///
/// # Errors
/// Says which part is not as [`schema`] has it.
pub fn from_json(text: &str) -> Result<Document, serde_json::Error> {
    serde_json::from_str(text)
}

/// The JSON Schema of [`Document`], with every kind of clause by name.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Document).to_value();
    let clauses: Vec<String> = Form::all().map(Form::path).collect();
    if let Some(clause) = schema.pointer_mut("/$defs/Record/properties/clause") {
        *clause = serde_json::json!({ "type": "string", "enum": clauses, "description": "Its form, as `royalty.at-least`." });
    }
    schema
}
