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
    UNIQUE (app_id, tenant_id, device_id_hash),
    CHECK ((email IS NULL) <> (phone_number IS NULL)),
    FOREIGN KEY (app_id, tenant_id) REFERENCES tenants (app_id, tenant_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX passwordless_devices_of_email ON passwordless_devices (app_id, email) WHERE email IS NOT NULL;
CREATE INDEX passwordless_devices_of_phone_number ON passwordless_devices (app_id, phone_number)
    WHERE phone_number IS NOT NULL;

CREATE TABLE passwordless_codes (
    app_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    code_id TEXT NOT NULL,
    device_id_hash BLOB NOT NULL,
    link_code_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (app_id, tenant_id, code_id),
    UNIQUE (app_id, tenant_id, link_code_hash),
    FOREIGN KEY (app_id, tenant_id, device_id_hash)
        REFERENCES passwordless_devices (app_id, tenant_id, device_id_hash) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX passwordless_codes_of_device ON passwordless_codes (app_id, tenant_id, device_id_hash);
CREATE INDEX passwordless_codes_by_age ON passwordless_codes (app_id, tenant_id, created_at);
