#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "timeline/event_log.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace atelier::timeline {

/// What SQLite answered that was not the hoped for.
struct Trouble {
  Errc code = Errc::unavailable;
  bool fatal = false;   ///< An I/O error: what is in the page cache and what is on the disk may differ. End the process.
  std::string message;  ///< for the operator: file, what was tried, SQLite's words
};

template <class T>
using Tried = Result<T, Trouble>;

class Statement;

/// One connection. Not for two threads at once.
class Database {
 public:
  enum class Mode { read_write, create, read_only };
  /// `vfs` names another SQLite VFS (tests); empty is the system's.
  static Tried<Database> open(const std::filesystem::path& path, Mode mode, const std::string& vfs = {});

  Tried<void> run(const char* sql);
  Tried<Statement> prepare(const char* sql);
  /// The single value that `sql` gives.
  Tried<std::int64_t> number(const char* sql);
  Tried<std::string> text(const char* sql);
  bool in_transaction() const;
  /// What the last call on this connection says; `tried` is a few words.
  Trouble trouble(int code, const std::string& tried) const;
  sqlite3* get() const { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> connection_;
};

/// A prepared statement of a Database, which must live longer.
class Statement {
 public:
  Statement(sqlite3_stmt* statement, const Database& database) : statement_(statement), database_(&database) {}

  /// Back to the start, ready to be bound and stepped again.
  void reset();
  void bind(int place, std::int64_t value);
  /// `blob` must live until the next reset().
  void bind(int place, BytesView blob);
  /// True: a row is there.
  Tried<bool> step();
  std::int64_t number(int column) const;
  Bytes blob(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  const Database* database_;
};

}  // namespace atelier::timeline
