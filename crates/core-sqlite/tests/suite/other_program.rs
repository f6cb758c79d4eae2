//! Another program that has the database open, and makes the core's statements slow or makes them fail.

use std::path::Path;

/// Takes a few tenths of a second to read.
const SLOW: &str = "CREATE VIEW IF NOT EXISTS slow (n) AS
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 500000)
    SELECT count(*) FROM number;";

/// Runs statements.
pub(crate) fn execute(path: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(path).unwrap();
    // Views of the core's tables may be in the place of tables that others refer to.
    connection.pragma_update(None, "legacy_alter_table", true).unwrap();
    connection.execute_batch(sql).unwrap();
}

/// Makes changes of a table slow: `event` is such as `DELETE ON sessions`.
pub(crate) fn slow_down(path: &Path, event: &str) {
    execute(path, &format!("{SLOW} CREATE TRIGGER slow_down BEFORE {event} BEGIN SELECT n FROM slow; END;"));
}

/// Makes reading a table slow.
pub(crate) fn slow_down_reading(path: &Path, table: &str) {
    let sql = "ALTER TABLE {table} RENAME TO kept;
               CREATE VIEW {table} AS SELECT kept.* FROM kept CROSS JOIN slow WHERE slow.n > 0;";
    execute(path, &format!("{SLOW} {}", sql.replace("{table}", table)));
}

/// Makes commits fail that have changed a table.
pub(crate) fn break_commits(path: &Path, event: &str) {
    let sql = "CREATE TABLE broken (app_id TEXT REFERENCES apps (app_id) DEFERRABLE INITIALLY DEFERRED);
               CREATE TRIGGER break_commit AFTER {event} BEGIN INSERT INTO broken VALUES ('nosuch'); END;";
    execute(path, &sql.replace("{event}", event));
}

/// Lets them be made again.
pub(crate) fn mend_commits(path: &Path) {
    execute(path, "DROP TRIGGER break_commit");
}
