-- Ids of apps and tenants, and JSON, are text; times are milliseconds since 1970.

CREATE TABLE apps (
    app_id TEXT NOT NULL PRIMARY KEY,
    -- What the app's refresh tokens are made with.
    secret BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
    -- In the order in which tenants were added.
    number INTEGER PRIMARY KEY,
    app_id TEXT NOT NULL REFERENCES apps (app_id) ON DELETE CASCADE,
    tenant_id TEXT NOT NULL,
    settings TEXT NOT NULL,
    UNIQUE (app_id, tenant_id)
) STRICT;

CREATE TABLE signing_keys (
    app_id TEXT NOT NULL REFERENCES apps (app_id) ON DELETE CASCADE,
    kid TEXT NOT NULL,
    is_static INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    -- PKCS#8, DER.
    private_key BLOB NOT NULL,
    PRIMARY KEY (app_id, kid)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    app_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    session_handle TEXT NOT NULL,
    recipe_user_id TEXT NOT NULL,
    -- Hashes of hashes of refresh tokens: the current one, and the one before it.
    refresh_token_hash_2 BLOB NOT NULL,
    prev_refresh_token_hash_2 BLOB,
    refresh_token_rotated_at INTEGER,
    expires_at INTEGER NOT NULL,
    use_static_key INTEGER NOT NULL,
    user_data_in_jwt TEXT NOT NULL,
    user_data_in_database TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (app_id, tenant_id, session_handle),
    FOREIGN KEY (app_id, tenant_id) REFERENCES tenants (app_id, tenant_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_user ON sessions (app_id, recipe_user_id);

INSERT INTO apps (app_id) VALUES ('public');
INSERT INTO tenants (app_id, tenant_id, settings) VALUES ('public', 'public', '{}');
