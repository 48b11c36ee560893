#include <gtest/gtest.h>

#include "crdt/doc.hpp"
#include "crdt/made_updates.hpp"
#include "crdt/rich_text.hpp"

namespace atelier::crdt {
namespace {

using made::gc;
using made::in_root;
using made::inside;
using made::text;
using made::update;

constexpr std::uint64_t ana = 7, eve = 66;

Gate gate_of(std::uint64_t author) {
  Gate gate;
  gate.may_write = [author](ClientId client) { return client.value() == author; };
  gate.roots = {std::string(rich_text_root)};
  gate.nodes = {"paragraph", "heading"};
  gate.marks = {"strong", "em"};
  return gate;
}

Doc seeded() {
  Doc doc;
  EXPECT_TRUE(doc.apply(seed_rich_text(ClientId(ana), "hello")));  // 0 paragraph, 1 text, 2… "hello"
  return doc;
}

Errc refusal(const Doc& doc, const Bytes& bytes, std::uint64_t author = eve) {
  const Bytes before = doc.encode_state();
  const auto checked = doc.check(bytes, gate_of(author));
  EXPECT_EQ(doc.encode_state(), before);
  return checked ? Errc{} : checked.error();
}

TEST(Check, TellsWhatAnUpdateBrings) {
  const Doc doc = seeded();
  const auto checked = doc.check(update({text({eve, 0}, "x😀", {WireId{ana, 2}, WireId{ana, 3}})}), gate_of(eve));
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->new_units, 3u);
  ASSERT_EQ(checked->new_clients.size(), 1u);
  EXPECT_EQ(checked->new_clients[0], ClientId(eve));
  EXPECT_FALSE(checked->changes_nothing);
}

TEST(Check, KnowsWhatChangesNothing) {
  Doc doc = seeded();
  const auto again = doc.check(doc.encode_state(), gate_of(eve));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->changes_nothing);
  EXPECT_FALSE(doc.check(update({}, {{ana, 2, 1}}), gate_of(eve))->changes_nothing);
  ASSERT_TRUE(doc.apply(update({}, {{ana, 2, 1}})));
  EXPECT_TRUE(doc.check(update({}, {{ana, 2, 1}}), gate_of(eve))->changes_nothing);
}

TEST(Check, RefusesStructsOfAForeignClient) {
  EXPECT_EQ(refusal(seeded(), update({text({ana, 7}, "x", {WireId{ana, 6}, {}})})), Errc::foreign_client);
  EXPECT_EQ(refusal(seeded(), update({gc({ana, 7}, 5)})), Errc::foreign_client);
}

TEST(Check, RefusesWhatIsNotCausallyComplete) {
  EXPECT_EQ(refusal(seeded(), update({text({eve, 3}, "x", {WireId{ana, 2}, {}})})), Errc::not_causal);
  EXPECT_EQ(refusal(seeded(), update({text({eve, 0}, "x", {WireId{ana, 90}, {}})})), Errc::not_causal);
  EXPECT_EQ(refusal(seeded(), update({text({eve, 0}, "x", {WireId{ana, 2}, WireId{5, 0}})})), Errc::not_causal);
  EXPECT_EQ(refusal(seeded(), update({}, {{ana, 5, 100}})), Errc::not_causal);
  // Two clients of one author that need each other.
  const Gate any{.limits = {}, .may_write = {}, .roots = {}, .nodes = {}, .marks = {}};
  const auto circle = seeded().check(update({text({eve + 1, 0}, "x", {WireId{eve, 0}, {}}), text({eve, 0}, "x", {WireId{eve + 1, 0}, {}})}), any);
  EXPECT_EQ(circle.error(), Errc::not_causal);
}

TEST(Check, AllowsOnlyTheNamedRootsNodesAndMarks) {
  const Doc doc = seeded();
  EXPECT_EQ(refusal(doc, update({in_root(made::type({eve, 0}, TypeRef::xml_element, "paragraph"), "other")})), Errc::not_allowed);
  EXPECT_EQ(refusal(doc, update({made::type({eve, 0}, TypeRef::xml_element, "script", {WireId{ana, 0}, {}})})), Errc::not_allowed);
  EXPECT_EQ(refusal(doc, update({made::type({eve, 0}, TypeRef::xml_element, "heading", {WireId{ana, 0}, {}})})), Errc{});
  EXPECT_EQ(refusal(doc, update({made::item(Ref::format, {eve, 0}, 1, "\x06" "script" "\x02{}", {WireId{ana, 2}, WireId{ana, 3}})})), Errc::not_allowed);
  EXPECT_EQ(refusal(doc, update({made::item(Ref::format, {eve, 0}, 1, "\x0b" "strong--abc" "\x02{}", {WireId{ana, 2}, WireId{ana, 3}})})), Errc{});
}

TEST(Check, RefusesWhatWouldBreakAnEditorOfNodes) {
  const Doc doc = seeded();
  EXPECT_EQ(refusal(doc, update({text({eve, 0}, "x", {WireId{ana, 0}, {}})})), Errc::not_allowed);  // text beside a paragraph
  EXPECT_EQ(refusal(doc, update({made::type({eve, 0}, TypeRef::map, "", {WireId{ana, 1}, {}})})), Errc::not_allowed);
  EXPECT_EQ(refusal(doc, update({made::item(Ref::any, {eve, 0}, 1, "\x78", {WireId{ana, 1}, {}})})), Errc::not_allowed);
  EXPECT_EQ(refusal(doc, update({inside(made::item(Ref::any, {eve, 0}, 1, "\x78"), {ana, 0}, "align")})), Errc{});
  EXPECT_EQ(refusal(doc, update({made::type({eve, 0}, TypeRef::xml_element, "paragraph", {WireId{ana, 3}, {}})})), Errc::not_allowed);
}

TEST(Check, JudgesByTheParentThatWillBeCopied) {
  // The struct carries no parent: it would lie in the fragment, beside the paragraph that comes in the same update.
  const Bytes bytes = update({made::type({eve, 0}, TypeRef::xml_element, "paragraph", {WireId{ana, 0}, {}}), text({eve, 1}, "x", {WireId{eve, 0}, {}})});
  EXPECT_EQ(refusal(seeded(), bytes), Errc::not_allowed);
}

TEST(Check, LimitsNestingValuesAndDeletedRuns) {
  std::vector<Struct> chain{in_root(made::type({eve, 0}, TypeRef::xml_element, "paragraph"), rich_text_root)};
  for (std::uint64_t i = 1; i < 17; ++i) chain.push_back(inside(made::type({eve, i}, TypeRef::xml_element, "paragraph"), {eve, i - 1}));
  EXPECT_EQ(refusal(Doc(), update(chain)), Errc::over_limit);
  chain.pop_back();
  EXPECT_EQ(refusal(Doc(), update(chain)), Errc{});
  EXPECT_EQ(refusal(seeded(), update({text({eve, 0}, std::string(70'000, 'x'), {WireId{ana, 2}, {}})})), Errc::over_limit);
  EXPECT_EQ(refusal(seeded(), update({gc({eve, 0}, (1u << 20) + 1)})), Errc::over_limit);
  EXPECT_EQ(refusal(seeded(), update({gc({eve, 0}, 1ull << 50)})), Errc::over_limit);
}

}  // namespace
}  // namespace atelier::crdt
