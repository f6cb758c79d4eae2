//! Changing users and their login methods.

use rusqlite::params;
use supertokens_core::storage::{
    AccountInfo, LoginMethodRecords, LoginMethodRef, PageRequest, PageStart, StorageError, StoredLoginMethod,
    StoredUser, TenantKey, UserRecipe, UserSearch,
};

use super::{Records, to_sql};
use crate::storage::if_unknown_tenant;

impl LoginMethodRecords for Records<'_> {
    fn user_id_of(&self, app_id: &str, id: &str) -> Result<Option<String>, StorageError> {
        self.find_user_id(app_id, id)
    }

    fn user(&self, app_id: &str, id: &str) -> Result<Option<StoredUser>, StorageError> {
        self.find_user(app_id, id)
    }

    fn login_methods_with(
        &self,
        tenant: &TenantKey,
        info: AccountInfo<'_>,
    ) -> Result<Vec<LoginMethodRef>, StorageError> {
        self.find_login_methods(tenant, info)
    }

    fn user_page(&self, tenant: &TenantKey, page: &PageRequest) -> Result<Vec<PageStart>, StorageError> {
        self.read_page(tenant, page)
    }

    fn search_users(
        &self,
        tenant: &TenantKey,
        search: &UserSearch,
        page: &PageRequest,
    ) -> Result<Vec<PageStart>, StorageError> {
        self.search(tenant, search, page)
    }

    fn count_users(&self, app_id: &str, tenant_id: Option<&str>, recipes: &[UserRecipe]) -> Result<u64, StorageError> {
        self.count(app_id, tenant_id, recipes)
    }

    fn add_login_method(
        &mut self,
        app_id: &str,
        method: &StoredLoginMethod,
        password_hash: Option<&str>,
    ) -> Result<(), StorageError> {
        let id = &method.recipe_user_id;
        let third_party = method.third_party.as_ref();
        // Each tenant adds itself where it is not here yet.
        let first_tenant_id = method.tenant_ids.first().map_or("", |id| &**id);
        self.execute(
            "INSERT INTO login_methods (app_id, recipe_user_id, user_id, user_is_primary, recipe_id, time_joined,
                 tenant_ids, email, phone_number, third_party_id, third_party_user_id, password_hash)
             VALUES (?1, ?2, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                app_id,
                id,
                method.recipe.as_str(),
                to_sql(method.time_joined_ms),
                first_tenant_id,
                method.email,
                method.phone_number,
                third_party.map(|account| &account.id),
                third_party.map(|account| &account.user_id),
                password_hash,
            ],
        )?;
        for tenant_id in &method.tenant_ids {
            self.add_to_tenant(&TenantKey { app_id: app_id.into(), tenant_id: tenant_id.clone() }, id)?;
        }
        Ok(())
    }

    fn set_email(&mut self, app_id: &str, recipe_user_id: &str, email: Option<&str>) -> Result<(), StorageError> {
        let values = params![app_id, recipe_user_id, email];
        self.execute("UPDATE login_methods SET email = ?3 WHERE app_id = ?1 AND recipe_user_id = ?2", values)?;
        self.execute("UPDATE login_method_tenants SET email = ?3 WHERE app_id = ?1 AND recipe_user_id = ?2", values)?;
        Ok(())
    }

    fn set_phone_number(
        &mut self,
        app_id: &str,
        recipe_user_id: &str,
        phone_number: Option<&str>,
    ) -> Result<(), StorageError> {
        let values = params![app_id, recipe_user_id, phone_number];
        self.execute("UPDATE login_methods SET phone_number = ?3 WHERE app_id = ?1 AND recipe_user_id = ?2", values)?;
        self.execute(
            "UPDATE login_method_tenants SET phone_number = ?3 WHERE app_id = ?1 AND recipe_user_id = ?2",
            values,
        )?;
        Ok(())
    }

    fn add_to_tenant(&mut self, tenant: &TenantKey, recipe_user_id: &str) -> Result<(), StorageError> {
        let result = self.execute(
            "INSERT INTO login_method_tenants (app_id, recipe_user_id, tenant_id, user_id, user_time_joined, recipe_id,
                 email, phone_number, third_party_id, third_party_user_id)
             SELECT app_id, recipe_user_id, ?2, user_id,
                 (SELECT min(time_joined) FROM login_methods AS own
                  WHERE own.app_id = method.app_id AND own.user_id = method.user_id),
                 recipe_id, email, phone_number, third_party_id, third_party_user_id
             FROM login_methods AS method WHERE app_id = ?1 AND recipe_user_id = ?3
             ON CONFLICT (app_id, recipe_user_id, tenant_id) DO NOTHING",
            params![tenant.app_id, tenant.tenant_id, recipe_user_id],
        );
        result.map(drop).map_err(|error| if_unknown_tenant(error, tenant.clone()))
    }

    fn remove_from_tenant(&mut self, tenant: &TenantKey, recipe_user_id: &str) -> Result<bool, StorageError> {
        let removed = self.execute(
            "DELETE FROM login_method_tenants WHERE app_id = ?1 AND tenant_id = ?2 AND recipe_user_id = ?3",
            params![tenant.app_id, tenant.tenant_id, recipe_user_id],
        )?;
        Ok(removed > 0)
    }

    fn remove_login_method(&mut self, app_id: &str, recipe_user_id: &str) -> Result<(), StorageError> {
        let user_id = self.find_user_id(app_id, recipe_user_id)?;
        // What belongs to it goes with it.
        self.execute("DELETE FROM login_methods WHERE app_id = ?1 AND recipe_user_id = ?2", [app_id, recipe_user_id])?;
        match user_id {
            Some(user_id) => self.update_time_joined(app_id, &user_id),
            None => Ok(()),
        }
    }

    fn set_primary(&mut self, app_id: &str, user_id: &str, is_primary: bool) -> Result<(), StorageError> {
        self.execute(
            "UPDATE login_methods SET user_is_primary = ?3 WHERE app_id = ?1 AND user_id = ?2",
            params![app_id, user_id, is_primary],
        )?;
        Ok(())
    }

    fn link_login_method(
        &mut self,
        app_id: &str,
        recipe_user_id: &str,
        primary_user_id: &str,
    ) -> Result<(), StorageError> {
        self.move_login_method(app_id, recipe_user_id, primary_user_id, true)
    }

    fn unlink_login_method(&mut self, app_id: &str, recipe_user_id: &str) -> Result<(), StorageError> {
        self.move_login_method(app_id, recipe_user_id, recipe_user_id, false)
    }
}

impl Records<'_> {
    fn move_login_method(
        &self,
        app_id: &str,
        recipe_user_id: &str,
        user_id: &str,
        is_primary: bool,
    ) -> Result<(), StorageError> {
        let before = self.find_user_id(app_id, recipe_user_id)?;
        self.execute(
            "UPDATE login_methods SET user_id = ?3, user_is_primary = ?4 WHERE app_id = ?1 AND recipe_user_id = ?2",
            params![app_id, recipe_user_id, user_id, is_primary],
        )?;
        self.execute(
            "UPDATE login_method_tenants SET user_id = ?3 WHERE app_id = ?1 AND recipe_user_id = ?2",
            [app_id, recipe_user_id, user_id],
        )?;
        if let Some(before) = before {
            self.update_time_joined(app_id, &before)?;
        }
        self.update_time_joined(app_id, user_id)
    }

    /// Makes a user's time of joining that of its oldest login method again, in the lists of tenants.
    fn update_time_joined(&self, app_id: &str, user_id: &str) -> Result<(), StorageError> {
        self.execute(
            "UPDATE login_method_tenants
             SET user_time_joined = (SELECT min(time_joined) FROM login_methods WHERE app_id = ?1 AND user_id = ?2)
             WHERE app_id = ?1 AND recipe_user_id IN
                 (SELECT recipe_user_id FROM login_methods WHERE app_id = ?1 AND user_id = ?2)",
            [app_id, user_id],
        )?;
        Ok(())
    }
}
