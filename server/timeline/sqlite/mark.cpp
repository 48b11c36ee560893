#include "timeline/sqlite/mark.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/hash.hpp"
#include "timeline/limits.hpp"
#include "timeline/sqlite/files.hpp"

namespace atelier::timeline {
namespace {

constexpr std::size_t slot_bytes = 512;
constexpr int slots = 2;
constexpr BytesView magic = "ATMARK1\n";
constexpr std::size_t number_bytes = 8;
constexpr std::size_t content_bytes = 8 + epoch_bytes + number_bytes + chain_bytes;

Bytes encode(const HighWater& value) {
  Bytes bytes(magic);
  bytes += value.epoch;
  for (std::size_t i = 0; i < number_bytes; ++i)
    bytes.push_back(static_cast<char>(value.seq.value() >> (8 * i) & 255));
  bytes += value.chain;
  bytes += hash(bytes);
  bytes.resize(slot_bytes, '\0');
  return bytes;
}

std::optional<HighWater> decode(BytesView bytes) {
  const BytesView content = bytes.substr(0, content_bytes);
  if (!content.starts_with(magic) || hash(content) != bytes.substr(content_bytes, chain_bytes)) return std::nullopt;
  std::uint64_t seq = 0;
  for (std::size_t i = number_bytes; i-- > 0;)
    seq = seq << 8 | static_cast<unsigned char>(content[magic.size() + epoch_bytes + i]);
  return HighWater{Bytes(content.substr(magic.size(), epoch_bytes)), Sequence(seq),
                   Bytes(content.substr(magic.size() + epoch_bytes + number_bytes))};
}

/// The newest whole slot, and which one it is.
std::pair<std::optional<HighWater>, int> newest_slot(int file) {
  std::pair<std::optional<HighWater>, int> newest{std::nullopt, slots - 1};
  for (int slot = 0; slot < slots; ++slot) {
    char bytes[slot_bytes];
    if (pread(file, bytes, slot_bytes, static_cast<off_t>(slot_bytes) * slot) != slot_bytes) continue;
    const auto value = decode(BytesView(bytes, slot_bytes));
    if (value && (!newest.first || value->seq >= newest.first->seq)) newest = {value, slot};
  }
  return newest;
}

}  // namespace

Tried<Mark> Mark::open(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return std::unexpected(system_trouble(path, "open", errno));
  Mark mark(path, file);
  auto [value, slot] = newest_slot(file);
  mark.value_ = std::move(value);
  mark.slot_ = (slot + 1) % slots;
  return mark;
}

std::optional<HighWater> Mark::read(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  auto value = newest_slot(file).first;
  ::close(file);
  return value;
}

Mark::Mark(Mark&& other) noexcept { *this = std::move(other); }

Mark& Mark::operator=(Mark&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(slot_, other.slot_);
  std::swap(value_, other.value_);
  return *this;
}

Mark::~Mark() {
  if (file_ >= 0) ::close(file_);
}

Tried<void> Mark::raise(const HighWater& to) {
  if (value_ && to.seq <= value_->seq) return {};
  const Bytes bytes = encode(to);
  const ssize_t written = pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(slot_bytes) * slot_);
  if (written != static_cast<ssize_t>(bytes.size()))
    return std::unexpected(system_trouble(path_, "write", written < 0 ? errno : ENOSPC));
  if (fdatasync(file_) != 0) return std::unexpected(system_trouble(path_, "fdatasync", errno));
  value_ = to;
  slot_ = (slot_ + 1) % slots;
  return {};
}

}  // namespace atelier::timeline
