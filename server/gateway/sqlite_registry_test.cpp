#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "gateway/registry.hpp"

namespace atelier::gateway {
namespace {

using std::chrono::milliseconds;

class SqliteRegistryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "registry-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string file() const { return (folder_ / "registry.sqlite3").string(); }

 private:
  std::filesystem::path folder_;
};

TEST_F(SqliteRegistryTest, RemembersWhatWasWrittenWhenItIsOpenedAgain) {
  ASSERT_TRUE(open_sqlite_registry(file())->write({{"name/1", "Ana"}}));
  EXPECT_EQ(open_sqlite_registry(file())->read("name/1"), "Ana");
}

TEST_F(SqliteRegistryTest, IsNotOpenedWhileAnotherServerHasIt) {
  const auto first = open_sqlite_registry(file());
  EXPECT_EQ(open_sqlite_registry(file(), milliseconds(100)), nullptr);
  EXPECT_TRUE(first->write({{"name/1", "Ana"}}));
}

TEST_F(SqliteRegistryTest, WaitsForAServerThatIsAboutToLetGoOfIt) {
  auto first = open_sqlite_registry(file());
  ASSERT_TRUE(first->write({{"name/1", "Ana"}}));
  std::thread going([&first] {
    std::this_thread::sleep_for(milliseconds(150));
    first.reset();
  });
  const auto second = open_sqlite_registry(file(), milliseconds(5'000));
  going.join();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->read("name/1"), "Ana");
}

}  // namespace
}  // namespace atelier::gateway
