#include "timeline/sqlite/sqlite_log.hpp"

#include <sqlite3.h>

#include <fstream>
#include <thread>

#include "timeline/event_log_contract.hpp"
#include "timeline/sqlite/faulty_vfs.hpp"
#include "timeline/sqlite/file_reader.hpp"
#include "timeline/sqlite/sqlite_world.hpp"

namespace atelier::timeline {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, EventLogContract, SqliteWorld);

class SqliteLogTest : public EventLogContract<SqliteWorld> {
 protected:
  void TestBody() override {}

  std::filesystem::path file() const { return file_of(world.directory(), here); }

  /// Appends `count` entries after the `before` that are there, and waits until they are durable.
  void append_some(std::uint64_t count, std::uint64_t before = 0) {
    std::uint64_t acknowledged = before;
    append_many(count, acknowledged, before + 1);
    ASSERT_TRUE(world.run_until([&] { return acknowledged == before + count; }));
  }

  /// Runs SQL on the file while no log has it open.
  void tamper(const std::string& sql) {
    sqlite3* connection = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &connection), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(connection);
    sqlite3_close(connection);
  }

  Result<void, Errc> copy_to(const std::filesystem::path& path) {
    std::optional<Result<void, Errc>> answer;
    world.log().copy_to(here, path, [&](auto result) { answer = result; });
    EXPECT_TRUE(world.run_until([&] { return answer.has_value(); }));
    return answer.value_or(std::unexpected(Errc::unavailable));
  }

  static std::vector<Entry> all_of(FileReader& reader) {
    std::vector<Entry> entries;
    for (;;) {
      const auto page = reader.read(Sequence(entries.size()));
      EXPECT_TRUE(page.has_value());
      if (!page || page->empty()) return entries;
      entries.insert(entries.end(), page->begin(), page->end());
    }
  }

  /// The directory as a crash would leave it now, with the log still open.
  std::filesystem::path crash() {
    const auto to = elsewhere.path() / "crashed";
    std::filesystem::copy(world.directory(), to);
    return to / file().filename();
  }

  TemporaryDirectory elsewhere = TemporaryDirectory::make().value();
};

TEST_F(SqliteLogTest, KeepsAllThatWaitsWhenItIsClosed) {
  ASSERT_TRUE(create().has_value());
  for (std::uint64_t i = 1; i <= 1'000; ++i) world.log().append(here, draft(i), [](auto) {});
  world.reopen();
  expect_without_holes(stored(1'000));
}

TEST_F(SqliteLogTest, SharesOneSyncBetweenAllThatWaits) {
  world.vfs = faulty::use();
  world.reopen();
  ASSERT_TRUE(create().has_value());
  append_some(1);
  faulty::syncs = 0;
  append_some(commit_entries_max, 1);
  // One commit if all waited; a few while the writer keeps pace. One a record would be commit_entries_max.
  EXPECT_LE(faulty::syncs, commit_entries_max / 8);
  EXPECT_GE(faulty::syncs, 1);
}

TEST_F(SqliteLogTest, StoresNothingOnAFullDiskAndGoesOnLater) {
  world.vfs = faulty::use();
  world.reopen();
  ASSERT_TRUE(create().has_value());
  append_some(5);
  faulty::disk_full = true;
  EXPECT_EQ(error_of(append(draft(6))), Errc::full);
  EXPECT_EQ(error_of(append(draft(6))), Errc::full);
  EXPECT_EQ(stored(5).size(), 5u) << "what is there can still be read";
  faulty::disk_full = false;
  EXPECT_EQ(append(draft(6)).value_or(Sequence(0)).value(), 6u);
  ASSERT_FALSE(world.reports.empty());
  EXPECT_NE(world.reports[0].find("full"), std::string::npos) << world.reports[0];
  EXPECT_EQ(world.fatal, "");
  world.reopen();
  expect_without_holes(stored(6));
}

TEST_F(SqliteLogTest, EndsTheProcessWhenASyncFails) {
  world.vfs = faulty::use();
  world.reopen();
  ASSERT_TRUE(create().has_value());
  append_some(5);
  faulty::sync_fails = true;
  EXPECT_EQ(error_of(append(draft(6))), Errc::unavailable);
  faulty::sync_fails = false;
  EXPECT_NE(world.fatal.find("disk I/O error"), std::string::npos) << world.fatal;
  EXPECT_EQ(error_of(append(draft(7))), Errc::unavailable) << "never retried";
}

TEST(EndProcess, IsLoudAndHasAnExitCode) {
  EXPECT_EXIT(end_process("k3abc.atelier: disk I/O error"), ::testing::ExitedWithCode(74), "fatal: k3abc.atelier: disk I/O error");
}

TEST_F(SqliteLogTest, NamesTheEntryThatWasChanged) {
  ASSERT_TRUE(create().has_value());
  append_some(20);
  world.close();
  tamper("UPDATE entries SET body = (SELECT body FROM entries WHERE seq = 8) WHERE seq = 7");
  world.reopen();
  EXPECT_EQ(error_of_follow(here, Sequence(0)), Errc::corrupt);
  EXPECT_EQ(error_of(append(draft(21))), Errc::corrupt);
  ASSERT_FALSE(world.reports.empty());
  EXPECT_NE(world.reports[0].find("entry 7 is damaged"), std::string::npos) << world.reports[0];
}

TEST_F(SqliteLogTest, NamesTheEntryThatIsMissing) {
  ASSERT_TRUE(create().has_value());
  append_some(20);
  world.close();
  tamper("DELETE FROM entries WHERE seq = 7");
  world.reopen();
  EXPECT_EQ(error_of_follow(here, Sequence(0)), Errc::corrupt);
  EXPECT_NE(world.reports.at(0).find("entry 7 is missing"), std::string::npos) << world.reports[0];
}

TEST_F(SqliteLogTest, SeesThatTheEndOfTheLogIsGone) {
  ASSERT_TRUE(create().has_value());
  append_some(20);
  world.close();
  tamper("DELETE FROM entries WHERE seq > 15");
  world.reopen();
  EXPECT_EQ(error_of_follow(here, Sequence(0)), Errc::corrupt);
  EXPECT_NE(world.reports.at(0).find("DATA LOSS: it ends at entry 15, but entry 20"), std::string::npos) << world.reports[0];
  world.reopen();
  EXPECT_EQ(error_of_follow(here, Sequence(0)), Errc::corrupt) << "the mark was not lowered";
}

TEST_F(SqliteLogTest, SeesThatHistoryWasReplaced) {
  ASSERT_TRUE(create().has_value());
  append_some(20);
  ASSERT_TRUE(copy_to(elsewhere.path() / "copy.atelier").has_value());
  world.close();
  tamper("UPDATE epochs SET epoch = zeroblob(16)");
  world.reopen();
  EXPECT_EQ(error_of_follow(here, Sequence(0)), Errc::corrupt);
  world.close();
  std::filesystem::copy_file(elsewhere.path() / "copy.atelier", file(), std::filesystem::copy_options::overwrite_existing);
  world.reopen();
  expect_without_holes(stored(20));
}

TEST_F(SqliteLogTest, RefusesTheFileOfAnotherMeetingAndWhatIsNoMeeting) {
  ASSERT_TRUE(create().has_value());
  append_some(1);
  world.close();
  std::filesystem::copy_file(file(), file_of(world.directory(), MeetingId("other")));
  std::ofstream(file_of(world.directory(), MeetingId("text"))) << std::string(10'000, 'x');
  std::ofstream(file_of(world.directory(), MeetingId("nothing")));
  world.reopen();
  for (const char* name : {"other", "text", "nothing"}) EXPECT_EQ(error_of_follow(MeetingId(name), Sequence(0)), Errc::corrupt) << name;
}

TEST_F(SqliteLogTest, CopiesItselfWhileItIsUsed) {
  ASSERT_TRUE(create().has_value());
  append_some(300);
  world.log().keep(here, snapshot(200));
  const auto copy = elsewhere.path() / "copy.atelier";
  ASSERT_TRUE(copy_to(copy).has_value());
  append_some(10, 300);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(elsewhere.path()), {}), 1) << "one file, no WAL beside it";
  auto reader = FileReader::open(copy);
  ASSERT_TRUE(reader.has_value()) << reader.error().message;
  EXPECT_EQ(reader->meeting(), here);
  EXPECT_EQ(reader->head(), Sequence(300));
  expect_without_holes(all_of(*reader));
  EXPECT_EQ(reader->newest(Sequence(300)).value(), snapshot(200));
  EXPECT_EQ(error_of(copy_to(elsewhere.path() / "no" / "such" / "place")), Errc::unavailable);
  EXPECT_EQ(world.fatal, "");
}

TEST_F(SqliteLogTest, IsReadAfterACrashWithoutTouchingTheFiles) {
  ASSERT_TRUE(create().has_value());
  append_some(300);
  const auto left = crash();
  ASSERT_GT(std::filesystem::file_size(left.string() + "-wal"), 0u);
  const auto bytes_of = [](const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string before = bytes_of(left), wal_before = bytes_of(left.string() + "-wal");
  auto reader = FileReader::open(left);
  ASSERT_TRUE(reader.has_value()) << reader.error().message;
  expect_without_holes(all_of(*reader));
  EXPECT_EQ(reader->head(), Sequence(300));
  Chain chain;
  for (const Entry& entry : all_of(*reader)) ASSERT_TRUE(chain.add(entry).has_value());
  EXPECT_EQ(chain.value(), reader->chain());
  EXPECT_EQ(bytes_of(left), before);
  EXPECT_EQ(bytes_of(left.string() + "-wal"), wal_before);
}

TEST_F(SqliteLogTest, IsNotReadFromBesideWhileAServerUsesIt) {
  ASSERT_TRUE(create().has_value());
  append_some(1);
  const auto reader = FileReader::open(file());
  ASSERT_FALSE(reader.has_value());
  EXPECT_EQ(reader.error().code, Errc::unavailable);
  EXPECT_NE(reader.error().message.find("running server"), std::string::npos);
  append_some(1, 1);
  world.close();
  EXPECT_TRUE(FileReader::open(file()).has_value());
}

TEST_F(SqliteLogTest, LetsOnlyOneServerUseADirectory) {
  HandClock clock;
  CountingRandom random;
  SqliteOptions options;
  options.directory = world.directory();
  const auto second = SqliteLog::open(options, clock, random, [](auto) {});
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().message.find("another server uses this directory"), std::string::npos);
}

TEST_F(SqliteLogTest, WaitsForAServerThatIsAboutToLetGoOfItsDirectory) {
  HandClock clock;
  CountingRandom random;
  SqliteOptions options;
  options.directory = world.directory();
  options.patience = std::chrono::seconds(5);
  std::thread going([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    world.close();
  });
  const auto second = SqliteLog::open(options, clock, random, [](auto) {});
  going.join();
  EXPECT_TRUE(second.has_value());
}

TEST_F(SqliteLogTest, LosesAtMostTheUnsyncedEndOfATornWal) {
  ASSERT_TRUE(create().has_value());
  append_some(50);
  const auto left = crash();
  const auto wal = left.string() + "-wal";
  const auto size = std::filesystem::file_size(wal);
  std::uint64_t seen_before = 50;
  for (auto cut = size; cut > 0; cut = cut > 3'001 ? cut - 3'001 : 0) {
    std::filesystem::resize_file(wal, cut);
    auto reader = FileReader::open(left);
    ASSERT_TRUE(reader.has_value()) << reader.error().message;
    EXPECT_LE(reader->head().value(), seen_before);
    seen_before = reader->head().value();
    expect_without_holes(all_of(*reader));
  }
}

/// One bit anywhere in the settled file: seen and said, or without any effect on what is read.
TEST_F(SqliteLogTest, NeverServesAFlippedBit) {
  ASSERT_TRUE(create().has_value());
  append_some(400);
  const auto before = stored(400);
  world.close();
  const auto copy = elsewhere.path() / file().filename();
  std::filesystem::copy_file(mark_of(file()), mark_of(copy));
  std::ifstream in(file(), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  int seen = 0, harmless = 0;
  for (std::size_t at = 3; at < bytes.size(); at += 197) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    std::ofstream(copy, std::ios::binary | std::ios::trunc) << flipped;
    auto reader = FileReader::open(copy);
    if (!reader) {
      ++seen;
      continue;
    }
    ++harmless;
    ASSERT_EQ(all_of(*reader), before) << "bit of byte " << at;
  }
  EXPECT_GT(seen, harmless);
  std::cout << "flipped bits: " << seen << " seen, " << harmless << " without effect\n";
}

}  // namespace
}  // namespace atelier::timeline
