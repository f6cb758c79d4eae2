//! The pages that the tests open: files of a folder.

use std::path::Path;

use bytes::Bytes;

use crate::reply::{Reply, with_type};

/// The file at a path below the folder. A path that would lead out of the folder names none.
pub(crate) async fn file(folder: Option<&Path>, path: &str) -> Option<Reply> {
    let folder = folder?;
    let name = path.strip_prefix('/')?;
    let content_type = match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        _ => return None,
    };
    if !name.split('/').all(|part| !part.is_empty() && !part.starts_with('.')) || name.contains(['\\', ':']) {
        return None;
    }
    Some(with_type(Bytes::from(tokio::fs::read(folder.join(name)).await.ok()?), content_type))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn only_pages_and_scripts_of_the_folder_are_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        for path in ["/Cargo.toml", "/../browser-sdk/run.mjs", "/src/../x.js", "//x.js", "/missing.js", "/"] {
            assert!(file(Some(folder), path).await.is_none(), "{path}");
        }
        assert!(file(None, "/index.html").await.is_none());
    }
}
