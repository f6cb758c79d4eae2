//! Whether an access token is good: its signature, its structure, its time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use supertokens_jose::{Algorithm, VerifyingKey};
use supertokens_kernel::{Clock, CoreClient};

use super::cache::{Digest, VerifiedTokens, digest_of};
use super::info::AccessTokenInfo;
use super::jwks::{Jwks, Keys};
use super::parse::{MAX_SIGNATURE_BYTES, ParseError, header_segment, parse, split_signature};

/// Says whether access tokens are good.
pub(crate) struct AccessTokenVerifier {
    jwks: Jwks,
    clock: Arc<dyn Clock>,
    verified: VerifiedTokens,
    /// The generation of keys that the cache was filled with.
    cache_generation: AtomicU64,
}

/// A token that has the form of an access token, and what is known about it.
#[derive(Clone)]
pub(crate) struct Inspected {
    digest: Digest,
    pub(crate) info: Arc<AccessTokenInfo>,
    /// The generation of the keys that it was found good with before.
    verified_by: Option<u64>,
}

/// What a look at a token found.
pub(crate) enum Verification {
    /// The signature is right and the time has not run out.
    Good,
    /// It is not, or no key could be had.
    Bad(&'static str),
}

impl AccessTokenVerifier {
    pub(crate) fn new(core: CoreClient, clock: Arc<dyn Clock>, refresh_interval_ms: u64) -> Self {
        let jwks = Jwks::new(core, clock.clone(), refresh_interval_ms);
        Self { jwks, clock, verified: VerifiedTokens::new(), cache_generation: AtomicU64::new(0) }
    }

    /// Reads a token without asking whether it is good. Tokens seen before are not parsed again.
    pub(crate) fn inspect(&self, token: &str) -> Result<Inspected, ParseError> {
        let digest = digest_of(token);
        let keys = self.jwks.at_hand();
        if let Some(keys) = &keys
            && let Some(info) = self.verified.get(&digest, keys.generation)
        {
            return Ok(Inspected { digest, info, verified_by: Some(keys.generation) });
        }
        let info = parse(token, |segment| keys.as_ref()?.known_header(segment))?;
        Ok(Inspected { digest, info: Arc::new(info), verified_by: None })
    }

    /// Whether a token is good now. `inspected` is what a look at this very token found.
    pub(crate) async fn verify(&self, token: &str, inspected: &Inspected) -> Verification {
        let info = &inspected.info;
        let now_ms = self.clock.now_ms();
        if info.expiry_ms < now_ms {
            return Verification::Bad("Access token expired");
        }
        let Some(keys) = self.jwks.keys(now_ms).await else {
            return Verification::Bad("the core's keys could not be fetched");
        };
        if inspected.verified_by == Some(keys.generation) {
            return Verification::Good;
        }
        let keys = match check(token, info, &keys) {
            Checked::Good => keys,
            Checked::Bad => return Verification::Bad("JWT verification failed"),
            Checked::UnknownKey => match self.jwks.newer_than(&keys).await {
                Some(newer) if check(token, info, &newer) == Checked::Good => newer,
                _ => return Verification::Bad("the token's key is not one of the core's"),
            },
        };
        self.remember(token, inspected, &keys);
        Verification::Good
    }

    fn remember(&self, token: &str, inspected: &Inspected, keys: &Keys) {
        if self.cache_generation.swap(keys.generation, Ordering::AcqRel) != keys.generation {
            self.verified.clear();
        }
        if let Some(kid) = &inspected.info.kid {
            keys.remember_header(header_segment(token), inspected.info.version, kid);
        }
        self.verified.insert(inspected.digest, keys.generation, inspected.info.clone());
    }
}

#[derive(PartialEq, Eq)]
enum Checked {
    Good,
    Bad,
    UnknownKey,
}

fn check(token: &str, info: &AccessTokenInfo, keys: &Keys) -> Checked {
    let mut buffer = [0; MAX_SIGNATURE_BYTES];
    let Some((signed, signature)) = split_signature(token, info.version, &mut buffer) else {
        return Checked::Bad;
    };
    let verifies = |key: &VerifyingKey| key.algorithm() == Algorithm::Rs256 && key.verify(signed, signature).is_ok();
    let good = match &info.kid {
        Some(kid) => match keys.get(kid) {
            Some(key) => verifies(key),
            None => return Checked::UnknownKey,
        },
        // Tokens of version 2 do not say which key it was. A newer one may be missing here.
        None if keys.all().any(verifies) => true,
        None => return Checked::UnknownKey,
    };
    if good { Checked::Good } else { Checked::Bad }
}

#[cfg(test)]
mod tests;
