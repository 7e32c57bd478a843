//! Entries of the journal as JSON that people can read: codes and keys as text, flights by their key.

use serde_json::Value;
use sortie_core::records::FlightKey;

/// Fields whose bytes are text, or whose entries are.
const TEXTS: [&str; 12] =
    ["key", "plate", "plates", "codes", "text", "id", "by", "parcel", "destination", "product", "handling", "Departed"];

/// The same with every text that is kept as bytes written as text.
pub(super) fn readable(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(readable).collect(),
        Value::Object(map) => {
            // Only a flight's key has these fields.
            if map.contains_key("carrier") && map.contains_key("board") {
                let key = serde_json::from_value::<FlightKey>(Value::Object(map.clone()));
                return key.map_or(Value::Object(map), |key| Value::String(key.to_string()));
            }
            let named = |(key, value): (String, Value)| {
                let value = if TEXTS.contains(&key.as_str()) { text(value) } else { readable(value) };
                (key, value)
            };
            Value::Object(map.into_iter().map(named).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn text(value: Value) -> Value {
    let Value::Array(list) = value else { return readable(value) };
    let byte = |entry: &Value| entry.as_u64().and_then(|byte| u8::try_from(byte).ok());
    match list.iter().map(byte).collect::<Option<Vec<u8>>>() {
        Some(bytes) if !list.is_empty() => Value::String(String::from_utf8_lossy(&bytes).trim_end().to_owned()),
        Some(_) => Value::Array(list),
        None => list.into_iter().map(text).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::readable;
    use serde_json::json;
    use sortie_core::input::Input;
    use sortie_core::records::{Customs, HoldRecord, ParcelKey};

    #[test]
    fn keys_are_text_and_numbers_stay_numbers() {
        let key = ParcelKey::from_slice(b"P1").unwrap();
        let hold = Input::Hold(HoldRecord { key: key.clone(), customs: Some(Customs::Hold), security: None });
        assert_eq!(readable(json!(hold)), json!({ "Hold": { "key": "P1", "customs": "Hold", "security": null } }));
        assert_eq!(readable(json!(Input::Departed(key))), json!({ "Departed": "P1" }));
        let flight: sortie_core::records::FlightKey = "3V4711/2026-11-23/LGG".parse().unwrap();
        let moved = json!({ "moved_from": [flight, "Lat"], "declared_mm": [80, 81, 82], "codes": [[76, 80]] });
        assert_eq!(
            readable(moved),
            json!({ "moved_from": ["3V4711/2026-11-23/LGG", "Lat"], "declared_mm": [80, 81, 82], "codes": ["LP"] })
        );
    }
}
