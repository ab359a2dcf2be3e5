//! Which rows a request asks for.

use serde_json::{Map, Value};

use super::endpoints::Service;

/// Whether the row fits the parameters: `filter=status:ACTIVE,FAILED/type:TRANSFER` of Transfer, `filter_flow_id` and
/// `filter_status` of Flows. Other filters of these services are not known here, and let every row pass.
pub(super) fn fits(service: Service, row: &Value, parameters: &Map<String, Value>) -> bool {
    let one_of = |key: &str, values: &str| {
        row.get(key).is_none_or(|value| values.split(',').any(|one| value.as_str() == Some(one)))
    };
    let text = |name: &str| parameters.get(name).and_then(Value::as_str);
    match service {
        Service::Transfer => text("filter").is_none_or(|filter| {
            filter
                .split('/')
                .filter_map(|condition| condition.split_once(':'))
                .all(|(key, values)| one_of(key, values))
        }),
        Service::Flows => [("filter_flow_id", "flow_id"), ("filter_status", "status")]
            .iter()
            .all(|(parameter, key)| text(parameter).is_none_or(|values| one_of(key, values))),
        Service::Search | Service::Timers | Service::Compute => true,
    }
}
