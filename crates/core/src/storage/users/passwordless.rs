//! Devices and codes of the passwordless recipe. A device belongs to a tenant, a code to a device.

use std::fmt;

use subtle::ConstantTimeEq;

use super::AccountInfo;
use crate::storage::{StorageError, TenantKey};

/// SHA-256 of a device's id. In Base64 it is the `preAuthSessionId`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeviceIdHash(pub [u8; 32]);

/// SHA-256 of a link code. `Debug` does not show it, `==` takes the same time for any two.
#[derive(Clone, Copy)]
pub struct LinkCodeHash(pub [u8; 32]);

/// What the link codes of a device are made with, and no client sees. `Debug` does not show it.
#[derive(Clone, Copy)]
pub struct LinkCodeSalt(pub [u8; 32]);

impl PartialEq for LinkCodeHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for LinkCodeHash {}

impl fmt::Debug for LinkCodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkCodeHash(..)")
    }
}

impl fmt::Debug for LinkCodeSalt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkCodeSalt(..)")
    }
}

/// Where codes are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// An e-mail address, normalised.
    Email(String),
    /// A phone number, normalised.
    PhoneNumber(String),
}

impl Contact {
    /// What a login method is found by.
    pub fn as_account_info(&self) -> AccountInfo<'_> {
        match self {
            Self::Email(email) => AccountInfo::Email(email),
            Self::PhoneNumber(phone_number) => AccountInfo::PhoneNumber(phone_number),
        }
    }
}

/// A device that asked for a code.
#[derive(Clone, Debug)]
pub struct StoredDevice {
    /// Its name.
    pub id_hash: DeviceIdHash,
    /// Where its codes were sent.
    pub contact: Contact,
    /// What its link codes are made with.
    pub link_code_salt: LinkCodeSalt,
    /// How many wrong codes were entered.
    pub failed_attempts: u32,
}

/// A code that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCode {
    /// Its id, a UUID.
    pub id: String,
    /// The hash of its link code, which says what the user is to type as well.
    pub link_code_hash: LinkCodeHash,
    /// When it was made.
    pub created_at_ms: u64,
}

/// Devices and codes in a transaction.
pub trait PasswordlessRecords {
    /// A device.
    fn device(&self, tenant: &TenantKey, id: &DeviceIdHash) -> Result<Option<StoredDevice>, StorageError>;

    /// The devices whose codes were sent there, oldest first.
    fn devices_of(&self, tenant: &TenantKey, contact: &Contact) -> Result<Vec<StoredDevice>, StorageError>;

    /// The code of a link, and its device.
    fn code_of_link(
        &self,
        tenant: &TenantKey,
        link_code: &LinkCodeHash,
    ) -> Result<Option<(DeviceIdHash, StoredCode)>, StorageError>;

    /// The codes of a device, oldest first.
    fn codes_of(&self, tenant: &TenantKey, device: &DeviceIdHash) -> Result<Vec<StoredCode>, StorageError>;

    /// Adds a device.
    fn add_device(&mut self, tenant: &TenantKey, device: &StoredDevice) -> Result<(), StorageError>;

    /// Adds a code to a device that is there, unless there is one with this link code. Gives whether it was added.
    fn add_code(&mut self, tenant: &TenantKey, device: &DeviceIdHash, code: &StoredCode) -> Result<bool, StorageError>;

    /// Replaces how many wrong codes were entered.
    fn set_failed_attempts(
        &mut self,
        tenant: &TenantKey,
        device: &DeviceIdHash,
        failed_attempts: u32,
    ) -> Result<(), StorageError>;

    /// Removes a code. Gives the device that it was of.
    fn remove_code(&mut self, tenant: &TenantKey, code_id: &str) -> Result<Option<DeviceIdHash>, StorageError>;

    /// Removes a device with its codes.
    fn remove_device(&mut self, tenant: &TenantKey, id: &DeviceIdHash) -> Result<(), StorageError>;

    /// Removes the devices whose codes were sent there.
    fn remove_devices_of(&mut self, tenant: &TenantKey, contact: &Contact) -> Result<(), StorageError>;

    /// Removes a tenant's devices of which every code was made before `before_ms`. Gives how many.
    fn remove_devices_before(&mut self, tenant: &TenantKey, before_ms: u64) -> Result<usize, StorageError>;
}
