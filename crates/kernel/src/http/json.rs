//! JSON in and out.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// Reads JSON that nests at most `max_depth` deep.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8], max_depth: usize) -> Result<T, Error> {
    if nests_deeper_than(bytes, max_depth) {
        return Err(Error::bad_input(format!("API input error: the JSON body nests deeper than {max_depth}")));
    }
    // An absent body reads as an empty object: APIs without required fields take it, others name the missing field.
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes)
        .map_err(|error| Error::bad_input(format!("API input error: the JSON body cannot be read: {error}")))
}

/// A JSON reply.
pub fn json_response<T: Serialize>(status: StatusCode, body: &T) -> Result<Response<Bytes>, Error> {
    let body = serde_json::to_vec(body).map_err(Error::other)?;
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}

/// The reply of any API that has a message for the person: status 200, `{"status": "GENERAL_ERROR", "message": ..}`.
pub fn general_error_response(message: &str) -> Result<Response<Bytes>, Error> {
    json_response(StatusCode::OK, &serde_json::json!({"status": "GENERAL_ERROR", "message": message}))
}

fn nests_deeper_than(bytes: &[u8], max_depth: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        if in_string {
            (in_string, escaped) = match byte {
                _ if escaped => (true, false),
                b'\\' => (true, true),
                b'"' => (false, false),
                _ => (true, false),
            };
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > max_depth {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert!(!nests_deeper_than(br#"{"a":"[[[[\"[["}"#, 1));
        assert!(!nests_deeper_than(b"[[1],[2]]", 2));
        assert!(nests_deeper_than(b"[[[1]]]", 2));
    }

    #[test]
    fn bad_bodies_are_bad_input() {
        for body in [&b"{"[..], b"\xff", b"[1] x", b"[[[[[[[[1]]]]]]]]"] {
            let result = parse_json::<serde_json::Value>(body, 4);
            assert!(matches!(result, Err(Error::BadInput { .. })), "{body:?}");
        }
        assert_eq!(parse_json::<serde_json::Value>(b"", 4).unwrap(), serde_json::json!({}));
    }
}
