//! How devices and codes hang together, as in the real core: whoever has the database has neither a device id nor a code.
//!
//! A device is 32 random bytes that only the client has. Their SHA-256 is the `preAuthSessionId`. A link code is the HMAC
//! of what the user is to type, keyed with the device and a salt that no client sees; so nobody who has the device can
//! try codes without asking the core, and the SHA-256 of the link code finds a code by either way of entering it.

use aws_lc_rs::hmac;
use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
    random::{self, NoRandomness},
    storage::{DeviceIdHash, LinkCodeHash, LinkCodeSalt},
};

const LAX: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const LAX_STANDARD: GeneralPurpose = GeneralPurpose::new(&STANDARD, LAX);
const LAX_URL_SAFE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LAX);

/// What a client keeps of the device that it asked a code for.
#[derive(Clone)]
pub(crate) struct DeviceId(Zeroizing<Vec<u8>>);

/// What is in the link of a mail.
pub(crate) struct LinkCode(Zeroizing<Vec<u8>>);

impl DeviceId {
    /// Reads Base64, with or without padding.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        LAX_STANDARD.decode(text).ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    pub(crate) fn to_text(&self) -> String {
        general_purpose::STANDARD.encode(&*self.0)
    }

    pub(crate) fn hash(&self) -> DeviceIdHash {
        DeviceIdHash(Sha256::digest(&*self.0).into())
    }

    /// The link code that belongs to what the user types.
    pub(crate) fn link_code(&self, salt: &LinkCodeSalt, user_input_code: &str) -> LinkCode {
        let key = Zeroizing::new([&**self.0, &salt.0].concat());
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), user_input_code.as_bytes());
        LinkCode(Zeroizing::new(mac.as_ref().to_vec()))
    }
}

impl LinkCode {
    /// Reads URL-safe Base64, with or without padding.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        LAX_URL_SAFE.decode(text).ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    pub(crate) fn to_text(&self) -> String {
        general_purpose::URL_SAFE_NO_PAD.encode(&*self.0)
    }

    pub(crate) fn hash(&self) -> LinkCodeHash {
        LinkCodeHash(Sha256::digest(&*self.0).into())
    }
}

/// A device's `preAuthSessionId`.
pub(crate) fn pre_auth_session_id(hash: &DeviceIdHash) -> String {
    general_purpose::URL_SAFE_NO_PAD.encode(hash.0)
}

/// The device that a `preAuthSessionId` names. `None` if it can name none.
pub(crate) fn parse_pre_auth_session_id(text: &str) -> Option<DeviceIdHash> {
    let bytes = general_purpose::URL_SAFE_NO_PAD.decode(text.replace('=', "")).ok()?;
    bytes.try_into().ok().map(DeviceIdHash)
}

/// What is random about a code.
pub(crate) struct NewSecrets {
    /// For a device that is new too.
    pub(crate) device: DeviceId,
    pub(crate) link_code_salt: LinkCodeSalt,
    pub(crate) code_id: String,
    pub(crate) user_input_code: String,
}

impl NewSecrets {
    /// With the code that the user is to type, if the caller has one, else with six digits.
    pub(crate) fn generate(user_input_code: Option<&str>) -> Result<Self, NoRandomness> {
        Ok(Self {
            device: DeviceId(Zeroizing::new(random::bytes::<32>()?.to_vec())),
            link_code_salt: LinkCodeSalt(random::bytes()?),
            code_id: random::uuid()?,
            user_input_code: match user_input_code {
                Some(code) => code.to_owned(),
                // Of 2^64 numbers, some codes stand for one more than others do.
                None => format!("{:06}", u64::from_le_bytes(random::bytes()?) % 1_000_000),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a real core answered.
    const DEVICE_ID: &str = "R1hC5Kkf8X+5shvwry1tZ7dtNwggq7P7Ot3+kLOS6Xc=";
    const PRE_AUTH_SESSION_ID: &str = "9uNhicvU2C9lBlM_AvrisHxg_wSH0xpBASVWrug2P4c";

    #[test]
    fn a_device_of_a_real_core_has_the_pre_auth_session_id_that_it_had_there() {
        let device = DeviceId::parse(DEVICE_ID).unwrap();
        assert_eq!(pre_auth_session_id(&device.hash()), PRE_AUTH_SESSION_ID);
        assert_eq!(device.to_text(), DEVICE_ID);
        assert!(parse_pre_auth_session_id(PRE_AUTH_SESSION_ID) == Some(device.hash()));
        assert!(parse_pre_auth_session_id(&format!("{PRE_AUTH_SESSION_ID}=")) == Some(device.hash()));
    }

    #[test]
    fn what_is_no_base64_names_no_device_and_no_link() {
        assert!(DeviceId::parse("garbage !").is_none());
        assert!(LinkCode::parse("garbage !").is_none());
        assert!(parse_pre_auth_session_id("garbage").is_none());
        assert!(DeviceId::parse(DEVICE_ID.trim_end_matches('=')).is_some(), "padding may be missing");
    }

    #[test]
    fn a_link_code_depends_on_the_device_the_salt_and_the_code() {
        let device = DeviceId::parse(DEVICE_ID).unwrap();
        let other = NewSecrets::generate(None).unwrap().device;
        let text =
            |device: &DeviceId, salt: u8, code: &str| device.link_code(&LinkCodeSalt([salt; 32]), code).to_text();
        let code = text(&device, 1, "123456");
        assert_eq!(code.len(), 43);
        assert_eq!(code, text(&device, 1, "123456"));
        assert!(LinkCode::parse(&code).unwrap().hash() == device.link_code(&LinkCodeSalt([1; 32]), "123456").hash());
        for changed in [text(&other, 1, "123456"), text(&device, 2, "123456"), text(&device, 1, "123457")] {
            assert_ne!(code, changed);
        }
    }

    #[test]
    fn a_user_input_code_is_six_digits() {
        for _ in 0..100 {
            let code = NewSecrets::generate(None).unwrap().user_input_code;
            assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        }
    }
}
