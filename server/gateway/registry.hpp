#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "room/vault.hpp"

namespace atelier::gateway {

/// Who people are and what lets them in: names, hashes of tokens, join codes. Small, rarely written, never in a meeting's log.
/// Calls may wait for the store (a few milliseconds). One thread.
class Registry {
 public:
  struct Change {
    std::string key;
    std::optional<std::string> value;  ///< none: forget the key
  };
  virtual ~Registry() = default;
  /// All or nothing, durable when it returns true.
  virtual bool write(const std::vector<Change>& changes) = 0;
  virtual std::optional<std::string> read(std::string_view key) = 0;
  /// Keys that begin with `prefix`, sorted, with their values.
  virtual std::vector<std::pair<std::string, std::string>> list(std::string_view prefix) = 0;
};

/// A registry in a SQLite file of its own (synchronous=FULL, secure_delete=ON); nothing if the file cannot be opened. Waits
/// up to `patience` for another process that has it: one that was killed a moment ago lets go of it only when it is gone.
std::unique_ptr<Registry> open_sqlite_registry(const std::string& path, std::chrono::milliseconds patience = {});

/// Keys of sealed votes in a registry of their own.
class RegistryVault final : public room::KeyVault {
 public:
  explicit RegistryVault(Registry& registry) : registry_(registry) {}
  bool put(const MeetingId& meeting, std::string_view vote, BytesView public_key, BytesView seed) override;
  std::optional<Bytes> get(const MeetingId& meeting, std::string_view vote, BytesView public_key) override;
  bool erase(const MeetingId& meeting, std::string_view vote) override;

 private:
  Registry& registry_;
};

}  // namespace atelier::gateway
