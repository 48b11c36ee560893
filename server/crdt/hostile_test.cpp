// Inputs made to hurt (measured against yjs 13.6.33, where some cost minutes or gigabytes). Work is bounded by counting:
// allocated bytes, not time.
#include <gtest/gtest.h>

#include "crdt/allocations.hpp"
#include "crdt/doc.hpp"
#include "crdt/made_updates.hpp"

namespace atelier::crdt {
namespace {

using made::gc;
using made::text;
using made::update;

constexpr std::size_t mebibyte = 1u << 20;

/// Bytes that were allocated while `act` ran.
template <class Act>
std::size_t cost(const Act& act) {
  const std::size_t before = allocated_bytes();
  act();
  return allocated_bytes() - before;
}

Errc checked(const Doc& doc, const Bytes& bytes) {
  const auto result = doc.check(bytes, Gate{});
  return result ? Errc{} : result.error();
}

TEST(Hostile, ARunLengthBombOfFormatV2CostsNoMemory) {
  // 21 bytes that claim 2^40 structs whose columns repeat for ever.
  Writer bomb;
  bomb.raw(from_hex("00" "00" "0105" "00" "00" "0100" "0100" "00" "00" "0141"));
  bomb.varint(1);
  bomb.varint(1ull << 40);
  bomb.varint(0);
  Doc doc;
  EXPECT_LT(cost([&] { EXPECT_FALSE(doc.apply(bomb.out(), Format::v2)); }), 2 * mebibyte);
}

TEST(Hostile, CountsBeyondTheBytesLeftAllocateNothing) {
  Doc doc;
  for (const char* hex : {"ffffffffffff07", "01ffffffffffff0705", "00ffffffffffff07", "0001" "05" "ffffffffffff07", "01010500" "08" "010174" "ffffffffffff07"}) {
    EXPECT_LT(cost([&] { EXPECT_FALSE(doc.apply(from_hex(hex))); }), 16 * 1024u) << hex;
  }
}

TEST(Hostile, TwentyThousandUnknownClientsAreRefusedAtTheirCount) {
  std::vector<Struct> structs;
  for (std::uint64_t i = 20'000; i > 0; --i) structs.push_back(text({i, 1000}, "x", {WireId{i + 500'000, 77}, {}}));
  const Bytes bytes = update(structs);
  EXPECT_LT(cost([&] { EXPECT_EQ(checked(Doc(), bytes), Errc::over_limit); }), mebibyte);
  Gate wide;
  wide.limits.clients_max = SIZE_MAX;
  wide.limits.update_bytes_max = mebibyte;
  EXPECT_LT(cost([&] { EXPECT_EQ(Doc().check(bytes, wide).error(), Errc::not_causal); }), 32 * mebibyte);
}

TEST(Hostile, AHugeGarbageStructCannotSwallowAVictimsText) {
  EXPECT_EQ(checked(Doc(), update({gc({5, 0}, 1ull << 50)})), Errc::over_limit);
  Doc doc;
  EXPECT_EQ(doc.apply(update({gc({5, 0}, 1ull << 50)})).error(), Errc::over_limit);
}

TEST(Hostile, AHundredThousandOneItemClientsAreRefused) {
  std::vector<Struct> structs;
  for (std::uint64_t i = 100'000; i > 0; --i) structs.push_back(text({i, 0}, "x"));
  EXPECT_EQ(checked(Doc(), update(structs)), Errc::over_limit);
}

TEST(Hostile, DeepValuesAndDeepTreesAreWalkedWithoutTheStack) {
  std::string deep;
  for (int i = 0; i < 60'000; ++i) deep += "\x75\x01";
  EXPECT_EQ(checked(Doc(), update({made::item(Ref::any, {5, 0}, 1, deep)})), Errc::over_limit);
}

TEST(Hostile, ManyOverlappingDeletesAreWalkedOnce) {
  Doc doc;
  std::vector<Struct> structs;
  for (std::uint64_t i = 0; i < 2'000; ++i) structs.push_back(made::item(Ref::embed, {5, i}, 1, "1", i == 0 ? made::Links{} : made::Links{WireId{5, i - 1}, {}}));
  ASSERT_TRUE(doc.apply(update(structs, {{5, 0, 2'000}})));
  const std::vector<DeleteRange> ranges(5'000, DeleteRange{5, 0, 2'000});
  const auto result = doc.check(update({}, ranges), Gate{});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->changes_nothing);
}

TEST(Hostile, BytesChangedAtRandomAreRefusedOrReadButNeverMore) {
  std::vector<Struct> structs{made::in_root(made::type({9, 0}, TypeRef::xml_element, "paragraph"), "text"), made::inside(made::type({9, 1}, TypeRef::xml_text), {9, 0}),
                              made::inside(text({9, 2}, "hé😀"), {9, 1}), made::item(Ref::format, {9, 6}, 1, "\x02" "em" "\x02{}", {WireId{9, 5}, {}})};
  const Bytes v1 = update(structs, {{9, 2, 2}});
  const Bytes v2 = update(structs, {{9, 2, 2}}, Format::v2);
  std::uint64_t random = 12345;
  const auto next = [&] { return random = random * 6364136223846793005u + 1442695040888963407u, random >> 33; };
  for (int round = 0; round < 20'000; ++round) {
    const Format format = round % 2 == 0 ? Format::v1 : Format::v2;
    Bytes bytes = format == Format::v1 ? v1 : v2;
    for (std::uint64_t changes = 1 + next() % 3; changes > 0; --changes) bytes[next() % bytes.size()] = static_cast<char>(next());
    Doc doc;
    EXPECT_LT(cost([&] { static_cast<void>(doc.apply(bytes, format)); }), 4 * mebibyte);
    Doc again;
    EXPECT_TRUE(again.apply(doc.encode_state()));
    static_cast<void>(checked(doc, bytes));
  }
}

}  // namespace
}  // namespace atelier::crdt
