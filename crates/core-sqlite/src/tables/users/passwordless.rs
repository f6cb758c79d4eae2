//! Devices and codes of the passwordless recipe.

use rusqlite::{OptionalExtension, Row, params};
use supertokens_core::storage::{
    Contact, DeviceIdHash, LinkCodeHash, LinkCodeSalt, PasswordlessRecords, StorageError, StoredCode, StoredDevice,
    TenantKey,
};

use super::{Records, from_sql, to_sql};
use crate::{storage::if_unknown_tenant, threads::failed};

impl PasswordlessRecords for Records<'_> {
    fn device(&self, tenant: &TenantKey, id: &DeviceIdHash) -> Result<Option<StoredDevice>, StorageError> {
        let mut statement = self.prepare(
            "SELECT device_id_hash, email, phone_number, link_code_salt, failed_attempts FROM passwordless_devices
             WHERE device_id_hash = ?3 AND app_id = ?1 AND tenant_id = ?2",
        )?;
        statement.query_row(params![tenant.app_id, tenant.tenant_id, id.0], read_device).optional().map_err(failed)
    }

    fn devices_of(&self, tenant: &TenantKey, contact: &Contact) -> Result<Vec<StoredDevice>, StorageError> {
        let (sql, value) = match contact {
            Contact::Email(email) => (
                "SELECT device_id_hash, email, phone_number, link_code_salt, failed_attempts FROM passwordless_devices
                 WHERE email = ?3 AND app_id = ?1 AND tenant_id = ?2 ORDER BY number",
                email,
            ),
            Contact::PhoneNumber(phone_number) => (
                "SELECT device_id_hash, email, phone_number, link_code_salt, failed_attempts FROM passwordless_devices
                 WHERE phone_number = ?3 AND app_id = ?1 AND tenant_id = ?2 ORDER BY number",
                phone_number,
            ),
        };
        let mut statement = self.prepare(sql)?;
        let devices = statement.query_map(params![tenant.app_id, tenant.tenant_id, value], read_device);
        devices.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    fn code_of_link(
        &self,
        tenant: &TenantKey,
        link_code: &LinkCodeHash,
    ) -> Result<Option<(DeviceIdHash, StoredCode)>, StorageError> {
        let mut statement = self.prepare(
            "SELECT code_id, link_code_hash, created_at, device_id_hash FROM passwordless_codes
             WHERE link_code_hash = ?3 AND app_id = ?1 AND tenant_id = ?2",
        )?;
        let read = |row: &Row<'_>| Ok((DeviceIdHash(row.get(3)?), read_code(row)?));
        statement.query_row(params![tenant.app_id, tenant.tenant_id, link_code.0], read).optional().map_err(failed)
    }

    fn codes_of(&self, tenant: &TenantKey, device: &DeviceIdHash) -> Result<Vec<StoredCode>, StorageError> {
        let mut statement = self.prepare(
            "SELECT code_id, link_code_hash, created_at FROM passwordless_codes INDEXED BY passwordless_codes_of_device
             WHERE device_id_hash = ?3 AND app_id = ?1 AND tenant_id = ?2 ORDER BY created_at, code_id",
        )?;
        let codes = statement.query_map(params![tenant.app_id, tenant.tenant_id, device.0], read_code);
        codes.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    fn add_device(&mut self, tenant: &TenantKey, device: &StoredDevice) -> Result<(), StorageError> {
        let (email, phone_number) = match &device.contact {
            Contact::Email(email) => (Some(email), None),
            Contact::PhoneNumber(phone_number) => (None, Some(phone_number)),
        };
        let added = self.execute(
            "INSERT INTO passwordless_devices
                 (app_id, tenant_id, device_id_hash, email, phone_number, link_code_salt, failed_attempts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                tenant.app_id,
                tenant.tenant_id,
                device.id_hash.0,
                email,
                phone_number,
                device.link_code_salt.0,
                device.failed_attempts,
            ],
        );
        added.map(drop).map_err(|error| if_unknown_tenant(error, tenant.clone()))
    }

    fn add_code(&mut self, tenant: &TenantKey, device: &DeviceIdHash, code: &StoredCode) -> Result<bool, StorageError> {
        let added = self.execute(
            "INSERT INTO passwordless_codes (app_id, tenant_id, code_id, device_id_hash, link_code_hash, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (link_code_hash, app_id, tenant_id) DO NOTHING",
            params![
                tenant.app_id,
                tenant.tenant_id,
                code.id,
                device.0,
                code.link_code_hash.0,
                to_sql(code.created_at_ms),
            ],
        )?;
        Ok(added > 0)
    }

    fn set_failed_attempts(
        &mut self,
        tenant: &TenantKey,
        device: &DeviceIdHash,
        failed_attempts: u32,
    ) -> Result<(), StorageError> {
        self.execute(
            "UPDATE passwordless_devices SET failed_attempts = ?4
             WHERE device_id_hash = ?3 AND app_id = ?1 AND tenant_id = ?2",
            params![tenant.app_id, tenant.tenant_id, device.0, failed_attempts],
        )?;
        Ok(())
    }

    fn remove_code(&mut self, tenant: &TenantKey, code_id: &str) -> Result<Option<DeviceIdHash>, StorageError> {
        let mut statement = self.prepare(
            "DELETE FROM passwordless_codes WHERE code_id = ?3 AND app_id = ?1 AND tenant_id = ?2
             RETURNING device_id_hash",
        )?;
        let read = |row: &Row<'_>| row.get(0).map(DeviceIdHash);
        statement.query_row(params![tenant.app_id, tenant.tenant_id, code_id], read).optional().map_err(failed)
    }

    fn remove_device(&mut self, tenant: &TenantKey, id: &DeviceIdHash) -> Result<(), StorageError> {
        self.execute(
            "DELETE FROM passwordless_devices WHERE device_id_hash = ?3 AND app_id = ?1 AND tenant_id = ?2",
            params![tenant.app_id, tenant.tenant_id, id.0],
        )?;
        Ok(())
    }

    fn remove_devices_of(&mut self, tenant: &TenantKey, contact: &Contact) -> Result<(), StorageError> {
        let (sql, value) = match contact {
            Contact::Email(email) => {
                ("DELETE FROM passwordless_devices WHERE email = ?3 AND app_id = ?1 AND tenant_id = ?2", email)
            }
            Contact::PhoneNumber(phone_number) => (
                "DELETE FROM passwordless_devices WHERE phone_number = ?3 AND app_id = ?1 AND tenant_id = ?2",
                phone_number,
            ),
        };
        self.execute(sql, params![tenant.app_id, tenant.tenant_id, value])?;
        Ok(())
    }

    fn remove_devices_before(&mut self, tenant: &TenantKey, before_ms: u64) -> Result<usize, StorageError> {
        // A device with a code that is still good keeps its old ones, so that they are told from wrong ones.
        self.execute(
            "DELETE FROM passwordless_devices
             WHERE app_id = ?1 AND tenant_id = ?2
               AND device_id_hash IN (SELECT device_id_hash FROM passwordless_codes
                                      WHERE app_id = ?1 AND tenant_id = ?2 AND created_at < ?3)
               AND NOT EXISTS (SELECT 1 FROM passwordless_codes AS code INDEXED BY passwordless_codes_of_device
                               WHERE code.device_id_hash = passwordless_devices.device_id_hash
                                 AND code.app_id = ?1 AND code.tenant_id = ?2 AND code.created_at >= ?3)",
            params![tenant.app_id, tenant.tenant_id, to_sql(before_ms)],
        )
    }
}

fn read_device(row: &Row<'_>) -> rusqlite::Result<StoredDevice> {
    let contact = match row.get(1)? {
        Some(email) => Contact::Email(email),
        None => Contact::PhoneNumber(row.get(2)?),
    };
    Ok(StoredDevice {
        id_hash: DeviceIdHash(row.get(0)?),
        contact,
        link_code_salt: LinkCodeSalt(row.get(3)?),
        failed_attempts: row.get(4)?,
    })
}

fn read_code(row: &Row<'_>) -> rusqlite::Result<StoredCode> {
    Ok(StoredCode { id: row.get(0)?, link_code_hash: LinkCodeHash(row.get(1)?), created_at_ms: from_sql(row.get(2)?) })
}
