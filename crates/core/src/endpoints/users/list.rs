//! Lists of users, by when they joined.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;

use super::{Reply, UserReply, recipes};
use crate::{
    core::Context,
    http::{ApiError, ApiRequest, json},
    storage::{PageOrder, PageRequest, PageStart, UserSearch},
    users::{self, UserPage},
};

const MAX_LIMIT: usize = 500;
const DEFAULT_LIMIT: usize = 100;
/// A search gives all that it finds, up to so many.
const SEARCH_LIMIT: usize = 1000;
/// In all that a search is for. A storage looks for each of them.
const MAX_SEARCH_TERMS: usize = 100;
/// Nothing that is searched is longer.
const MAX_SEARCH_TERM_BYTES: usize = 2048;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'r> {
    status: &'static str,
    users: Vec<UserReply<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_pagination_token: Option<String>,
}

/// `GET /users`.
pub(super) async fn list(context: &Context<'_>) -> Reply {
    let request = context.request;
    let recipes = recipes::requested(request)?;
    let tenant = context.tenant()?;
    let order = match request.optional_parameter("timeJoinedOrder").as_deref() {
        None | Some("ASC") => PageOrder::Ascending,
        Some("DESC") => PageOrder::Descending,
        Some(_) => return Err(ApiError::bad_request("timeJoinedOrder can be either ASC OR DESC")),
    };
    let search = search(request)?;
    let limit = limit(request, search.is_some())?;
    let UserPage { users, next } = match search {
        Some(search) => {
            let page = PageRequest { recipes, order, start: None, limit: SEARCH_LIMIT };
            context.storage().scan_users(move |records| users::search(records, &tenant, &search, &page)).await?
        }
        None => {
            let start = request.optional_parameter("paginationToken").map(|token| read_token(&token)).transpose()?;
            let page = PageRequest { recipes, order, start, limit };
            context.storage().scan_users(move |records| users::page(records, &tenant, page)).await?
        }
    };
    json(&Page {
        status: "OK",
        users: users.iter().map(UserReply::new).collect(),
        next_pagination_token: next.map(|next| token(&next)),
    })
}

/// The limit, which a search does not heed.
fn limit(request: &ApiRequest<'_>, is_search: bool) -> Result<usize, ApiError> {
    let Some(text) = request.optional_parameter("limit") else { return Ok(DEFAULT_LIMIT) };
    let limit: i32 =
        text.parse().map_err(|_| ApiError::bad_request("Field name 'limit' must be an int in the GET request"))?;
    match usize::try_from(limit) {
        Ok(limit) if limit > MAX_LIMIT && !is_search => {
            Err(ApiError::bad_request(format!("max limit allowed is {MAX_LIMIT}")))
        }
        Ok(limit @ 1..) => Ok(limit),
        _ => Err(ApiError::bad_request("limit must a positive integer with min value 1")),
    }
}

/// Beginnings of addresses, numbers and providers, each list with semicolons between.
fn search(request: &ApiRequest<'_>) -> Result<Option<UserSearch>, ApiError> {
    let texts = |name| -> Vec<String> {
        let text = request.optional_parameter(name).unwrap_or_default();
        text.split(';').map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty()).collect()
    };
    let search =
        UserSearch { emails: texts("email"), phone_numbers: texts("phone"), third_party_ids: texts("provider") };
    let lists = [&search.emails, &search.phone_numbers, &search.third_party_ids];
    let terms: usize = lists.iter().map(|list| list.len()).sum();
    if terms > MAX_SEARCH_TERMS {
        return Err(ApiError::bad_request(format!("A search must have at most {MAX_SEARCH_TERMS} terms")));
    }
    if lists.into_iter().flatten().any(|term| term.len() > MAX_SEARCH_TERM_BYTES) {
        let message = format!("A term of a search must have at most {MAX_SEARCH_TERM_BYTES} bytes");
        return Err(ApiError::bad_request(message));
    }
    Ok((terms > 0).then_some(search))
}

/// The first user of the next page, as text.
fn token(start: &PageStart) -> String {
    STANDARD.encode(format!("{};{}", start.user_id, start.time_joined_ms))
}

fn read_token(token: &str) -> Result<PageStart, ApiError> {
    let read = || {
        let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
        let (user_id, time_joined) = text.rsplit_once(';')?;
        Some(PageStart { user_id: user_id.to_owned(), time_joined_ms: time_joined.parse().ok()? })
    };
    read().ok_or_else(|| ApiError::bad_request("invalid pagination token"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_a_place_in_the_list_and_nothing_else_is_one() {
        let start = PageStart { user_id: "a;b".to_owned(), time_joined_ms: 7 };
        assert_eq!(read_token(&token(&start)).unwrap(), start);
        for text in
            ["", "garbage", &STANDARD.encode("a"), &STANDARD.encode("a;b"), &STANDARD.encode([0xff, b';', b'1'])]
        {
            assert!(read_token(text).is_err(), "{text}");
        }
    }
}
