//! Users, and what is stored about them.
//!
//! The core's rules run inside one transaction of the storage. What they work with are the traits here: small operations
//! that know no rule.

mod activity;
mod data;
mod linking;
mod login_methods;
mod mapping;
mod passwordless;
mod passwords;
mod types;
mod verification;
mod verification_tokens;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

pub use self::{
    activity::{ActivityRecords, ActivityStorage},
    data::UserDataRecords,
    linking::LinkingRecords,
    login_methods::{AccountInfo, LoginMethodRecords, LoginMethodRef, PageOrder, PageRequest, PageStart, UserSearch},
    mapping::{SessionUser, StoredUserIdMapping, UserIdMappingRecords},
    passwordless::{Contact, DeviceIdHash, LinkCodeHash, LinkCodeSalt, PasswordlessRecords, StoredCode, StoredDevice},
    passwords::{PasswordRecords, StoredResetToken},
    types::{StoredLoginMethod, StoredThirdParty, StoredUser, UserRecipe},
    verification::VerificationRecords,
    verification_tokens::{StoredVerificationToken, VerificationTokenRecords},
};
use super::{Reach, Storage, StorageError};

/// Everything about users that a transaction sees. What only reads takes `&self`, what changes `&mut self`.
pub trait UserRecords:
    ActivityRecords
    + LinkingRecords
    + LoginMethodRecords
    + PasswordRecords
    + PasswordlessRecords
    + UserDataRecords
    + UserIdMappingRecords
    + VerificationRecords
    + VerificationTokenRecords
{
}

impl<R> UserRecords for R where
    R: ActivityRecords
        + LinkingRecords
        + LoginMethodRecords
        + PasswordRecords
        + PasswordlessRecords
        + UserDataRecords
        + UserIdMappingRecords
        + VerificationRecords
        + VerificationTokenRecords
{
}

/// Reads inside a transaction. Must be quick and must not block: other reads wait, and where it looks at few records
/// ([`Reach::Few`]) it may run where it is asked for.
pub type ReadUsers = Box<dyn FnOnce(&dyn UserRecords) -> Result<(), StorageError> + Send>;

/// Changes inside a transaction. Must be quick and must not block: other writes wait, and where it looks at few records
/// ([`Reach::Few`]) it may run where it is asked for. An error undoes it all.
pub type ChangeUsers = Box<dyn FnOnce(&mut dyn UserRecords) -> Result<(), StorageError> + Send>;

/// Users in a storage. The core calls these through [`read_users`](trait@Storage#method.read_users),
/// [`scan_users`](trait@Storage#method.scan_users), [`change_users`](trait@Storage#method.change_users) and
/// [`change_many_users`](trait@Storage#method.change_many_users), which carry a result.
#[async_trait]
pub trait UserStorage {
    /// Runs `read` on what is committed, all of it of one moment.
    async fn run_read(&self, reach: Reach, read: ReadUsers) -> Result<(), StorageError>;

    /// Runs `change` in a transaction that no other write comes between. An error of it undoes what it did.
    async fn run_change(&self, reach: Reach, change: ChangeUsers) -> Result<(), StorageError>;
}

impl dyn Storage + '_ {
    /// Runs `read`, which looks at few records, in one transaction and gives its result.
    pub async fn read_users<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn UserRecords) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.read_as_far(Reach::Few, read).await
    }

    /// Runs `read`, which may look at many records, in one transaction and gives its result.
    pub async fn scan_users<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn UserRecords) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.read_as_far(Reach::Many, read).await
    }

    async fn read_as_far<T: Send + 'static>(
        &self,
        reach: Reach,
        read: impl FnOnce(&dyn UserRecords) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let result = Slot::default();
        let filled = result.clone();
        self.run_read(reach, Box::new(move |records| read(records).map(|found| filled.fill(found)))).await?;
        result.take()
    }

    /// Runs `change`, which looks at few records, in one transaction and gives its result. An error undoes what it did.
    pub async fn change_users<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut dyn UserRecords) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.change_as_far(Reach::Few, change).await
    }

    /// Runs `change`, which may look at many records, in one transaction and gives its result. An error undoes what it
    /// did.
    pub async fn change_many_users<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut dyn UserRecords) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.change_as_far(Reach::Many, change).await
    }

    async fn change_as_far<T: Send + 'static>(
        &self,
        reach: Reach,
        change: impl FnOnce(&mut dyn UserRecords) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let result = Slot::default();
        let filled = result.clone();
        self.run_change(reach, Box::new(move |records| change(records).map(|found| filled.fill(found)))).await?;
        result.take()
    }
}

/// Where a closure that the storage runs leaves its result.
struct Slot<T>(Arc<Mutex<Option<T>>>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Slot<T> {
    fn fill(&self, result: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }

    /// What was left. A storage that answers without having run the closure has broken down.
    fn take(&self) -> Result<T, StorageError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or(StorageError::Closed)
    }
}
