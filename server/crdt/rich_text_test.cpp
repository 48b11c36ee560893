#include "crdt/rich_text.hpp"

#include <gtest/gtest.h>

namespace atelier::crdt {
namespace {

constexpr ClientId ana{7};
constexpr ClientId ben{9};

Doc seeded(std::string_view plain, ClientId client = ben) {
  Doc doc({.client = client, .gc = false});
  EXPECT_TRUE(doc.apply(seed_rich_text(ana, plain)));
  return doc;
}

TEST(RichText, ReadsBackWhatItWasSeededWith) {
  EXPECT_EQ(plain_text(seeded("one\n\nthree 😀")), "one\n\nthree 😀");
}

TEST(RichText, InsertsAndDeletesAtOffsetsOfItsPlainText) {
  Doc doc = seeded("one\n\nthree");
  ASSERT_TRUE(insert_text(doc, 3, "!"));
  ASSERT_TRUE(insert_text(doc, 5, "two"));
  ASSERT_TRUE(insert_text(doc, 9, "> "));
  EXPECT_EQ(plain_text(doc), "one!\ntwo\n> three");
  ASSERT_TRUE(delete_text(doc, 0, 2));
  EXPECT_EQ(plain_text(doc), "e!\ntwo\n> three");
}

TEST(RichText, JoinsBlocksWhenALineFeedIsDeleted) {
  Doc doc = seeded("one\ntwo\nthree");
  ASSERT_TRUE(delete_text(doc, 2, 7));
  EXPECT_EQ(plain_text(doc), "onhree");
}

TEST(RichText, LocalEditsAreUpdatesThatBringAnotherDocumentToTheSameText) {
  Doc doc = seeded("one\ntwo");
  Doc other = seeded("one\ntwo", ClientId(11));
  for (const auto& update : {insert_text(doc, 1, "abc"), insert_text(doc, 4, "d"), delete_text(doc, 2, 1)}) {
    ASSERT_TRUE(update);
    ASSERT_TRUE(other.apply(*update));
  }
  EXPECT_EQ(plain_text(doc), "oacdne\ntwo");
  EXPECT_EQ(other.encode_state(), doc.encode_state());
}

TEST(RichText, RefusesPlacesBeyondItsEndAndLineFeeds) {
  Doc doc = seeded("one");
  EXPECT_EQ(insert_text(doc, 4, "x").error(), Errc::over_limit);
  EXPECT_EQ(delete_text(doc, 2, 2).error(), Errc::over_limit);
  EXPECT_EQ(insert_text(doc, 1, "a\nb").error(), Errc::not_allowed);
}

TEST(RichText, NamesTheAuthorOfEachRunAndTheEndOfEachBlock) {
  Doc doc = seeded("one\ntwo");
  ASSERT_TRUE(insert_text(doc, 1, "X"));
  const auto runs = author_runs(doc);
  ASSERT_EQ(runs.size(), 4u);
  EXPECT_EQ(runs[0].text, "o");
  EXPECT_EQ(runs[1].client, ben);
  EXPECT_EQ(runs[1].text, "X");
  EXPECT_FALSE(runs[1].paragraph_end);
  EXPECT_EQ(runs[2].text, "ne");
  EXPECT_EQ(runs[2].client, ana);
  EXPECT_TRUE(runs[2].paragraph_end);
  EXPECT_TRUE(runs[3].paragraph_end);
}

TEST(RichText, RevertDeletesWhatWasInsertedAndBringsBackWhatWasDeleted) {
  Doc doc = seeded("good text\nsecond");
  const auto removed = delete_text(doc, 0, 5);
  const auto typed = insert_text(doc, 0, "bad ");
  ASSERT_TRUE(removed && typed);
  EXPECT_EQ(plain_text(doc), "bad text\nsecond");
  const auto undo = revert(doc, {*removed, *typed}, ClientId(50));
  ASSERT_TRUE(undo && !undo->empty());
  EXPECT_EQ(plain_text(doc), "bad text\nsecond");
  ASSERT_TRUE(doc.apply(*undo));
  EXPECT_EQ(plain_text(doc), "good text\nsecond");
}

TEST(RichText, RevertBringsBackAWholeParagraph) {
  Doc doc = seeded("one\ntwo\nthree");
  const auto removed = delete_text(doc, 3, 4);
  ASSERT_TRUE(removed);
  EXPECT_EQ(plain_text(doc), "one\nthree");
  ASSERT_TRUE(doc.apply(*revert(doc, {*removed}, ClientId(50))));
  EXPECT_EQ(plain_text(doc), "one\ntwo\nthree");
}

TEST(RichText, RevertOfWhatIsGoneAlreadyIsEmpty) {
  Doc doc = seeded("one");
  const auto typed = insert_text(doc, 0, "x");
  ASSERT_TRUE(typed && delete_text(doc, 0, 1));
  EXPECT_TRUE(revert(doc, {*typed}, ClientId(50))->empty());
}

TEST(RichText, EscapesEverythingInHtml) {
  EXPECT_EQ(html(seeded("<b>&\"'")), "<p>&lt;b&gt;&amp;&quot;&#39;</p>");
}

}  // namespace
}  // namespace atelier::crdt
