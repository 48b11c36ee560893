#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crdt/doc.hpp"
#include "player.hpp"

namespace atelier::play {

/// People who type at the end of a text, key by key, and take everything away again before it is frozen: load without another
/// outcome. Each has a copy of the text with a client id of its own.
class Typists {
 public:
  /// `people` type in `texts` in turn, `keys` keys in all, evenly between `from_ms` and `to_ms` of meeting time.
  Typists(std::vector<std::string> people, std::vector<std::string> texts, std::uint64_t keys, std::int64_t from_ms,
          std::int64_t to_ms);

  /// Strikes all keys that are due before `at_ms`.
  void until(std::int64_t at_ms, Player& player);

 private:
  struct Typist {
    std::string person, text;
    crdt::Doc doc;
    std::size_t start = 0;     ///< where the typist's own letters begin, in UTF-16 units
    std::size_t standing = 0;  ///< own letters that are there
    std::uint64_t keys_left = 0;
    bool sat_down = false;
  };
  void strike(Typist& typist, std::int64_t at_ms, Player& player);

  std::vector<Typist> typists_;
  std::uint64_t keys_, struck_ = 0;
  std::int64_t from_ms_, to_ms_;
};

}  // namespace atelier::play
