#include "crdt/update.hpp"

#include <gtest/gtest.h>

#include "crdt/made_updates.hpp"
#include "crdt/position.hpp"
#include "crdt/snapshot.hpp"
#include "crdt/tree.hpp"

namespace atelier::crdt {
namespace {

using made::text;
using made::update;

const Limits no_limits = Doc::Options{}.limits;

Errc error_of(std::string_view hex, Format format = Format::v1) {
  Update read;
  const auto result = decode(format, from_hex(hex), no_limits, read);
  return result ? Errc{} : result.error();
}

std::string read_text(const Doc& doc) { return text_of(read_root(doc, "text", TypeRef::text)); }

// Trap 8
TEST(Update, RefusesStructsThatYjsDoesNotKnow) {
  EXPECT_EQ(error_of("01" "0105" "00" "0b" "01" "0174" "00"), Errc::malformed);  // 11, ContentMove
  EXPECT_EQ(error_of("01" "0105" "00" "07" "01" "0174" "07" "00"), Errc::malformed);  // type 7
}

TEST(Update, ReadsLegacyJsonAndSubdocuments) {
  Doc doc;
  Struct json = made::item(Ref::json, {5, 0}, 2, "\x03" "\"a\"" "\x09" "undefined");
  json.root = "array";
  Struct sub = made::item(Ref::doc, {5, 2}, 1, std::string_view("\x03" "sub" "\x76\x00", 6), {WireId{5, 1}, {}});
  ASSERT_TRUE(doc.apply(update({json, sub})));
  const Node array = read_root(doc, "array", TypeRef::array);
  ASSERT_EQ(array.children.size(), 3u);
  EXPECT_EQ(array.children[0].value.text, "a");
  EXPECT_EQ(array.children[1].value.kind, Value::Kind::undefined);
  EXPECT_EQ(array.children[2].kind, Node::Kind::document);
  EXPECT_EQ(array.children[2].value.text, "sub");
}

// Trap 9
TEST(Update, ReadsAllSharedTypes) {
  std::vector<Struct> structs;
  for (std::uint64_t i = 0; i < 7; ++i) {
    const auto ref = static_cast<TypeRef>(i);
    const bool named = ref == TypeRef::xml_element || ref == TypeRef::xml_hook;
    structs.push_back(made::type({5, i}, ref, named ? "name" : "", i == 0 ? made::Links{} : made::Links{WireId{5, i - 1}, {}}));
  }
  structs[0].root = "array";
  for (const Format format : {Format::v1, Format::v2}) {
    Doc doc;
    ASSERT_TRUE(doc.apply(update(structs, {}, format), format));
    const Node array = read_root(doc, "array", TypeRef::array);
    ASSERT_EQ(array.children.size(), 7u);
    EXPECT_EQ(array.children[3].type, TypeRef::xml_element);
    EXPECT_EQ(array.children[3].name, "name");
    EXPECT_EQ(array.children[6].type, TypeRef::xml_text);
  }
}

// Trap 10
TEST(Update, ReadsSkipsInBothFormats) {
  Struct skip;
  skip.ref = Ref::skip;
  skip.client = 5;
  skip.clock = 1;
  skip.len = 300;
  const std::vector<Struct> structs{text({5, 0}, "a"), skip, text({5, 301}, "b", {WireId{5, 300}, {}})};
  for (const Format format : {Format::v1, Format::v2}) {
    Doc doc;
    ASSERT_TRUE(doc.apply(update(structs, {}, format), format));
    EXPECT_EQ(read_text(doc), "a");
    EXPECT_TRUE(doc.has_pending());
  }
}

// Trap 13
TEST(Update, MergesRangesThatTouchOrOverlap) {
  const auto merged = canonical_deletes({{5, 4, 2}, {5, 0, 2}, {9, 1, 1}, {5, 2, 1}, {5, 5, 4}});
  ASSERT_EQ(merged.size(), 3u);
  EXPECT_EQ(merged[0].client, 9u);
  EXPECT_EQ(merged[1].len, 3u);
  EXPECT_EQ(merged[2].len, 5u);
}

TEST(Update, ReadsEmptyClientsInADeleteSet) {
  EXPECT_EQ(error_of("00" "01" "05" "00"), Errc{});
}

// Trap 14
TEST(UpdateV2, WritesAKeyEachTimeAndReadsReferencesBack) {
  const std::string_view mark = "\x02" "em" "\x04" "true";
  const std::vector<Struct> structs{made::item(Ref::format, {5, 0}, 1, mark), made::item(Ref::format, {5, 1}, 1, mark, {WireId{5, 0}, {}})};
  const Bytes bytes = update(structs, {}, Format::v2);
  EXPECT_EQ(bytes.find("emem"), bytes.rfind("em") - 2);
  // The same with key 0 used twice: keyClock column 0, 0 and one string less.
  Update read;
  ASSERT_TRUE(decode_v2(bytes, no_limits, read));
  EXPECT_EQ(read.structs[1].content, mark);
}

TEST(UpdateV2, HalvesOfACutPairAreReplacementCharacters) {
  // One string column "t😀" with the lengths 1, 1, 1: the root's name, and two items that share the emoji.
  const Bytes bytes = from_hex("00" "00" "024500" "0100" "00" "03040084" "080574f09f98804101" "0101" "00" "00" "010200" "00");
  Doc doc;
  ASSERT_TRUE(doc.apply(bytes, Format::v2));
  EXPECT_EQ(text_of(read_root(doc, "t", TypeRef::text)), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(UpdateV2, SaysTheSameAsV1) {
  const std::vector<Struct> structs{text({5, 0}, "hé😀"), made::item(Ref::embed, {5, 4}, 1, R"({"a":[1,2.5]})", {WireId{5, 3}, {}}),
                                    made::item(Ref::any, {5, 5}, 2, "\x7E\x7D\x01", {WireId{5, 4}, {}})};
  const std::vector<DeleteRange> deletes{{7, 3, 2}, {5, 0, 1}, {5, 2, 1}};
  Update one, two;
  const Bytes v1 = update(structs, deletes), v2 = update(structs, deletes, Format::v2);
  ASSERT_TRUE(decode_v1(v1, no_limits, one));
  ASSERT_TRUE(decode_v2(v2, no_limits, two));
  EXPECT_EQ(update(one.structs, one.deletes), update(two.structs, two.deletes));
}

TEST(Merge, FillsGapsWithSkipsAndCutsOverlaps) {
  const Bytes a = update({text({5, 0}, "abc")}), b = update({text({5, 2}, "cde", {WireId{5, 1}, {}})});
  const Bytes d = update({text({5, 9}, "z", {WireId{5, 8}, {}})});
  Update read;
  const Bytes merged = *merge_updates({d, b, a});
  ASSERT_TRUE(decode_v1(merged, no_limits, read));
  ASSERT_EQ(read.structs.size(), 4u);
  EXPECT_EQ(read.structs[1].content, "de");
  EXPECT_EQ(read.structs[2].ref, Ref::skip);
  EXPECT_EQ(read.structs[2].len, 4u);
  EXPECT_EQ(*state_vector_of(merged), encode_state_vector({{5, 5}}));
}

// Trap 29
TEST(Position, StaysWithItsNeighbour) {
  Doc doc;
  ASSERT_TRUE(doc.apply(update({text({5, 0}, "abc")})));
  const auto before_b = relative_position(doc, {"text", {}}, 1, 0);
  const auto after_a = relative_position(doc, {"text", {}}, 1, -1);
  ASSERT_TRUE(doc.apply(update({text({6, 0}, "XX", {WireId{5, 0}, WireId{5, 1}})})));
  EXPECT_EQ(absolute_position(doc, *before_b)->index, 3u);
  EXPECT_EQ(absolute_position(doc, *after_a)->index, 1u);
  EXPECT_EQ(absolute_position(doc, *relative_position(doc, {"text", {}}, 5, 0))->index, 5u);
}

TEST(Position, OldOnesHaveNoLean) {
  EXPECT_EQ(decode_position(from_hex("000501"))->lean, 0);
  EXPECT_EQ(decode_position(from_hex("00050141"))->lean, -1);
}

// Trap 30
TEST(Snapshot, ShowsThePastOfADocumentThatKeepsIt) {
  Doc doc({.client = ClientId(1), .gc = false});
  ASSERT_TRUE(doc.apply(update({text({5, 0}, "hello")}, {{5, 1, 1}})));
  const Snapshot then = take_snapshot(doc);
  ASSERT_TRUE(doc.apply(update({text({5, 5}, "!", {WireId{5, 4}, {}})}, {{5, 0, 4}})));
  EXPECT_EQ(read_text(doc), "o!");
  for (const Format format : {Format::v1, Format::v2}) {
    const auto read = decode_snapshot(encode_snapshot(then, format), format);
    ASSERT_TRUE(read);
    EXPECT_EQ(text_of(read_root_at(doc, *read, "text", TypeRef::text)), "hllo");
  }
}

// Trap 28
TEST(Tree, SortsTagsAndAttributesInXml) {
  const auto format = [](std::uint64_t clock, std::string_view content, made::Links links) { return made::item(Ref::format, {5, clock}, 1, content, links); };
  const std::vector<Struct> structs{
      made::in_root(made::type({5, 0}, TypeRef::xml_text), "xml"), made::inside(format(1, "\x06strong\x02{}", {}), {5, 0}),
      format(2, "\x01" "a" "\x0f{\"y\":1,\"x\":\"2\"}", {WireId{5, 1}, {}}), text({5, 3}, "t", {WireId{5, 2}, {}}),
      format(4, "\x06strong\x04null", {WireId{5, 3}, {}}), text({5, 5}, "u", {WireId{5, 4}, {}})};
  Doc doc;
  ASSERT_TRUE(doc.apply(update(structs)));
  EXPECT_EQ(xml_of(read_root(doc, "xml", TypeRef::xml_fragment)),
            "<a x=\"2\" y=\"1\"><strong>t</strong></a><a x=\"2\" y=\"1\">u</a>");
}

}  // namespace
}  // namespace atelier::crdt
