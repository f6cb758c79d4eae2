-- A user is found with one row: that of its login method, which now says what had to be looked up in two other tables.
-- What remains of a user, its time of joining, is that of the oldest of its login methods.

CREATE TABLE new_login_methods (
    app_id TEXT NOT NULL REFERENCES apps (app_id) ON DELETE CASCADE,
    recipe_user_id TEXT NOT NULL,
    -- That of the login method which the user came from, which may be gone while others remain.
    user_id TEXT NOT NULL,
    -- The same for all of a user.
    user_is_primary INTEGER NOT NULL,
    -- "emailpassword", "thirdparty", "passwordless", "webauthn".
    recipe_id TEXT NOT NULL,
    time_joined INTEGER NOT NULL,
    -- As in login_method_tenants, in order, with spaces between them.
    tenant_ids TEXT NOT NULL,
    email TEXT,
    phone_number TEXT,
    third_party_id TEXT,
    third_party_user_id TEXT,
    password_hash TEXT,
    PRIMARY KEY (recipe_user_id, app_id)
) STRICT, WITHOUT ROWID;

INSERT INTO new_login_methods
SELECT app_id, recipe_user_id, user_id, user.is_primary, recipe_id, method.time_joined,
    coalesce((SELECT group_concat(tenant_id, ' ') FROM
        (SELECT tenant_id FROM login_method_tenants AS tenant
         WHERE tenant.app_id = method.app_id AND tenant.recipe_user_id = method.recipe_user_id ORDER BY tenant_id)), ''),
    email, phone_number, third_party_id, third_party_user_id, password_hash
FROM login_methods AS method JOIN users AS user USING (app_id, user_id);

CREATE TABLE new_login_method_tenants (
    app_id TEXT NOT NULL,
    recipe_user_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    -- That of the user's oldest login method.
    user_time_joined INTEGER NOT NULL,
    recipe_id TEXT NOT NULL,
    email TEXT,
    phone_number TEXT,
    third_party_id TEXT,
    third_party_user_id TEXT,
    PRIMARY KEY (recipe_user_id, app_id, tenant_id),
    FOREIGN KEY (app_id, recipe_user_id) REFERENCES new_login_methods (app_id, recipe_user_id) ON DELETE CASCADE,
    FOREIGN KEY (app_id, tenant_id) REFERENCES tenants (app_id, tenant_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

INSERT INTO new_login_method_tenants
SELECT app_id, recipe_user_id, tenant_id, user_id, user_time_joined, recipe_id, email, phone_number, third_party_id,
    third_party_user_id
FROM login_method_tenants;

-- What refers to another table goes before it, or its rows would go with that table's.
DROP TABLE login_method_tenants;
DROP TABLE login_methods;
DROP TABLE users;
ALTER TABLE new_login_methods RENAME TO login_methods;
ALTER TABLE new_login_method_tenants RENAME TO login_method_tenants;

CREATE INDEX login_methods_of_user ON login_methods (user_id, app_id);

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

-- Also where a tenant goes, and these rows with it.
CREATE TRIGGER login_method_left_tenant AFTER DELETE ON login_method_tenants BEGIN
    UPDATE login_methods SET tenant_ids = coalesce((SELECT group_concat(tenant_id, ' ') FROM
        (SELECT tenant_id FROM login_method_tenants AS tenant
         WHERE tenant.app_id = old.app_id AND tenant.recipe_user_id = old.recipe_user_id ORDER BY tenant_id)), '')
    WHERE app_id = old.app_id AND recipe_user_id = old.recipe_user_id;
END;

CREATE TRIGGER login_method_joined_tenant AFTER INSERT ON login_method_tenants
WHEN NOT EXISTS (SELECT 1 FROM login_methods WHERE app_id = new.app_id AND recipe_user_id = new.recipe_user_id
    AND tenant_ids = new.tenant_id)
BEGIN
    UPDATE login_methods SET tenant_ids = (SELECT group_concat(tenant_id, ' ') FROM
        (SELECT tenant_id FROM login_method_tenants AS tenant
         WHERE tenant.app_id = new.app_id AND tenant.recipe_user_id = new.recipe_user_id ORDER BY tenant_id))
    WHERE app_id = new.app_id AND recipe_user_id = new.recipe_user_id;
END;
