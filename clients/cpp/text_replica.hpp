#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "atelier/v1/wire.pb.h"
#include "base/bytes.hpp"
#include "crdt/doc.hpp"

namespace atelier::client {

/// One person's own copy of a text: takes what the server sends, types into it. Moved, not copied.
class TextReplica {
 public:
  /// `client` is random, above 65,535 (lower ones are the server's), and never used by another
  /// copy.
  TextReplica(std::string text, crdt::ClientId client);

  /// Takes an update of the server. False if it is no update of a text.
  bool take(const v1::TextUpdate& update);
  /// Has the text's state come?
  bool open() const { return open_; }
  std::string plain() const;
  /// What to ask the server for: the text from what this copy has.
  v1::TextFollow request() const;

  /// Types key by key; each update is one key's. Nothing if `find` is not there yet; this copy is
  /// then unchanged.
  std::optional<std::vector<Bytes>> type(std::string_view find, std::string_view put);
  /// Types `letter` (one code point) at UTF-16 place `at`. Nothing if there is no such place.
  std::optional<Bytes> insert(std::size_t at, std::string_view letter);

  const crdt::Doc& doc() const { return doc_; }

 private:
  std::string text_;
  crdt::Doc doc_;
  bool open_ = false;
};

}  // namespace atelier::client
