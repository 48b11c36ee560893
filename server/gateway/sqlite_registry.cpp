#include <sqlite3.h>

#include "gateway/note.hpp"
#include "gateway/registry.hpp"

namespace atelier::gateway {
namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

class SqliteRegistry final : public Registry {
 public:
  explicit SqliteRegistry(sqlite3* database) : database_(database) {}

  bool prepare() {
    // The lock first: with it the WAL's index is in memory, and no other process can come near the file.
    return run("PRAGMA locking_mode=EXCLUSIVE") && run("PRAGMA journal_mode=WAL") && run("PRAGMA synchronous=FULL") &&
           run("PRAGMA secure_delete=ON") && run("PRAGMA trusted_schema=OFF") &&
           run("CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT");
  }

  bool write(const std::vector<Change>& changes) override {
    if (!run("BEGIN IMMEDIATE")) return false;
    bool good = true;
    for (const auto& change : changes) good = good && apply(change);
    if (good && run("COMMIT")) return true;
    run("ROLLBACK");
    return false;
  }

  std::optional<std::string> read(std::string_view key) override {
    const Statement statement = compile("SELECT value FROM entry WHERE key = ?1");
    if (!statement) return std::nullopt;
    bind(statement, 1, key);
    if (sqlite3_step(statement.get()) != SQLITE_ROW) return std::nullopt;
    return column(statement, 0);
  }

  std::vector<std::pair<std::string, std::string>> list(std::string_view prefix) override {
    std::vector<std::pair<std::string, std::string>> entries;
    const Statement statement = compile("SELECT key, value FROM entry WHERE key >= ?1 AND substr(key, 1, ?2) = ?1 ORDER BY key");
    if (!statement) return entries;
    bind(statement, 1, prefix);
    sqlite3_bind_int64(statement.get(), 2, static_cast<sqlite3_int64>(prefix.size()));
    while (sqlite3_step(statement.get()) == SQLITE_ROW) entries.emplace_back(column(statement, 0), column(statement, 1));
    return entries;
  }

 private:
  bool run(const char* sql) {
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return true;
    note("registry: ", sqlite3_errmsg(database_.get()));
    return false;
  }

  bool apply(const Change& change) {
    const Statement statement = compile(change.value ? "INSERT INTO entry VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2"
                                                     : "DELETE FROM entry WHERE key = ?1");
    if (!statement) return false;
    bind(statement, 1, change.key);
    if (change.value) bind(statement, 2, *change.value);
    return sqlite3_step(statement.get()) == SQLITE_DONE;
  }

  Statement compile(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr);
    return Statement(statement);
  }

  static void bind(const Statement& statement, int at, std::string_view text) {
    sqlite3_bind_text(statement.get(), at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }

  static std::string column(const Statement& statement, int at) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), at));
    return text == nullptr ? std::string{} : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), at)));
  }

  std::unique_ptr<sqlite3, CloseDatabase> database_;
};

}  // namespace

std::unique_ptr<Registry> open_sqlite_registry(const std::string& path, std::chrono::milliseconds patience) {
  sqlite3* database = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  auto registry = std::make_unique<SqliteRegistry>(database);
  sqlite3_busy_timeout(database, static_cast<int>(patience.count()));
  if (opened != SQLITE_OK || !registry->prepare()) return nullptr;
  return registry;
}

}  // namespace atelier::gateway
