#pragma once

// Only for tests: a SQLite VFS over the system's that can run out of space and fail to sync.

#include <sqlite3.h>

#include <atomic>

namespace atelier::timeline::faulty {

inline std::atomic<bool> disk_full = false;    ///< writes answer SQLITE_FULL
inline std::atomic<bool> sync_fails = false;   ///< syncs answer SQLITE_IOERR_FSYNC
inline std::atomic<int> syncs = 0;

struct File {
  sqlite3_file base;
  sqlite3_file* real;  ///< directly behind this struct
};

inline sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }

inline int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
  return disk_full ? SQLITE_FULL : real(file)->pMethods->xWrite(real(file), bytes, count, at);
}
inline int sync(sqlite3_file* file, int flags) {
  ++syncs;
  return sync_fails ? SQLITE_IOERR_FSYNC : real(file)->pMethods->xSync(real(file), flags);
}

inline const sqlite3_io_methods methods = {
    1,
    [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); },
    [](sqlite3_file* f, void* bytes, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), bytes, n, at); },
    write,
    [](sqlite3_file* f, sqlite3_int64 size) { return real(f)->pMethods->xTruncate(real(f), size); },
    sync,
    [](sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
    [](sqlite3_file* f, int lock) { return real(f)->pMethods->xLock(real(f), lock); },
    [](sqlite3_file* f, int lock) { return real(f)->pMethods->xUnlock(real(f), lock); },
    [](sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); },
    [](sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); },
    [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
    [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
    nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};

inline sqlite3_vfs* system_vfs() { return sqlite3_vfs_find("unix"); }

inline int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* mine = reinterpret_cast<File*>(file);
  mine->real = reinterpret_cast<sqlite3_file*>(mine + 1);
  const int code = system_vfs()->xOpen(system_vfs(), name, mine->real, flags, out);
  mine->base.pMethods = mine->real->pMethods ? &methods : nullptr;
  return code;
}

/// The VFS's name. Everything works until a flag says otherwise.
inline const char* use() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs copy = *system_vfs();
    copy.zName = "faulty";
    copy.szOsFile += static_cast<int>(sizeof(File));
    copy.xOpen = open;
    return copy;
  }();
  sqlite3_vfs_register(&vfs, 0);
  disk_full = sync_fails = false;
  return "faulty";
}

}  // namespace atelier::timeline::faulty
