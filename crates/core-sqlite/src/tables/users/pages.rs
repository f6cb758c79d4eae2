//! Lists of users.

use rusqlite::{Result, params, params_from_iter, types::Value};
use supertokens_core::storage::{PageOrder, PageRequest, PageStart, StorageError, TenantKey, UserRecipe, UserSearch};

use super::{Records, from_sql, to_sql};
use crate::threads::failed;

impl Records<'_> {
    /// Each recipe's part of the list is in order in its index, and the beginning of all of them is in the beginnings of
    /// each.
    pub(super) fn read_page(&self, tenant: &TenantKey, page: &PageRequest) -> Result<Vec<PageStart>, StorageError> {
        let mut users = Vec::new();
        for recipe in &page.recipes {
            users.extend(self.page_of_recipe(tenant, *recipe, page)?);
        }
        Ok(in_order(users, page))
    }

    fn page_of_recipe(
        &self,
        tenant: &TenantKey,
        recipe: UserRecipe,
        page: &PageRequest,
    ) -> Result<Vec<PageStart>, StorageError> {
        let sql = match page.order {
            PageOrder::Ascending => {
                "SELECT DISTINCT user_time_joined, user_id FROM login_method_tenants
                 WHERE app_id = ?1 AND tenant_id = ?2 AND recipe_id = ?3 AND (user_time_joined, user_id) >= (?4, ?5)
                 ORDER BY user_time_joined, user_id LIMIT ?6"
            }
            PageOrder::Descending => {
                "SELECT DISTINCT user_time_joined, user_id FROM login_method_tenants
                 WHERE app_id = ?1 AND tenant_id = ?2 AND recipe_id = ?3 AND (user_time_joined, user_id) <= (?4, ?5)
                 ORDER BY user_time_joined DESC, user_id DESC LIMIT ?6"
            }
        };
        let (time, user_id): (i64, &str) = match (&page.start, page.order) {
            (Some(start), _) => (to_sql(start.time_joined_ms), &start.user_id),
            (None, PageOrder::Ascending) => (0, ""),
            (None, PageOrder::Descending) => (i64::MAX, ""),
        };
        let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
        let mut statement = self.prepare(sql)?;
        let values = params![tenant.app_id, tenant.tenant_id, recipe.as_str(), time, user_id, limit];
        let rows = statement.query_map(values, read_place).map_err(failed)?;
        rows.collect::<Result<_>>().map_err(failed)
    }

    pub(super) fn search(
        &self,
        tenant: &TenantKey,
        search: &UserSearch,
        page: &PageRequest,
    ) -> Result<Vec<PageStart>, StorageError> {
        let mut values: Vec<Value> =
            vec![Value::Text(tenant.app_id.to_string()), Value::Text(tenant.tenant_id.to_string())];
        let mut conditions = String::new();
        let emails: Vec<_> = search.emails.iter().flat_map(|text| [begins_with(text), of_domain(text)]).collect();
        let phone_numbers: Vec<_> = search.phone_numbers.iter().map(|text| begins_with(text)).collect();
        let third_parties: Vec<_> = search.third_party_ids.iter().map(|text| begins_with(text)).collect();
        let recipes: Vec<_> = page.recipes.iter().map(|recipe| recipe.as_str().to_owned()).collect();
        for (column, test, texts) in [
            ("recipe_id", "=", recipes),
            ("email", "LIKE", emails),
            ("phone_number", "LIKE", phone_numbers),
            ("third_party_id", "LIKE", third_parties),
        ] {
            if texts.is_empty() {
                continue;
            }
            let escape = if test == "LIKE" { " ESCAPE '\\'" } else { "" };
            let tests: Vec<_> = (values.len() + 1..=values.len() + texts.len())
                .map(|number| format!("{column} {test} ?{number}{escape}"))
                .collect();
            conditions.push_str(&format!(" AND ({})", tests.join(" OR ")));
            values.extend(texts.into_iter().map(Value::Text));
        }
        let direction = match page.order {
            PageOrder::Ascending => "ASC",
            PageOrder::Descending => "DESC",
        };
        let sql = format!(
            "SELECT DISTINCT user_time_joined, user_id FROM login_method_tenants
             WHERE app_id = ?1 AND tenant_id = ?2{conditions}
             ORDER BY user_time_joined {direction}, user_id {direction} LIMIT {limit}",
            limit = page.limit
        );
        // There is no end of such statements, so this one is not kept.
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let rows = statement.query_map(params_from_iter(values), read_place).map_err(failed)?;
        rows.collect::<Result<_>>().map_err(failed)
    }

    pub(super) fn count(
        &self,
        app_id: &str,
        tenant_id: Option<&str>,
        recipes: &[UserRecipe],
    ) -> Result<u64, StorageError> {
        // A recipe that is not wanted is `NULL`, which nothing equals.
        let wanted = UserRecipe::ALL.map(|recipe| recipes.contains(&recipe).then(|| recipe.as_str()));
        let [one, two, three, four] = wanted;
        let count = match tenant_id {
            Some(tenant_id) => self
                .prepare(
                    "SELECT count(DISTINCT user_id) FROM login_method_tenants INDEXED BY users_of_tenant
                     WHERE app_id = ?1 AND tenant_id = ?2 AND recipe_id IN (?3, ?4, ?5, ?6)",
                )?
                .query_row(params![app_id, tenant_id, one, two, three, four], |row| row.get(0)),
            None if wanted.iter().all(Option::is_some) => {
                // The index alone is read.
                self.prepare(
                    "SELECT count(DISTINCT user_id) FROM login_methods INDEXED BY login_methods_of_user
                     WHERE app_id = ?1",
                )?
                .query_row([app_id], |row| row.get(0))
            }
            None => self
                .prepare(
                    "SELECT count(DISTINCT user_id) FROM login_methods
                     WHERE app_id = ?1 AND recipe_id IN (?2, ?3, ?4, ?5)",
                )?
                .query_row(params![app_id, one, two, three, four], |row| row.get(0)),
        };
        count.map(from_sql).map_err(failed)
    }
}

fn read_place(row: &rusqlite::Row<'_>) -> Result<PageStart> {
    Ok(PageStart { time_joined_ms: from_sql(row.get(0)?), user_id: row.get(1)? })
}

fn in_order(mut users: Vec<PageStart>, page: &PageRequest) -> Vec<PageStart> {
    users.sort_by(|one, other| {
        let order = (one.time_joined_ms, &one.user_id).cmp(&(other.time_joined_ms, &other.user_id));
        match page.order {
            PageOrder::Ascending => order,
            PageOrder::Descending => order.reverse(),
        }
    });
    // One with several login methods is in the part of each recipe.
    users.dedup();
    users.truncate(page.limit);
    users
}

fn begins_with(text: &str) -> String {
    format!("{}%", escaped(text))
}

fn of_domain(text: &str) -> String {
    format!("%@{}%", escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
