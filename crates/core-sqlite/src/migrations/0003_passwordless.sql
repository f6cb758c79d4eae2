-- Devices that asked for a code, and their codes. Of secrets, only hashes are here: SHA-256, 32 bytes.

CREATE TABLE passwordless_devices (
    -- In the order in which they asked.
    number INTEGER PRIMARY KEY,
    app_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    device_id_hash BLOB NOT NULL,
    -- One of these two is there.
    email TEXT,
    phone_number TEXT,
    link_code_salt BLOB NOT NULL,
    failed_attempts INTEGER NOT NULL,
    UNIQUE (device_id_hash, app_id, tenant_id),
    CHECK ((email IS NULL) <> (phone_number IS NULL)),
    FOREIGN KEY (app_id, tenant_id) REFERENCES tenants (app_id, tenant_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX passwordless_devices_by_email ON passwordless_devices (email, app_id, tenant_id) WHERE email IS NOT NULL;
CREATE INDEX passwordless_devices_by_phone_number ON passwordless_devices (phone_number, app_id, tenant_id)
    WHERE phone_number IS NOT NULL;
-- For a tenant that is removed.
CREATE INDEX passwordless_devices_of_tenant ON passwordless_devices (app_id, tenant_id);

CREATE TABLE passwordless_codes (
    app_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    code_id TEXT NOT NULL,
    device_id_hash BLOB NOT NULL,
    link_code_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (code_id, app_id, tenant_id),
    UNIQUE (link_code_hash, app_id, tenant_id),
    FOREIGN KEY (device_id_hash, app_id, tenant_id)
        REFERENCES passwordless_devices (device_id_hash, app_id, tenant_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX passwordless_codes_of_device ON passwordless_codes (device_id_hash, app_id, tenant_id);
CREATE INDEX passwordless_codes_by_age ON passwordless_codes (app_id, tenant_id, created_at);
