#include "gateway/frame.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace atelier::gateway::ws {
namespace {

constexpr std::size_t control_bytes_max = 125;
constexpr std::size_t close_reason_max = control_bytes_max - 2;

unsigned byte_of(const Bytes& bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::uint64_t big_endian(const Bytes& bytes, std::size_t from, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t at = from; at < from + count; ++at) value = value << 8 | byte_of(bytes, at);
  return value;
}

bool is_control(Opcode opcode) { return static_cast<unsigned>(opcode) >= 8; }

/// Well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, at most U+10FFFF.
bool is_utf8(BytesView text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    std::size_t more = 0;
    std::uint32_t code = lead;
    if (lead >= 0xf0 && lead < 0xf8) { more = 3; code = lead & 0x07u; }
    else if (lead >= 0xe0) { more = 2; code = lead & 0x0fu; }
    else if (lead >= 0xc0) { more = 1; code = lead & 0x1fu; }
    else if (lead >= 0x80) return false;
    if (lead >= 0xf8 || text.size() - at <= more) return false;
    for (std::size_t next = 1; next <= more; ++next) {
      const auto byte = static_cast<unsigned char>(text[at + next]);
      if ((byte & 0xc0u) != 0x80u) return false;
      code = code << 6 | (byte & 0x3fu);
    }
    constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    at += more + 1;
  }
  return true;
}

}  // namespace

/// Takes header bytes; true when the header is complete.
Result<bool, CloseCode> Reader::read_header(BytesView& bytes) {
  while (!bytes.empty()) {
    header_.push_back(bytes.front());
    bytes.remove_prefix(1);
    if (header_.size() == 2) {
      if ((byte_of(header_, 0) & 0x70u) != 0) return std::unexpected(CloseCode::protocol_error);  // no extension was agreed
      if ((byte_of(header_, 1) & 0x80u) == 0) return std::unexpected(CloseCode::protocol_error);  // clients mask
    }
    if (header_.size() > 2) {
      const unsigned length = byte_of(header_, 1) & 0x7fu;
      if (header_.size() == 6u + (length == 127 ? 8u : length == 126 ? 2u : 0u)) return true;
    }
  }
  return false;
}

/// Judges a complete header, before any memory is taken for what it announces.
Result<void, CloseCode> Reader::begin() {
  const unsigned code = byte_of(header_, 0) & 0x0fu;
  const unsigned short_length = byte_of(header_, 1) & 0x7fu;
  final_ = (byte_of(header_, 0) & 0x80u) != 0;
  opcode_ = static_cast<Opcode>(code);
  const std::size_t extra = short_length == 127 ? 8 : short_length == 126 ? 2 : 0;
  left_ = extra == 0 ? short_length : big_endian(header_, 2, extra);
  // The shortest form is a must (RFC 6455 section 5.2).
  if ((extra == 2 && left_ < 126) || (extra == 8 && (left_ < 65'536 || left_ >> 63 != 0))) {
    return std::unexpected(CloseCode::protocol_error);
  }
  for (std::size_t at = 0; at < 4; ++at) mask_[at] = static_cast<unsigned char>(header_[2 + extra + at]);
  header_.clear();
  taken_ = 0;
  if (is_control(opcode_)) {
    const bool known = opcode_ == Opcode::close || opcode_ == Opcode::ping || opcode_ == Opcode::pong;
    if (!known || !final_ || left_ > control_bytes_max) return std::unexpected(CloseCode::protocol_error);
    return {};
  }
  if (opcode_ == Opcode::continuation ? !fragmented_ : fragmented_) return std::unexpected(CloseCode::protocol_error);
  if (opcode_ == Opcode::text) return std::unexpected(CloseCode::unsupported_data);
  if (opcode_ != Opcode::binary && opcode_ != Opcode::continuation) return std::unexpected(CloseCode::protocol_error);
  if (left_ > message_max_ - message_.size()) return std::unexpected(CloseCode::too_big);
  return {};
}

void Reader::read_payload(BytesView& bytes) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  Bytes& target = is_control(opcode_) ? control_ : message_;
  const std::size_t from = target.size();
  target.append(bytes.substr(0, count));
  for (std::size_t at = 0; at < count; ++at) {
    target[from + at] = static_cast<char>(static_cast<unsigned char>(target[from + at]) ^ mask_[(taken_ + at) % 4]);
  }
  taken_ = static_cast<std::uint32_t>((taken_ + count) % 4);
  left_ -= count;
  bytes.remove_prefix(count);
}

Result<std::optional<Event>, CloseCode> Reader::end() {
  in_payload_ = false;
  if (is_control(opcode_)) {
    Event event{opcode_, std::exchange(control_, {})};
    if (event.kind == Opcode::close) {
      if (const auto code = read_close(event.payload); !code) return std::unexpected(code.error());
    }
    return event;
  }
  fragmented_ = !final_;
  if (!final_) return std::nullopt;
  return Event{Opcode::binary, std::exchange(message_, {})};
}

Result<void, CloseCode> Reader::feed(BytesView bytes, const std::function<bool(Event)>& sink) {
  while (true) {
    if (!in_payload_) {
      if (bytes.empty()) return {};
      const auto complete = read_header(bytes);
      if (!complete) return std::unexpected(complete.error());
      if (!*complete) return {};
      if (const auto good = begin(); !good) return good;
      in_payload_ = true;
    }
    if (left_ > 0) {
      if (bytes.empty()) return {};
      read_payload(bytes);
      if (left_ > 0) return {};
    }
    auto event = end();
    if (!event) return std::unexpected(event.error());
    if (*event && !sink(std::move(**event))) return {};
  }
}

Bytes frame(Opcode opcode, BytesView payload) {
  Bytes bytes;
  bytes.reserve(payload.size() + 10);
  bytes.push_back(static_cast<char>(0x80u | static_cast<unsigned>(opcode)));
  const auto big_endian_bytes = [&](std::size_t count) {
    for (std::size_t at = count; at > 0; --at) bytes.push_back(static_cast<char>(payload.size() >> (8 * (at - 1))));
  };
  if (payload.size() < 126) {
    bytes.push_back(static_cast<char>(payload.size()));
  } else if (payload.size() < 65'536) {
    bytes.push_back(126);
    big_endian_bytes(2);
  } else {
    bytes.push_back(127);
    big_endian_bytes(8);
  }
  bytes.append(payload);
  return bytes;
}

Bytes close_payload(CloseCode code, BytesView reason) {
  Bytes payload;
  payload.push_back(static_cast<char>(static_cast<unsigned>(code) >> 8));
  payload.push_back(static_cast<char>(static_cast<unsigned>(code) & 0xff));
  payload.append(reason.substr(0, close_reason_max));
  return payload;
}

Result<std::optional<std::uint16_t>, CloseCode> read_close(BytesView payload) {
  if (payload.empty()) return std::nullopt;
  if (payload.size() == 1) return std::unexpected(CloseCode::protocol_error);
  const auto code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]));
  const bool standard = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  if (!standard && (code < 3000 || code > 4999)) return std::unexpected(CloseCode::protocol_error);
  if (!is_utf8(payload.substr(2))) return std::unexpected(CloseCode::invalid_payload);
  return code;
}

Bytes accept_key(BytesView key) {
  const Bytes text = Bytes(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  Bytes encoded(4 * ((size + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), digest, static_cast<int>(size));
  return encoded;
}

}  // namespace atelier::gateway::ws
