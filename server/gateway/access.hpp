#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/ports.hpp"
#include "gateway/registry.hpp"

namespace atelier::gateway {

/// Who somebody is, once a token or a cookie has said so.
struct Identity {
  MeetingId meeting;
  PersonId person;
};

/// A browser's seat: one cookie per seat, with the seat in its path, so that four roles in four tabs stay four people.
struct Seat {
  std::string id;      ///< [a-z0-9]{16}
  std::string secret;  ///< the cookie's value
};

/// Tokens, seats, join codes and names, on a registry. Secrets are kept only as BLAKE2b hashes.
class Access {
 public:
  Access(Registry& registry, Random& random, const Clock& clock) : registry_(registry), random_(random), clock_(clock) {}

  /// A fresh token (32 random bytes, base64url) for that person; nothing if the registry cannot be written.
  std::optional<std::string> make_token(const Identity& identity);
  std::optional<Identity> by_token(std::string_view token);
  std::optional<Seat> make_seat(const Identity& identity);
  std::optional<Identity> by_seat(std::string_view seat, std::string_view secret);

  /// A join code for the meeting (10 Crockford characters).
  std::optional<std::string> make_code(const MeetingId& meeting);
  std::optional<MeetingId> by_code(std::string_view code);
  std::optional<std::string> code_of(const MeetingId& meeting);
  /// May this address try a code now? Only failures count.
  bool may_try(const std::string& address);
  void failed(const std::string& address);
  /// How long a try has to wait because many went wrong in this second, wherever they came from. Nobody is turned away for it.
  std::chrono::milliseconds delay() const;

  bool keep_name(const Identity& identity, std::string_view name);
  std::vector<std::pair<PersonId, std::string>> names(const MeetingId& meeting);

  MeetingId fresh_meeting();
  PersonId fresh_person();

 private:
  std::string letters(std::size_t count, std::string_view alphabet);
  std::optional<Identity> identity(std::string_view key);

  struct Failures {
    std::size_t count = 0;
    std::chrono::milliseconds since{};
  };
  Registry& registry_;
  Random& random_;
  const Clock& clock_;
  std::map<std::string, Failures> failures_;
  Failures second_;  ///< all failures of the second that began then
};

/// Upper case, I and L read as 1, O as 0; blanks and dashes left out. Empty if it is no join code.
std::string normal_code(std::string_view code);
/// Equal, in time that depends on the lengths only.
bool same_secret(std::string_view one, std::string_view other);
/// RFC 4648 section 5, without padding.
std::string base64url(BytesView bytes);

}  // namespace atelier::gateway
