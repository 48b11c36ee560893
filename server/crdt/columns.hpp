#pragma once

#include <cmath>
#include <cstdint>

#include "crdt/wire.hpp"

// The run-length columns of update format v2 (lib0/encoding.js and decoding.js).
namespace atelier::crdt {

/// RleEncoder over single bytes: value, then how often again (-1); the last run has no count.
class ByteRunWriter {
 public:
  void write(std::uint8_t value) {
    if (count_ > 0 && value == value_) {
      ++count_;
      return;
    }
    if (count_ > 0) out_.varint(count_ - 1);
    count_ = 1;
    out_.byte(value_ = value);
  }
  Bytes take() { return out_.take(); }

 private:
  Writer out_;
  std::uint8_t value_ = 0;
  std::uint64_t count_ = 0;
};

class ByteRunReader {
 public:
  explicit ByteRunReader(BytesView bytes) : in_(bytes) {}
  std::uint8_t read() {
    if (!endless_ && count_ == 0) {
      value_ = in_.byte();
      endless_ = in_.left() == 0;
      if (!endless_) count_ = in_.varint() + 1;
    }
    if (!endless_) --count_;
    return value_;
  }
  bool ok() const { return in_.ok(); }

 private:
  Reader in_;
  std::uint8_t value_ = 0;
  std::uint64_t count_ = 0;
  bool endless_ = false;
};

/// UintOptRleEncoder: a negative number (zero too) says that a count - 2 follows.
class NumberRunWriter {
 public:
  void write(std::uint64_t value) {
    if (value == value_) {
      ++count_;
      return;
    }
    flush();
    count_ = 1;
    value_ = value;
  }
  Bytes take() {
    flush();
    return out_.take();
  }

 private:
  void flush() {
    if (count_ == 0) return;
    out_.signed_varint(count_ > 1, value_);
    if (count_ > 1) out_.varint(count_ - 2);
  }
  Writer out_;
  std::uint64_t value_ = 0;
  std::uint64_t count_ = 0;
};

class NumberRunReader {
 public:
  explicit NumberRunReader(Reader in) : in_(in) {}
  std::uint64_t read() {
    if (count_ == 0) {
      const Reader::Signed number = in_.signed_varint();
      value_ = number.magnitude;
      count_ = number.negative ? in_.varint() + 2 : 1;
      if (value_ > wire_number_max) in_.fail(Errc::varint_too_long);
    }
    --count_;
    return in_.ok() ? value_ : 0;
  }
  bool ok() const { return in_.ok(); }

 private:
  Reader in_;
  std::uint64_t value_ = 0;
  std::uint64_t count_ = 0;
};

/// IntDiffOptRleEncoder: difference * 2 + (a count - 2 follows).
class DifferenceRunWriter {
 public:
  void write(std::uint64_t value) {
    const auto number = static_cast<std::int64_t>(value);
    if (number - value_ == difference_) {
      ++count_;
    } else {
      flush();
      count_ = 1;
      difference_ = number - value_;
    }
    value_ = number;
  }
  Bytes take() {
    flush();
    return out_.take();
  }

 private:
  void flush() {
    if (count_ == 0) return;
    const std::int64_t coded = difference_ * 2 + (count_ > 1 ? 1 : 0);
    out_.signed_varint(coded < 0, static_cast<std::uint64_t>(coded < 0 ? -coded : coded));
    if (count_ > 1) out_.varint(count_ - 2);
  }
  Writer out_;
  std::int64_t value_ = 0;
  std::int64_t difference_ = 0;
  std::uint64_t count_ = 0;
};

class DifferenceRunReader {
 public:
  explicit DifferenceRunReader(BytesView bytes) : in_(bytes) {}
  /// Fails with malformed when the running number leaves 0 .. 2^53-1.
  std::uint64_t read() {
    if (count_ == 0) {
      const std::int64_t coded = in_.signed_varint().value();
      difference_ = coded >> 1;
      count_ = (coded & 1) != 0 ? in_.varint() + 2 : 1;
    }
    --count_;
    value_ += difference_;
    if (value_ < 0 || value_ > static_cast<std::int64_t>(wire_number_max)) {
      in_.fail(Errc::malformed);
      value_ = 0;
    }
    return static_cast<std::uint64_t>(value_);
  }
  bool ok() const { return in_.ok(); }

 private:
  Reader in_;
  std::int64_t value_ = 0;
  std::int64_t difference_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace atelier::crdt
