#include "timeline/sqlite/sqlite_log.hpp"

#include "timeline/event_log_contract.hpp"
#include "timeline/sqlite/sqlite_world.hpp"

namespace atelier::timeline {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, EventLogContract, SqliteWorld);

}  // namespace
}  // namespace atelier::timeline
