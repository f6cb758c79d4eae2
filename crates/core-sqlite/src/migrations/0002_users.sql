-- Users of every recipe. E-mail addresses and phone numbers are normalised before they come here.
--
-- Keys begin with the column that tells rows apart: where two begin with the same app, SQLite may choose the one that
-- goes through all of the app's rows.

-- A user is one login method or several that are linked. Its id is that of the login method it came from, which may be
-- gone while others remain.
CREATE TABLE users (
    app_id TEXT NOT NULL REFERENCES apps (app_id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    -- That of the oldest login method.
    time_joined INTEGER NOT NULL,
    PRIMARY KEY (app_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE login_methods (
    app_id TEXT NOT NULL,
    recipe_user_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    -- "emailpassword", "thirdparty", "passwordless", "webauthn".
    recipe_id TEXT NOT NULL,
    time_joined INTEGER NOT NULL,
    email TEXT,
    phone_number TEXT,
    third_party_id TEXT,
    third_party_user_id TEXT,
    password_hash TEXT,
    PRIMARY KEY (recipe_user_id, app_id),
    FOREIGN KEY (app_id, user_id) REFERENCES users (app_id, user_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX login_methods_of_user ON login_methods (user_id, app_id);

-- Where a login method may be used, with what it is looked up by there.
CREATE TABLE login_method_tenants (
    app_id TEXT NOT NULL,
    recipe_user_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_time_joined INTEGER NOT NULL,
    recipe_id TEXT NOT NULL,
    email TEXT,
    phone_number TEXT,
    third_party_id TEXT,
    third_party_user_id TEXT,
    PRIMARY KEY (recipe_user_id, app_id, tenant_id),
    FOREIGN KEY (app_id, recipe_user_id) REFERENCES login_methods (app_id, recipe_user_id) ON DELETE CASCADE,
    FOREIGN KEY (app_id, tenant_id) REFERENCES tenants (app_id, tenant_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Lists of users, from any place in them.
CREATE INDEX users_of_tenant ON login_method_tenants (app_id, tenant_id, recipe_id, user_time_joined, user_id);

-- An address belongs to one user of a recipe, but several accounts at third parties may have the same.
CREATE UNIQUE INDEX login_methods_by_email ON login_method_tenants
    (email, app_id, tenant_id, recipe_id, iif(recipe_id = 'thirdparty', recipe_user_id, ''))
    WHERE email IS NOT NULL;
CREATE UNIQUE INDEX login_methods_by_phone_number ON login_method_tenants (phone_number, app_id, tenant_id)
    WHERE phone_number IS NOT NULL;
CREATE UNIQUE INDEX login_methods_by_third_party
    ON login_method_tenants (third_party_user_id, third_party_id, app_id, tenant_id)
    WHERE third_party_id IS NOT NULL;

CREATE TABLE password_reset_tokens (
    app_id TEXT NOT NULL,
    -- SHA-256 of the token.
    token_hash BLOB NOT NULL,
    -- That of a login method, or of a user whose own login method is gone.
    user_id TEXT NOT NULL,
    email TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (token_hash, app_id),
    FOREIGN KEY (app_id) REFERENCES apps (app_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX password_reset_tokens_of_user ON password_reset_tokens (user_id, app_id);
CREATE INDEX password_reset_tokens_by_end ON password_reset_tokens (expires_at);

-- Ids that the application has given to users. A user's row may go while others are linked to its id.
CREATE TABLE user_id_mappings (
    app_id TEXT NOT NULL REFERENCES apps (app_id) ON DELETE CASCADE,
    supertokens_user_id TEXT NOT NULL,
    external_user_id TEXT NOT NULL,
    external_user_id_info TEXT,
    PRIMARY KEY (app_id, supertokens_user_id),
    UNIQUE (app_id, external_user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_activity (
    app_id TEXT NOT NULL REFERENCES apps (app_id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    last_active INTEGER NOT NULL,
    PRIMARY KEY (app_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_activity_by_time ON user_activity (app_id, last_active);

DROP INDEX sessions_of_user;
CREATE INDEX sessions_of_user ON sessions (recipe_user_id, app_id);
