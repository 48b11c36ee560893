#include <gtest/gtest.h>
#include <unistd.h>

#include <set>

#include "atelier/v1/wire.pb.h"
#include "load_frames.hpp"
#include "load_meeting.hpp"
#include "load_run.hpp"

namespace atelier::cli {
namespace {

TEST(Load, MakesAPersonForEveryTypistAndForEveryEightWhoLook) {
  EXPECT_EQ(load_people({.connections = 10, .typists = 2}), 3u);
  EXPECT_EQ(load_people({.connections = 11, .typists = 2}), 4u);
  EXPECT_EQ(load_people({.connections = 2, .typists = 2}), 2u);
}

TEST(Load, OpensTheTextAndLetsTheTypistsIn) {
  const Script opening = load_opening({.connections = 4, .typists = 3}, "LOAD", "a\nb");
  EXPECT_EQ(opening.events.size(), 5u);
  EXPECT_EQ(opening.people.size(), 5u);
  std::set<std::string> ids;
  const v1::MeetingContent content = load_content(12'000);
  for (const auto& person : content.roster()) ids.insert(person.id());
  EXPECT_EQ(ids.size(), 12'002u);
}

TEST(Load, ReadsAMessageThatManyGetOnce) {
  v1::ServerMessage message;
  message.add_text_update()->set_update(from_hex("0101ac020584ac020402c3a900"));
  LoadFrames frames;
  const std::uint32_t number = frames.number_of(message.SerializeAsString());
  EXPECT_EQ(frames.number_of(message.SerializeAsString()), number);
  EXPECT_EQ(frames.frame(number).letters, (std::vector<ClockRange>{{300, 5, 1}}));
  EXPECT_FALSE(frames.frame(frames.number_of("\xff")).readable);
}

TEST(Load, KnowsWhenALetterWasDue) {
  LoadLetters letters;
  const auto now = std::chrono::steady_clock::now();
  letters.typed(7, now);
  EXPECT_EQ(*letters.due(7, 0), now);
  EXPECT_EQ(letters.due(7, 1), nullptr);
  EXPECT_EQ(letters.due(8, 0), nullptr);
}

TEST(Load, ReadsWhatAProcessUses) {
  ASSERT_TRUE(process_use(getpid()));
  EXPECT_GT(process_use(getpid())->memory_kb, 1000);
  EXPECT_FALSE(process_use(0));
}

}  // namespace
}  // namespace atelier::cli
