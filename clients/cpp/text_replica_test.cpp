#include "text_replica.hpp"

#include <gtest/gtest.h>

#include "crdt/rich_text.hpp"

namespace atelier::client {
namespace {

constexpr std::uint64_t seed_client = 3;

v1::TextUpdate state(const Bytes& update) {
  v1::TextUpdate message;
  message.set_text("A1");
  message.set_update(update);
  message.set_state(true);
  return message;
}

v1::TextUpdate edit(const Bytes& update) {
  v1::TextUpdate message = state(update);
  message.set_state(false);
  return message;
}

TextReplica copy_of(const std::string& plain, std::uint64_t client) {
  TextReplica copy("A1", crdt::ClientId(client));
  EXPECT_TRUE(copy.take(state(crdt::seed_rich_text(crdt::ClientId(seed_client), plain))));
  return copy;
}

TEST(TextReplica, IsOpenOnceItsStateHasCome) {
  TextReplica copy("A1", crdt::ClientId(70'000));
  EXPECT_FALSE(copy.open());
  EXPECT_TRUE(copy.request().state_vector().empty());
  copy = copy_of("It has light governance.", 70'000);
  EXPECT_TRUE(copy.open());
  EXPECT_EQ(copy.plain(), "It has light governance.");
  EXPECT_FALSE(copy.request().state_vector().empty());
}

TEST(TextReplica, TypesOneUpdateForEachKeyAndOthersReadTheSame) {
  TextReplica ana = copy_of("It has light governance.", 70'000);
  TextReplica ben = copy_of("It has light governance.", 80'000);
  const auto updates = ana.type("light", "bright 🙂");
  ASSERT_TRUE(updates);
  EXPECT_EQ(updates->size(),
            5u + 8u);  // "light" shares only no start and no end with "bright 🙂"
  for (const Bytes& update : *updates) EXPECT_TRUE(ben.take(edit(update)));
  EXPECT_EQ(ben.plain(), "It has bright 🙂 governance.");
  EXPECT_EQ(ben.plain(), ana.plain());
}

TEST(TextReplica, ConvergesWhenTwoTypeAtOnce) {
  TextReplica ana = copy_of("One project.", 70'000);
  TextReplica ben = copy_of("One project.", 80'000);
  const auto of_ana = ana.type("project.", "project or person.").value();
  const auto of_ben = ben.type("One", "Not one").value();
  for (const Bytes& update : of_ana) ben.take(edit(update));
  for (const Bytes& update : of_ben) ana.take(edit(update));
  EXPECT_EQ(ana.plain(), "Not one project or person.");
  EXPECT_EQ(ben.plain(), ana.plain());
}

TEST(TextReplica, TypesNothingWhereItCannotFindThePlace) {
  TextReplica copy = copy_of("One project.", 70'000);
  EXPECT_FALSE(copy.type("two", "three"));
  EXPECT_EQ(copy.plain(), "One project.");
}

TEST(TextReplica, RefusesAnUpdateThatIsNone) {
  TextReplica copy = copy_of("One project.", 70'000);
  EXPECT_FALSE(copy.take(edit("\x01\x01nonsense")));
}

}  // namespace
}  // namespace atelier::client
