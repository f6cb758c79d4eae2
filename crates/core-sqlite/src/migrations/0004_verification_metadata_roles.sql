-- Verified addresses, user metadata, roles. A user of these ids need not exist; rows go with their app or tenant.

-- Joined with the addresses of login methods when users are read.
CREATE TABLE verified_emails (
    app_id TEXT NOT NULL REFERENCES apps (app_id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    email TEXT NOT NULL,
    PRIMARY KEY (app_id, user_id, email)
) STRICT, WITHOUT ROWID;

CREATE TABLE email_verification_tokens (
    app_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    -- SHA-256 of the token, which itself is nowhere.
    token_hash BLOB NOT NULL,
    user_id TEXT NOT NULL,
    email TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (app_id, tenant_id, token_hash),
    FOREIGN KEY (app_id, tenant_id) REFERENCES tenants (app_id, tenant_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX email_verification_tokens_of_user ON email_verification_tokens (app_id, user_id, email);
CREATE INDEX email_verification_tokens_by_end ON email_verification_tokens (expires_at);

CREATE TABLE user_metadata (
    app_id TEXT NOT NULL REFERENCES apps (app_id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    metadata TEXT NOT NULL,
    PRIMARY KEY (app_id, user_id)
) STRICT;

CREATE TABLE roles (
    app_id TEXT NOT NULL REFERENCES apps (app_id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (app_id, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE role_permissions (
    app_id TEXT NOT NULL,
    role TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (app_id, role, permission),
    FOREIGN KEY (app_id, role) REFERENCES roles (app_id, role) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX roles_with_permission ON role_permissions (app_id, permission);

CREATE TABLE user_roles (
    app_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (app_id, tenant_id, user_id, role),
    FOREIGN KEY (app_id, tenant_id) REFERENCES tenants (app_id, tenant_id) ON DELETE CASCADE,
    FOREIGN KEY (app_id, role) REFERENCES roles (app_id, role) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX users_with_role ON user_roles (app_id, role, tenant_id);
CREATE INDEX roles_of_user ON user_roles (app_id, user_id);
