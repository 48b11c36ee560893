#pragma once

#include <compare>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "meeting/meeting.hpp"

namespace atelier::room {

using Piece = std::shared_ptr<const Bytes>;

/// What one record did to one text.
struct TextEvent {
  Sequence seq;
  std::string text;
  Piece piece;  ///< a ServerMessage with the TextUpdate
};

/// What changed when: for every entity the record that last changed it, and the last updates of texts as they came.
class Journal {
 public:
  /// Everything that exists now changed at `seq`, as far as is known (a room that starts from a snapshot).
  void start(Sequence seq, const std::vector<std::string>& keys);
  void record(Sequence seq, const meeting::Applied& applied);

  /// Clients that have seen less than this must load everything.
  Sequence floor() const { return floor_; }
  /// The record that last changed the entity.
  Sequence changed(std::string_view key) const;
  /// Keys of what changed after `after`, sorted by record.
  std::vector<std::string> since(Sequence after) const;
  std::vector<std::string> private_since(const PersonId& person, Sequence after) const;
  /// The updates of any text after `after`, in order; nothing if the ring does not reach back so far.
  std::optional<std::vector<const TextEvent*>> texts_since(Sequence after) const;
  /// The record that last changed the text; 0 if none is known.
  Sequence text_changed(std::string_view text) const;

 private:
  struct Private {
    std::map<std::string, Sequence, std::less<>> keys;
    Sequence last;
  };
  void touch(const std::string& key, Sequence seq);
  void keep(TextEvent event);

  Sequence floor_;
  std::map<std::string, Sequence, std::less<>> changed_;
  std::set<std::pair<Sequence, std::string>> order_;
  std::map<PersonId, Private> private_;
  std::set<std::string, std::less<>> open_texts_;
  std::map<std::string, Sequence, std::less<>> text_changed_;
  std::deque<TextEvent> ring_;
  std::size_t ring_bytes_ = 0;
  Sequence ring_floor_;  ///< all text updates after this one are in the ring
};

}  // namespace atelier::room
