#include "gateway/access.hpp"

#include <algorithm>
#include <cctype>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "gateway/limits.hpp"

namespace atelier::gateway {
namespace {

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view small_letters = "abcdefghijkmnpqrstuvwxyz23456789";  // 32, none mistaken for another
constexpr std::size_t token_bytes = 32;
constexpr std::size_t seat_letters = 16;
constexpr std::size_t meeting_letters = 12;
constexpr std::size_t person_letters = 8;
constexpr std::chrono::milliseconds after_limit{1'000};

std::string token_key(std::string_view token) { return "token/" + to_hex(hash(token)); }

std::vector<std::string> fields(std::string_view line) {
  std::vector<std::string> parts;
  while (true) {
    const auto tab = line.find('\t');
    parts.emplace_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return parts;
    line.remove_prefix(tab + 1);
  }
}

}  // namespace

std::string base64url(BytesView bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned bits = 0, held = 0;
  for (const char byte : bytes) {
    held = held << 8 | static_cast<unsigned char>(byte);
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text.push_back(alphabet[held >> bits & 63u]);
    }
    held &= (1u << bits) - 1u;
  }
  if (bits > 0) text.push_back(alphabet[held << (6 - bits) & 63u]);
  return text;
}

bool same_secret(std::string_view one, std::string_view other) {
  if (one.size() != other.size()) return false;
  unsigned differs = 0;
  for (std::size_t at = 0; at < one.size(); ++at) differs |= static_cast<unsigned>(one[at] ^ other[at]);
  return differs == 0;
}

std::string normal_code(std::string_view code) {
  std::string normal;
  for (const char letter : code.substr(0, 64)) {
    if (letter == ' ' || letter == '-') continue;
    char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    if (upper == 'I' || upper == 'L') upper = '1';
    if (upper == 'O') upper = '0';
    if (crockford.find(upper) == std::string_view::npos) return {};
    normal.push_back(upper);
  }
  return normal.size() == limits::code_characters ? normal : std::string{};
}

std::string Access::letters(std::size_t count, std::string_view alphabet) {
  std::string text;
  for (const char byte : random_.bytes(count)) text.push_back(alphabet[static_cast<unsigned char>(byte) % alphabet.size()]);
  return text;
}

std::optional<Identity> Access::identity(std::string_view key) {
  const auto value = registry_.read(key);
  if (!value) return std::nullopt;
  const auto parts = fields(*value);
  if (parts.size() < 2) return std::nullopt;
  return Identity{MeetingId{parts[0]}, PersonId{parts[1]}};
}

std::optional<std::string> Access::make_token(const Identity& who) {
  std::string token = base64url(random_.bytes(token_bytes));
  if (!registry_.write({{token_key(token), who.meeting.value() + '\t' + who.person.value()}})) return std::nullopt;
  return token;
}

std::optional<Identity> Access::by_token(std::string_view token) {
  return token.empty() || token.size() > limits::field_bytes_max ? std::nullopt : identity(token_key(token));
}

std::optional<Seat> Access::make_seat(const Identity& who) {
  Seat seat{letters(seat_letters, small_letters), base64url(random_.bytes(token_bytes))};
  const auto until = clock_.wall() + std::chrono::duration_cast<std::chrono::milliseconds>(limits::seat_lives);
  const std::string value = who.meeting.value() + '\t' + who.person.value() + '\t' + to_hex(hash(seat.secret)) + '\t' +
                            std::to_string(until.count());
  if (!registry_.write({{"seat/" + seat.id, value}})) return std::nullopt;
  return seat;
}

std::optional<Identity> Access::by_seat(std::string_view seat, std::string_view secret) {
  if (seat.size() != seat_letters || secret.empty() || secret.size() > limits::field_bytes_max) return std::nullopt;
  const auto value = registry_.read("seat/" + std::string(seat));
  if (!value) return std::nullopt;
  const auto parts = fields(*value);
  if (parts.size() != 4 || !same_secret(parts[2], to_hex(hash(secret)))) return std::nullopt;
  if (clock_.wall().count() > std::atoll(parts[3].c_str())) {
    return std::nullopt;
  }
  return Identity{MeetingId{parts[0]}, PersonId{parts[1]}};
}

std::optional<std::string> Access::make_code(const MeetingId& meeting) {
  std::string code = letters(limits::code_characters, crockford);
  std::vector<Registry::Change> changes{{"code/" + code, meeting.value()}, {"code-of/" + meeting.value(), code}};
  if (const auto old = code_of(meeting)) changes.push_back({"code/" + *old, std::nullopt});
  if (!registry_.write(changes)) return std::nullopt;
  return code;
}

std::optional<MeetingId> Access::by_code(std::string_view code) {
  const std::string normal = normal_code(code);
  if (normal.empty()) return std::nullopt;
  const auto meeting = registry_.read("code/" + normal);
  if (!meeting) return std::nullopt;
  return MeetingId{*meeting};
}

std::optional<std::string> Access::code_of(const MeetingId& meeting) { return registry_.read("code-of/" + meeting.value()); }

bool Access::may_try(const std::string& address) {
  const auto found = failures_.find(address);
  if (found == failures_.end() || found->second.count < limits::code_failures_max) return true;
  const auto waited = clock_.steady() - found->second.since;
  if (waited >= limits::code_window) failures_.erase(found);
  return waited >= after_limit;
}

std::chrono::milliseconds Access::delay() const {
  const bool many = second_.count >= limits::code_failures_second_max && clock_.steady() - second_.since < std::chrono::seconds(1);
  return many ? limits::code_delay : std::chrono::milliseconds(0);
}

void Access::failed(const std::string& address) {
  if (clock_.steady() - second_.since >= std::chrono::seconds(1)) second_ = {0, clock_.steady()};
  ++second_.count;
  if (failures_.size() >= limits::code_addresses_max) {
    std::erase_if(failures_, [&](const auto& one) { return clock_.steady() - one.second.since >= limits::code_window; });
    if (failures_.size() >= limits::code_addresses_max) failures_.clear();
  }
  auto& entry = failures_[address];
  if (clock_.steady() - entry.since >= limits::code_window) entry.count = 0;
  ++entry.count;
  entry.since = clock_.steady();
}

bool Access::keep_name(const Identity& who, std::string_view name) {
  return registry_.write({{"name/" + who.meeting.value() + "/" + who.person.value(), std::string(name)}});
}

std::vector<std::pair<PersonId, std::string>> Access::names(const MeetingId& meeting) {
  const std::string prefix = "name/" + meeting.value() + "/";
  std::vector<std::pair<PersonId, std::string>> names;
  for (auto& [key, name] : registry_.list(prefix)) names.emplace_back(PersonId{key.substr(prefix.size())}, std::move(name));
  return names;
}

MeetingId Access::fresh_meeting() { return MeetingId{letters(meeting_letters, small_letters)}; }
PersonId Access::fresh_person() { return PersonId{"G" + letters(person_letters, small_letters)}; }

}  // namespace atelier::gateway
