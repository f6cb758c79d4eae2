//! Firebase's variant of scrypt: `$f_scrypt$<hash>$<salt>$m=<memory cost>$r=<rounds>$s=<separator>`, the last three in any
//! order. The hash is the project's signer key, encrypted with what scrypt makes of the password.

use aws_lc_rs::{
    cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey},
    iv::FixedLength,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use scrypt::Params;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::PasswordError;

/// Scrypt takes 128 bytes times 2^m times r. Hashes that would take more are not taken: one sign-in must not stop the
/// others.
const MAX_MEMORY_BYTES: u64 = 1 << 30;

/// A hash, read.
pub(crate) struct FirebaseScryptHash {
    params: Params,
    /// With the separator behind it.
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl FirebaseScryptHash {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("$f_scrypt$")?.split('$');
        let hash = STANDARD.decode(parts.next()?).ok()?;
        let mut salt = STANDARD.decode(parts.next()?).ok()?;
        let (mut memory_cost, mut rounds, mut separator) = (None, None, None);
        for part in parts {
            match part.split_once('=')? {
                ("m", value) => memory_cost = Some(value.parse::<u8>().ok()?),
                ("r", value) => rounds = Some(value.parse::<u32>().ok()?),
                ("s", value) => separator = Some(STANDARD.decode(value).ok()?),
                _ => return None,
            }
        }
        let (memory_cost, rounds) = (memory_cost?, rounds?);
        salt.extend(separator?);
        let memory = 128_u64.checked_mul(1_u64.checked_shl(memory_cost.into())?)?.checked_mul(rounds.into())?;
        let params = Params::new(memory_cost, rounds, 1).ok()?;
        (memory <= MAX_MEMORY_BYTES && !hash.is_empty()).then_some(Self { params, salt, hash })
    }

    pub(super) fn is_of(&self, password: &[u8], signer_key: &str) -> Result<bool, PasswordError> {
        let mut key = Zeroizing::new([0; 64]);
        scrypt::scrypt(password, &self.salt, &self.params, key.as_mut_slice())
            .map_err(|_| PasswordError::FirebaseScrypt)?;
        let (key, _) = key.split_at(32);
        let mut signed = Zeroizing::new(STANDARD.decode(signer_key.trim()).map_err(|_| PasswordError::FirebaseScrypt)?);
        let key = UnboundCipherKey::new(&AES_256, key).and_then(EncryptingKey::ctr);
        // The counter begins at zero by definition: the key is another one for each password and salt.
        let counter = EncryptionContext::Iv128(FixedLength::from([0; 16]));
        key.and_then(|key| key.less_safe_encrypt(&mut signed, counter)).map_err(|_| PasswordError::FirebaseScrypt)?;
        Ok(signed.ct_eq(&self.hash).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Firebase's own documentation of its algorithm.
    const HASH: &str = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
    const SIGNER_KEY: &str = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";

    #[test]
    fn the_documented_example_is_read() {
        let text = format!("$f_scrypt${HASH}$42xEC+ixf3L2lw==$m=14$r=8$s=Bw==");
        let stored = FirebaseScryptHash::parse(&text).unwrap();
        assert!(stored.is_of(b"user1password", SIGNER_KEY).unwrap());
        assert!(!stored.is_of(b"user2password", SIGNER_KEY).unwrap());
        assert!(stored.is_of(b"user1password", "not base64!").is_err());
    }

    #[test]
    fn what_is_no_hash_or_would_take_too_much_is_not_read() {
        for text in [
            "",
            "$f_scrypt$aaaa",
            "$f_scrypt$aaaa$aaaa$m=14$r=8",
            "$f_scrypt$aaaa$aaaa$m=40$r=8$s=Bw==",
            "$f_scrypt$aaaa$aaaa$m=14$r=1000000$s=Bw==",
            "$f_scrypt$aaaa$aaaa$m=14$r=8$s=Bw==$x=1",
            "$f_scrypt$$aaaa$m=14$r=8$s=Bw==",
            "$scrypt$aaaa$aaaa$m=14$r=8$s=Bw==",
        ] {
            assert!(FirebaseScryptHash::parse(text).is_none(), "{text}");
        }
    }
}
