//! Random bytes from the operating system.

use aws_lc_rs::rand;
use uuid::Builder;

/// The system gives no random bytes. Nothing may be made without them.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the system gives no random bytes")]
pub(crate) struct NoRandomness;

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// A random UUID (version 4) as text.
pub(crate) fn uuid() -> Result<String, NoRandomness> {
    Ok(Builder::from_random_bytes(bytes()?).into_uuid().to_string())
}

/// A number from 0 up to and without 1.
pub(crate) fn fraction() -> Result<f64, NoRandomness> {
    // 53 bits are what a double holds.
    Ok((u64::from_le_bytes(bytes()?) >> 11) as f64 / (1_u64 << 53) as f64)
}
