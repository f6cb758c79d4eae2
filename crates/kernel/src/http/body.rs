//! Reading a request's body, up to a limit.

use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::error::{BoxError, Error};

/// How much of a request's body the SDK reads.
#[derive(Clone, Debug)]
pub struct BodyLimits {
    /// The longest body in bytes; 1 MiB unless said otherwise.
    pub bytes: usize,
    /// The deepest nesting of JSON; 64 unless said otherwise.
    pub json_depth: usize,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self { bytes: 1024 * 1024, json_depth: 64 }
    }
}

/// Reads a body to its end. One that is or says it is longer than the limit is refused without reading on.
pub async fn collect<B>(body: B, limits: &BodyLimits) -> Result<Bytes, Error>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let limit = limits.bytes;
    if body.size_hint().lower() > limit as u64 {
        return Err(Error::BodyTooLarge { limit });
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Error::BodyTooLarge { limit }),
        Err(error) => Err(Error::bad_input(format!("the request's body broke off: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_and_one_at_the_limit_is_read() {
        let limits = BodyLimits { bytes: 4, ..BodyLimits::default() };
        assert_eq!(collect(Full::new(Bytes::from("1234")), &limits).await.unwrap(), "1234");
        let refused = collect(Full::new(Bytes::from("12345")), &limits).await;
        assert!(matches!(refused, Err(Error::BodyTooLarge { limit: 4 })));
    }
}
