#include "timeline/sqlite/database.hpp"

#include <sqlite3.h>

#include <utility>

namespace atelier::timeline {
namespace {

Errc code_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return Errc::full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return Errc::corrupt;
    default:
      return Errc::unavailable;
  }
}

}  // namespace

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Tried<Database> Database::open(const std::filesystem::path& path, Mode mode, const std::string& vfs) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == Mode::create) flags |= SQLITE_OPEN_CREATE;
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection, flags, vfs.empty() ? nullptr : vfs.c_str());
  Database database;
  database.path_ = path;
  database.connection_.reset(connection);
  if (code != SQLITE_OK) return std::unexpected(database.trouble(code, "open"));
  return database;
}

Trouble Database::trouble(int code, const std::string& tried) const {
  if ((code & 0xff) == SQLITE_BUSY) return {Errc::unavailable, false, path_.string() + ": another process has it open"};
  std::string message = path_.string() + ": " + tried + ": " + sqlite3_errstr(code);
  if (connection_ && sqlite3_errcode(connection_.get()) == (code & 0xff))
    message += std::string(" (") + sqlite3_errmsg(connection_.get()) + ")";
  return {code_of(code), (code & 0xff) == SQLITE_IOERR, std::move(message)};
}

Tried<void> Database::run(const char* sql) {
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(trouble(code, sql));
  return {};
}

Tried<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return std::unexpected(trouble(code, sql));
  return Statement(statement, *this);
}

Tried<std::int64_t> Database::number(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement->number(0) : 0;
}

Tried<std::string> Database::text(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement->blob(0) : std::string();
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

void Statement::bind(int place, std::int64_t value) { sqlite3_bind_int64(statement_.get(), place, value); }

void Statement::bind(int place, BytesView blob) {
  sqlite3_bind_blob64(statement_.get(), place, blob.empty() ? "" : blob.data(), blob.size(), SQLITE_STATIC);
}

Tried<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(database_->trouble(code, sqlite3_sql(statement_.get())));
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

Bytes Statement::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data ? Bytes(data, size) : Bytes();
}

}  // namespace atelier::timeline
