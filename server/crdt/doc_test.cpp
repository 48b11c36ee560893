#include "crdt/doc.hpp"

#include <gtest/gtest.h>

#include "crdt/engine.hpp"
#include "crdt/made_updates.hpp"
#include "crdt/tree.hpp"

namespace atelier::crdt {
namespace {

using made::gc;
using made::in_root;
using made::inside;
using made::text;
using made::update;

constexpr Doc::Options keeping{.client = ClientId(1), .gc = false};

std::string read_text(const Doc& doc) { return text_of(read_root(doc, "text", TypeRef::text)); }

Doc holding(std::initializer_list<Bytes> updates, Doc::Options options = {}) {
  Doc doc(options);
  for (const Bytes& bytes : updates) EXPECT_TRUE(doc.apply(bytes));
  return doc;
}

std::vector<Struct> structs_of(Bytes&&, Update&) = delete;  // what is read points into the bytes
std::vector<Struct> structs_of(const Bytes& bytes, Update& read) {
  EXPECT_TRUE(decode_v1(bytes, Doc::Options{}.limits, read));
  return read.structs;
}

// Trap 3
TEST(Doc, CountsClocksInUtf16Units) {
  Doc doc = holding({update({text({5, 0}, "a😀")})});
  EXPECT_EQ(doc.state_vector(), encode_state_vector({{5, 3}}));
}

// Trap 4
TEST(Doc, SplitsASurrogatePairIntoTwoReplacementCharacters) {
  Doc doc = holding({update({text({5, 0}, "😀")}), update({text({6, 0}, "x", {WireId{5, 0}, WireId{5, 1}})})});
  EXPECT_EQ(read_text(doc), "\xEF\xBF\xBDx\xEF\xBF\xBD");
  EXPECT_EQ(doc.state_vector(), encode_state_vector({{6, 1}, {5, 2}}));
}

TEST(Doc, WritesAReplacementCharacterWhenItEncodesFromInsideAPair) {
  Doc doc = holding({update({text({5, 0}, "😀b")})});
  Update read;
  const Bytes bytes = *doc.encode_state(encode_state_vector({{5, 1}}));
  const auto structs = structs_of(bytes, read);
  ASSERT_EQ(structs.size(), 1u);
  EXPECT_EQ(structs[0].content, "\xEF\xBF\xBD" "b");
  EXPECT_EQ(read_text(doc), "😀b");
}

// Trap 7
TEST(Doc, WritesParentAndKeyOnlyWithoutOrigins) {
  Doc doc = holding({update({in_root(made::item(Ref::any, {5, 0}, 1, "\x7E"), "map", "k")}),
                     update({made::item(Ref::any, {6, 0}, 1, "\x78", {WireId{5, 0}, {}})})}, keeping);
  const Bytes state = doc.encode_state();
  // client 6: one any struct, origin bit and key bit (0x80 | 0x20 | 8), and no string behind the origin
  EXPECT_EQ(to_hex(state.substr(0, 9)), "020106" "00" "a8" "0500" "0178");
}

// Trap 11
TEST(Doc, SortsClientsDescendingEverywhere) {
  Doc doc = holding({update({text({3, 0}, "c")}), update({text({9, 0}, "i")}), update({text({6, 0}, "f")}, {{3, 0, 1}})});
  Update read;
  const Bytes bytes = doc.encode_state();
  const auto structs = structs_of(bytes, read);
  ASSERT_EQ(structs.size(), 3u);
  EXPECT_EQ(structs[0].client, 9u);
  EXPECT_EQ(structs[2].client, 3u);
  EXPECT_EQ(doc.state_vector(), from_hex("03" "0901" "0601" "0301"));
}

// Trap 12
TEST(Doc, CutsTheFirstStructAPeerKnowsInPart) {
  Doc doc = holding({update({text({5, 0}, "hello")})});
  Update read;
  const Bytes bytes = *doc.encode_state(encode_state_vector({{5, 2}}));
  const auto structs = structs_of(bytes, read);
  ASSERT_EQ(structs.size(), 1u);
  EXPECT_EQ(structs[0].clock, 2u);
  EXPECT_EQ(structs[0].content, "llo");
  EXPECT_EQ(structs[0].origin, (WireId{5, 1}));
}

// Trap 13
TEST(Doc, CarriesTheWholeDeleteSetAgainstAnyStateVector) {
  Doc doc = holding({update({text({5, 0}, "hello")}, {{5, 1, 1}, {5, 3, 1}, {5, 2, 1}})});
  Update read;
  const Bytes bytes = *doc.encode_state(doc.state_vector());
  EXPECT_TRUE(structs_of(bytes, read).empty());
  ASSERT_EQ(read.deletes.size(), 1u);
  EXPECT_EQ(read.deletes[0].clock, 1u);
  EXPECT_EQ(read.deletes[0].len, 3u);
}

// Trap 15
TEST(Doc, WaitsForTheRightOriginAsWell) {
  Doc doc = holding({update({text({5, 0}, "ab")})});
  ASSERT_TRUE(doc.apply(update({text({6, 0}, "x", {WireId{5, 0}, WireId{7, 0}})})));
  EXPECT_TRUE(doc.has_pending());
  EXPECT_EQ(read_text(doc), "ab");
  ASSERT_TRUE(doc.apply(update({text({7, 0}, "y", {WireId{5, 0}, WireId{5, 1}})})));
  EXPECT_FALSE(doc.has_pending());
  EXPECT_EQ(read_text(doc), "axyb");
}

TEST(Doc, WaitsForTheHolderOfItsParent) {
  Doc doc;
  ASSERT_TRUE(doc.apply(update({inside(made::item(Ref::any, {6, 0}, 1, "\x78"), {5, 0}, "k")})));
  EXPECT_TRUE(doc.has_pending());
  ASSERT_TRUE(doc.apply(update({in_root(made::type({5, 0}, TypeRef::map), "array")})));
  EXPECT_FALSE(doc.has_pending());
}

// Trap 16
TEST(Doc, TurnsWhatIsBesideGarbageIntoGarbage) {
  Doc doc = holding({update({gc({5, 0}, 3)}), update({text({6, 0}, "x", {WireId{5, 1}, {}})})});
  EXPECT_EQ(read_text(doc), "");
  Update read;
  const Bytes bytes = doc.encode_state();
  EXPECT_EQ(structs_of(bytes, read)[0].ref, Ref::gc);
}

// Trap 17
TEST(Doc, PutsTheLowerClientFirstAmongInsertsAtOnePlace) {
  const Bytes a = update({text({5, 0}, "A")}), b = update({text({9, 0}, "B")}), c = update({text({7, 0}, "C")});
  EXPECT_EQ(read_text(holding({a, b, c})), "ACB");
  EXPECT_EQ(read_text(holding({c, b, a})), "ACB");
}

TEST(Doc, KeepsTheRunsOfTwoWritersApart) {
  const Bytes a1 = update({text({5, 0}, "a")}), a2 = update({text({5, 1}, "aa", {WireId{5, 0}, {}})});
  const Bytes b1 = update({text({9, 0}, "b")}), b2 = update({text({9, 1}, "bb", {WireId{9, 0}, {}})});
  EXPECT_EQ(read_text(holding({a1, b1, a2, b2})), "aaabbb");
  EXPECT_EQ(read_text(holding({b1, b2, a1, a2})), "aaabbb");
}

// Trap 18
TEST(Doc, KeepsOnlyTheRightmostEntryOfAKey) {
  const auto set = [](std::uint64_t client, std::string_view value) {
    return update({in_root(made::item(Ref::any, {client, 0}, 1, value), "map", "k")});
  };
  const std::string_view yes = "\x78", no = "\x79";
  for (const auto& [first, second] : {std::pair{set(5, yes), set(9, no)}, std::pair{set(9, no), set(5, yes)}}) {
    const Node map = read_root(holding({first, second}, keeping), "map", TypeRef::map);
    ASSERT_EQ(map.entries.size(), 1u);
    EXPECT_FALSE(map.entries[0].second.value.boolean);
  }
}

// Trap 19
TEST(Doc, DeletesTheChildOfADeletedParentAtOnce) {
  Doc doc = holding({update({in_root(made::type({5, 0}, TypeRef::xml_text), "xml")}, {{5, 0, 1}})}, keeping);
  ASSERT_TRUE(doc.apply(update({inside(text({6, 0}, "late"), {5, 0})})));
  Update read;
  const Bytes bytes = doc.encode_state();
  structs_of(bytes, read);
  ASSERT_EQ(read.deletes.size(), 2u);
  EXPECT_EQ(read.deletes[0].client, 6u);
  EXPECT_EQ(read.deletes[0].len, 4u);
}

// Trap 20
TEST(Doc, TakesOnlyWhatIsNewOfAnOverlappingStruct) {
  Doc doc = holding({update({text({5, 0}, "hel")}), update({text({5, 0}, "hello")}), update({text({5, 0}, "he")})});
  EXPECT_EQ(read_text(doc), "hello");
  EXPECT_EQ(doc.structs(), 1u);
}

// Traps 21 and 22
TEST(Doc, KeepsWhatComesTooEarlyAndGivesItToOthers) {
  const Bytes first = update({text({5, 0}, "a")}), second = update({text({5, 1}, "b", {WireId{5, 0}, {}})});
  const Bytes third = update({text({5, 2}, "c", {WireId{5, 1}, {}})}, {{5, 1, 1}});
  Doc doc = holding({third, second});
  EXPECT_TRUE(doc.has_pending());
  EXPECT_EQ(doc.state_vector(), encode_state_vector({}));
  Doc other = holding({doc.encode_state(), first});
  EXPECT_FALSE(other.has_pending());
  EXPECT_EQ(read_text(other), "ac");
}

// Traps 22 and 23
TEST(Doc, DeletesWhatItKnowsOfARangeAndKeepsTheRest) {
  Doc doc = holding({update({text({5, 0}, "abc")}), update({}, {{5, 1, 4}})});
  EXPECT_EQ(read_text(doc), "a");
  EXPECT_TRUE(doc.has_pending());
  ASSERT_TRUE(doc.apply(update({text({5, 3}, "defg", {WireId{5, 2}, {}})})));
  EXPECT_EQ(read_text(doc), "afg");
  EXPECT_FALSE(doc.has_pending());
}

TEST(Doc, KeepsDeletesForClientsItHasNeverSeen) {
  Doc doc = holding({update({}, {{5, 0, 2}})});
  EXPECT_TRUE(doc.has_pending());
  ASSERT_TRUE(doc.apply(update({text({5, 0}, "abc")})));
  EXPECT_EQ(read_text(doc), "c");
}

// Trap 24
TEST(Doc, MergesWhatOneClientTypedInARow) {
  Doc doc;
  for (std::uint64_t i = 0; i < 50; ++i) {
    ASSERT_TRUE(doc.apply(update({text({5, i}, "x", i == 0 ? made::Links{} : made::Links{WireId{5, i - 1}, {}})})));
  }
  EXPECT_EQ(doc.structs(), 1u);
  EXPECT_EQ(read_text(doc), std::string(50, 'x'));
}

TEST(Doc, DoesNotMergeAcrossSomebodyElsesText) {
  Doc doc = holding({update({text({5, 0}, "ab")}), update({text({6, 0}, "x", {WireId{5, 0}, WireId{5, 1}})})});
  EXPECT_EQ(doc.structs(), 3u);
}

// Trap 25
TEST(Doc, DropsDeletedContentAndMakesChildrenGarbage) {
  Doc doc = holding({update({in_root(made::type({5, 0}, TypeRef::xml_text), "xml"), inside(text({5, 1}, "secret"), {5, 0})})});
  ASSERT_TRUE(doc.apply(update({}, {{5, 0, 1}})));
  const Bytes state = doc.encode_state();
  EXPECT_EQ(state.find("secret"), Bytes::npos);
  Update read;
  const auto structs = structs_of(state, read);
  ASSERT_EQ(structs.size(), 2u);
  EXPECT_EQ(structs[0].ref, Ref::deleted);
  EXPECT_EQ(structs[1].ref, Ref::gc);
}

TEST(Doc, KeepsDeletedContentWithoutCollection) {
  Doc doc = holding({update({text({5, 0}, "secret")}), update({}, {{5, 0, 6}})}, keeping);
  EXPECT_EQ(read_text(doc), "");
  EXPECT_NE(doc.encode_state().find("secret"), Bytes::npos);
}

TEST(Doc, DeletesATreeOfAnyDepthWithoutRecursion) {
  std::vector<Struct> chain{in_root(made::type({5, 0}, TypeRef::array), "array")};
  for (std::uint64_t i = 1; i < 100'000; ++i) chain.push_back(inside(made::type({5, i}, TypeRef::array), {5, i - 1}));
  Doc doc = holding({update(chain), update({}, {{5, 0, 1}})});
  EXPECT_EQ(doc.structs(), 2u);
}

// Trap 26
TEST(Doc, DeletesRedundantFormattingOnlyIfToldTo) {
  const std::string_view strong = "\x06strong\x04true";
  std::vector<Struct> structs{in_root(made::type({5, 0}, TypeRef::xml_text), "xml"),
                              inside(made::item(Ref::format, {5, 1}, 1, strong), {5, 0}),
                              made::item(Ref::string, {5, 2}, 1, "a", {WireId{5, 1}, {}})};
  const Bytes again = update({made::item(Ref::format, {6, 0}, 1, strong, {WireId{5, 1}, WireId{5, 2}})});
  Doc plain = holding({update(structs), again});
  Doc cleaning = holding({update(structs), again}, {.clean_formatting = Doc::CleanFormatting::nested});
  EXPECT_TRUE(plain.impl().store.deletes().empty());
  ASSERT_EQ(cleaning.impl().store.deletes().size(), 1u);
  EXPECT_EQ(cleaning.impl().store.deletes()[0].client, 5u);
}

TEST(Doc, ChangesNothingOnBadBytes) {
  Doc doc = holding({update({text({5, 0}, "abc")})});
  const Bytes before = doc.encode_state();
  for (std::size_t cut = 0; cut < before.size(); ++cut) EXPECT_FALSE(doc.apply(BytesView(before).substr(0, cut)));
  EXPECT_EQ(doc.apply(before + "x").error(), Errc::malformed);
  EXPECT_EQ(doc.encode_state(), before);
}

TEST(Doc, GivesTheSameBytesAfterItWasRestoredFromThem) {
  Doc doc = holding({update({text({5, 0}, "ab")}), update({text({6, 0}, "x", {WireId{5, 0}, WireId{5, 1}})}), update({}, {{5, 1, 1}}),
                     update({}, {{6, 0, 1}, {5, 0, 1}})}, keeping);
  EXPECT_EQ(holding({doc.encode_state()}, keeping).encode_state(), doc.encode_state());
  const Bytes yjs = doc.encode_state_as_yjs();
  Doc other = holding({yjs}, keeping);
  EXPECT_EQ(other.encode_state(), doc.encode_state());
}

TEST(Doc, GivesEqualBytesForEqualDocuments) {
  const Bytes a = update({text({5, 0}, "one")}), b = update({text({9, 0}, "two")}, {{5, 1, 1}});
  EXPECT_EQ(holding({a, b}).encode_state(), holding({b, a, a}).encode_state());
}

}  // namespace
}  // namespace atelier::crdt
