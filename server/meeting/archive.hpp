#pragma once

#include <concepts>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#include "base/bytes.hpp"
#include "crdt/doc.hpp"

/// Deterministic bytes of plain values, and back: one list of members (snapshot.cpp) serves both ways. Integers are varints
/// (signed ones zigzag), strings and protobuf messages have their length before them. Inside this module only.
namespace atelier::meeting {

/// T, or const T.
template <class T, class Plain>
concept Like = std::same_as<std::remove_const_t<T>, Plain>;

class Writer {
 public:
  template <class... Values>
  void operator()(const Values&... values) {
    (write(values), ...);
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }
  void zigzag(std::int64_t value) {
    varint(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }
  Bytes take() { return std::move(bytes_); }

 private:
  template <class T>
  void write(const T& value) {
    if constexpr (std::is_enum_v<T> || std::is_same_v<T, bool> || std::unsigned_integral<T>) {
      varint(static_cast<std::uint64_t>(value));
    } else if constexpr (std::signed_integral<T>) {
      zigzag(value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      varint(value.size());
      bytes_.append(value);
    } else if constexpr (std::is_same_v<T, crdt::Doc>) {
      write(value.encode_state());
    } else if constexpr (std::is_base_of_v<google::protobuf::Message, T>) {
      write(deterministic(value));
    } else {
      visit(*this, value);
    }
  }
  template <class T>
  void write_all(const T& values) {
    varint(values.size());
    for (const auto& value : values) write(value);
  }
  template <class T>
  void write(const std::vector<T>& values) { write_all(values); }
  template <class T>
  void write(const std::deque<T>& values) { write_all(values); }
  template <class T, class Less>
  void write(const std::set<T, Less>& values) { write_all(values); }
  template <class Key, class T, class Less>
  void write(const std::map<Key, T, Less>& values) {
    varint(values.size());
    for (const auto& [key, value] : values) {
      write(key);
      write(value);
    }
  }
  /// Maps inside a message come sorted.
  static std::string deterministic(const google::protobuf::Message& message) {
    std::string bytes;
    {
      google::protobuf::io::StringOutputStream stream(&bytes);
      google::protobuf::io::CodedOutputStream coded(&stream);
      coded.SetSerializationDeterministic(true);
      message.SerializeToCodedStream(&coded);
    }
    return bytes;
  }

  Bytes bytes_;
};

/// Reads what a Writer wrote. Trusts nothing: after the first thing that does not fit, ok() is false and values stay empty.
class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  template <class... Values>
  void operator()(Values&... values) {
    (read(values), ...);
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) return fail();
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7Fu) << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }
  std::int64_t zigzag() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
  }
  /// A count of values that follow; each takes a byte at least.
  std::size_t count() {
    const std::uint64_t count = varint();
    return count <= rest_.size() ? static_cast<std::size_t>(count) : static_cast<std::size_t>(fail());
  }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  std::uint64_t fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }
  BytesView blob() {
    const std::size_t size = count();
    const BytesView bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  template <class T>
  void read(T& value) {
    if constexpr (std::is_enum_v<T> || std::is_same_v<T, bool> || std::unsigned_integral<T>) {
      value = static_cast<T>(varint());
    } else if constexpr (std::signed_integral<T>) {
      value = static_cast<T>(zigzag());
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = blob();
    } else if constexpr (std::is_same_v<T, crdt::Doc>) {
      if (!value.apply(blob())) fail();
    } else if constexpr (std::is_base_of_v<google::protobuf::Message, T>) {
      const BytesView bytes = blob();
      if (!value.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) fail();
    } else {
      visit(*this, value);
    }
  }
  template <class T>
  void read_all(T& values) {
    for (std::size_t left = count(); left > 0 && ok_; --left) read(values.emplace_back());
  }
  template <class T>
  void read(std::vector<T>& values) { read_all(values); }
  template <class T>
  void read(std::deque<T>& values) { read_all(values); }
  template <class T, class Less>
  void read(std::set<T, Less>& values) {
    for (std::size_t left = count(); left > 0 && ok_; --left) {
      T value{};
      read(value);
      values.insert(values.end(), std::move(value));
    }
  }
  template <class Key, class T, class Less>
  void read(std::map<Key, T, Less>& values) {
    for (std::size_t left = count(); left > 0 && ok_; --left) {
      Key key{};
      read(key);
      read(values.try_emplace(values.end(), std::move(key))->second);
    }
  }

  BytesView rest_;
  bool ok_ = true;
};

}  // namespace atelier::meeting
