#include "update_scan.hpp"

namespace atelier::cli {

namespace {

// Content references of Yjs 13.6 (structs/Item.js contentRefs; GC.js, Skip.js).
enum Reference : unsigned {
  collected = 0,
  deleted = 1,
  string = 4,
  format = 6,
  type = 7,
  skip = 10
};
constexpr unsigned reference_mask = 0x1F, has_parent_key = 0x20, has_right_origin = 0x40,
                   has_origin = 0x80;
constexpr std::uint64_t xml_element = 3, xml_hook = 5;  // the types that carry a name

/// Reads on until something is broken; then `good()` is false and everything read is 0.
class Reader {
 public:
  explicit Reader(BytesView bytes) : bytes_(bytes) {}
  bool good() const { return good_; }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const unsigned byte = take();
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }

  unsigned take() {
    if (at_ >= bytes_.size()) return static_cast<unsigned>(fail());
    return static_cast<unsigned char>(bytes_[at_++]);
  }

  BytesView text() {
    const std::uint64_t length = number();
    if (length > bytes_.size() - at_) {
      fail();
      return {};
    }
    at_ += length;
    return bytes_.substr(at_ - length, length);
  }

  void id() {
    number();
    number();
  }

  std::uint64_t fail() {
    good_ = false;
    at_ = bytes_.size();
    return 0;
  }

 private:
  BytesView bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

std::uint64_t utf16_units(BytesView utf8) {
  std::uint64_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

void read_place(Reader& reader, unsigned info) {
  if (info & has_origin) reader.id();
  if (info & has_right_origin) reader.id();
  if (info & (has_origin | has_right_origin)) return;
  if (reader.number() == 1) {
    reader.text();  // a root's name
  } else {
    reader.id();
  }
  if (info & has_parent_key) reader.text();
}

std::uint64_t read_content(Reader& reader, unsigned reference) {
  switch (reference) {
    case deleted:
      return reader.number();
    case string:
      return utf16_units(reader.text());
    case format:
      reader.text();
      reader.text();
      return 1;
    case type: {
      const std::uint64_t kind = reader.number();
      if (kind == xml_element || kind == xml_hook) reader.text();
      return 1;
    }
    default:
      return reader.fail();
  }
}

}  // namespace

std::optional<std::vector<ClockRange>> clocks_of_update(BytesView update) {
  Reader reader(update);
  std::vector<ClockRange> ranges;
  for (std::uint64_t clients = reader.number(); clients > 0 && reader.good(); --clients) {
    std::uint64_t structs = reader.number();
    const std::uint64_t client = reader.number();
    std::uint64_t clock = reader.number();
    for (; structs > 0 && reader.good(); --structs) {
      const unsigned info = reader.take();
      const unsigned reference = info & reference_mask;
      std::uint64_t units = 0;
      if (reference == collected || reference == skip) {
        units = reader.number();
      } else {
        read_place(reader, info);
        units = read_content(reader, reference);
      }
      if (reference != skip && units > 0) ranges.push_back({client, clock, units});
      clock += units;
    }
  }
  if (!reader.good()) return std::nullopt;
  return ranges;
}

}  // namespace atelier::cli
