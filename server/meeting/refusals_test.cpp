#include "meeting/test_meeting.hpp"

namespace atelier::meeting {
namespace {

using testing::Room;
using testing::Typist;

class RefusedEdits : public ::testing::Test {
 protected:
  RefusedEdits() {
    room.opened();
    room.open_text("A1", "Young people choose.");
    room.must("F1", [](v1::Command& command) {
      command.mutable_text_freeze()->add_texts("A1");
      command.mutable_text_freeze()->set_frozen(true);
    });
  }
  /// Types three letters, key by key, without knowing that the text is frozen.
  void burst(std::uint64_t client) {
    Typist typist(room, "A1", client);
    for (const char* key : {"a", "b", "c"}) room.send("P01", typist.edit(typist.type_after("Young", key)));
  }
  std::uint64_t frozen() const { return room.meeting.state().refusals.at(v1::REFUSAL_TEXT_FROZEN); }
  Room room;
};

TEST_F(RefusedEdits, CountOnceForABurstOfKeys) {
  burst(70'000);
  EXPECT_EQ(frozen(), 1u);
}

TEST_F(RefusedEdits, CountAgainLater) {
  burst(70'000);
  room.time_ms += 1'000;
  burst(70'001);
  EXPECT_EQ(frozen(), 2u);
}

TEST_F(RefusedEdits, CountAgainAfterAnythingElse) {
  burst(70'000);
  room.must("P01", [](v1::Command& command) { command.mutable_ready()->set_ready(true); });
  burst(70'001);
  EXPECT_EQ(frozen(), 2u);
}

}  // namespace
}  // namespace atelier::meeting
