#include "gateway/frame.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace atelier::gateway::ws {
namespace {

/// A client's frame: masked.
Bytes masked(unsigned first, BytesView payload, std::optional<std::uint64_t> claimed = std::nullopt) {
  const std::uint64_t size = claimed.value_or(payload.size());
  Bytes bytes(1, static_cast<char>(first));
  if (size < 126) {
    bytes.push_back(static_cast<char>(0x80u | size));
  } else if (size < 65'536) {
    bytes.push_back(static_cast<char>(0xfe));
    for (int shift = 8; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(size >> shift));
  } else {
    bytes.push_back(static_cast<char>(0xff));
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(size >> shift));
  }
  const char mask[] = {0x12, 0x34, 0x56, 0x78};
  bytes.append(mask, 4);
  for (std::size_t at = 0; at < payload.size(); ++at) bytes.push_back(static_cast<char>(payload[at] ^ mask[at % 4]));
  return bytes;
}

struct Heard {
  std::vector<Event> events;
  std::optional<CloseCode> fault;
};

Heard read(Reader& reader, BytesView bytes, std::size_t piece = 1'000'000) {
  Heard heard;
  while (!bytes.empty() && !heard.fault) {
    const auto part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    const auto fed = reader.feed(part, [&](Event event) {
      heard.events.push_back(std::move(event));
      return true;
    });
    if (!fed) heard.fault = fed.error();
  }
  return heard;
}

Heard read(BytesView bytes, std::size_t piece = 1'000'000) {
  Reader reader(1'000);
  return read(reader, bytes, piece);
}

TEST(FrameReader, JoinsTheFragmentsOfAMessageWithAPingBetweenThem) {
  const Bytes bytes = masked(0x02, "one ") + masked(0x89, "hm") + masked(0x00, "two ") + masked(0x80, "three");
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 1'000u}) {
    const auto heard = read(bytes, piece);
    ASSERT_FALSE(heard.fault);
    ASSERT_EQ(heard.events.size(), 2u);
    EXPECT_EQ(heard.events[0].kind, Opcode::ping);
    EXPECT_EQ(heard.events[0].payload, "hm");
    EXPECT_EQ(heard.events[1].kind, Opcode::binary);
    EXPECT_EQ(heard.events[1].payload, "one two three");
  }
}

TEST(FrameReader, TakesAMessageAtTheLimitAndNoneBeyondIt) {
  EXPECT_EQ(read(masked(0x82, Bytes(1'000, 'x'))).events.at(0).payload.size(), 1'000u);
  EXPECT_EQ(read(masked(0x82, Bytes(1'001, 'x'))).fault, CloseCode::too_big);
  EXPECT_EQ(read(masked(0x02, Bytes(999, 'x')) + masked(0x80, "yy")).fault, CloseCode::too_big);
}

TEST(FrameReader, JudgesALengthBeforeAnythingOfItHasCome) {
  EXPECT_EQ(read(masked(0x82, "", std::uint64_t{1} << 40)).fault, CloseCode::too_big);
  EXPECT_EQ(read(masked(0x82, "", std::uint64_t{1} << 63)).fault, CloseCode::protocol_error);
}

TEST(FrameReader, RefusesALengthThatIsNotInItsShortestForm) {
  const Bytes long_form("\x82\xfe\x00\x05\x00\x00\x00\x00hello", 13);
  EXPECT_EQ(read(long_form).fault, CloseCode::protocol_error);
}

TEST(FrameReader, RefusesFramesWithoutAMask) { EXPECT_EQ(read(frame(Opcode::binary, "hello")).fault, CloseCode::protocol_error); }

TEST(FrameReader, RefusesReservedBitsAndOpcodes) {
  EXPECT_EQ(read(masked(0xc2, "x")).fault, CloseCode::protocol_error);
  EXPECT_EQ(read(masked(0x83, "x")).fault, CloseCode::protocol_error);
  EXPECT_EQ(read(masked(0x8b, "x")).fault, CloseCode::protocol_error);
}

TEST(FrameReader, RefusesTextMessages) { EXPECT_EQ(read(masked(0x81, "x")).fault, CloseCode::unsupported_data); }

TEST(FrameReader, RefusesControlFramesThatAreLongOrInPieces) {
  EXPECT_EQ(read(masked(0x89, Bytes(125, 'x'))).events.size(), 1u);
  EXPECT_EQ(read(masked(0x89, Bytes(126, 'x'))).fault, CloseCode::protocol_error);
  EXPECT_EQ(read(masked(0x09, "x")).fault, CloseCode::protocol_error);
}

TEST(FrameReader, RefusesAFragmentWithoutAMessageAndAMessageInsideOne) {
  EXPECT_EQ(read(masked(0x80, "x")).fault, CloseCode::protocol_error);
  EXPECT_EQ(read(masked(0x02, "x") + masked(0x82, "y")).fault, CloseCode::protocol_error);
}

TEST(FrameReader, RefusesCloseFramesThatAreWrong) {
  EXPECT_EQ(read(masked(0x88, "")).events.size(), 1u);
  EXPECT_EQ(read(masked(0x88, close_payload(CloseCode::normal, "bye"))).events.size(), 1u);
  EXPECT_EQ(read(masked(0x88, "x")).fault, CloseCode::protocol_error);
  EXPECT_EQ(read(masked(0x88, Bytes("\x03\xed", 2))).fault, CloseCode::protocol_error);  // 1005 never travels
  EXPECT_EQ(read(masked(0x88, Bytes("\x03\xe8\xff", 3))).fault, CloseCode::invalid_payload);
}

TEST(FrameReader, KnowsWhetherItIsMidway) {
  Reader reader(1'000);
  EXPECT_FALSE(reader.midway());
  const Bytes bytes = masked(0x82, "hello");
  read(reader, bytes.substr(0, 8));
  EXPECT_TRUE(reader.midway());
  read(reader, bytes.substr(8));
  EXPECT_FALSE(reader.midway());
}

TEST(FrameReader, SurvivesAnyBytes) {
  std::mt19937 random(42);
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes(random() % 64, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    if (random() % 2 == 0 && bytes.size() > 1) {
      bytes[0] = static_cast<char>(0x82);
      bytes[1] = static_cast<char>(bytes[1] | static_cast<char>(0x80));
    }
    const auto whole = read(bytes);
    const auto pieces = read(bytes, 1 + random() % 5);
    EXPECT_EQ(whole.fault, pieces.fault);
    EXPECT_EQ(whole.events.size(), pieces.events.size());
  }
}

TEST(Frame, UsesTheShortestLength) {
  EXPECT_EQ(frame(Opcode::binary, Bytes(125, 'x')).size(), 127u);
  EXPECT_EQ(frame(Opcode::binary, Bytes(126, 'x')).size(), 130u);
  EXPECT_EQ(frame(Opcode::binary, Bytes(65'535, 'x')).size(), 65'539u);
  EXPECT_EQ(frame(Opcode::binary, Bytes(65'536, 'x')).size(), 65'546u);
}

TEST(Handshake, AnswersTheKeyOfTheRfc) { EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); }

}  // namespace
}  // namespace atelier::gateway::ws
