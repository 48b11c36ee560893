#pragma once

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "meeting/meeting.hpp"
#include "room/journal.hpp"

namespace atelier::room {

/// Entities as messages: each version of one is rendered once per audience and then shared.
class Renderer {
 public:
  Renderer(const meeting::Meeting& meeting, const Journal& journal) : meeting_(meeting), journal_(journal) {}

  /// A ServerMessage with that entity as that audience sees it now.
  const Bytes& entity(meeting::Audience audience, const std::string& key) { return rendered(audience, key).bytes; }
  /// A ServerMessage with everything that audience may see; made again when older than limits::welcome_stale.
  struct Whole {
    Sequence seq;
    Piece piece;
  };
  const Whole& whole(meeting::Audience audience, std::chrono::milliseconds steady);
  /// A ServerMessage with the whole state of a text as a diff against nothing.
  Piece text(const std::string& text);
  /// The same as a diff against a state vector; nothing if that is not one.
  Piece text(const std::string& text, BytesView state_vector) const;

  void rename(const PersonId& person, std::string name);
  std::string_view name(const PersonId& person) const;

 private:
  struct Cached {
    Sequence version;
    Bytes bytes;
    bool removed = false;
  };
  const Cached& rendered(meeting::Audience audience, const std::string& key);

  struct CachedWhole {
    Whole whole;
    std::chrono::milliseconds made{};
  };
  struct CachedText {
    Sequence version;
    Piece piece;
  };
  const meeting::Meeting& meeting_;
  const Journal& journal_;
  std::map<PersonId, std::string> names_;
  std::array<std::map<std::string, Cached>, 3> entities_;
  std::array<CachedWhole, 3> wholes_;
  std::map<std::string, CachedText> texts_;
};


}  // namespace atelier::room
