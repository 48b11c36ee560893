// The part of the interface that tells of a meeting's past: report, events, file.
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/api.hpp"
#include "gateway/await.hpp"
#include "gateway/limits.hpp"
#include "outcome/events.hpp"
#include "outcome/report.hpp"

namespace atelier::gateway {
namespace {

template <class T>
using Then = std::function<void(T)>;

struct Kind {
  std::string_view name;
  outcome::Format format;
  std::string_view type;
};
constexpr Kind kinds[] = {
    {"json", outcome::Format::json, "application/json"},
    {"md", outcome::Format::markdown, "text/markdown; charset=utf-8"},
    {"html", outcome::Format::html, "text/html; charset=utf-8"},
};
/// A report is one page with its style inside and nothing else: no script, no other address.
constexpr std::string_view report_policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

Response unreadable() { return error(500, "unreadable", "The meeting's past cannot be read now. Tell the organiser."); }

std::optional<Bytes> report_at(outcome::History& history, std::int64_t at_ms, const Bytes& epoch, outcome::Format format) {
  outcome::Replay replay(history);
  if (!replay.seek(at_ms)) return std::nullopt;
  return outcome::report(replay.meeting(), {{}, epoch}, format);
}

}  // namespace

boost::asio::awaitable<void> Api::catch_up(Live& live, std::string query) {
  const std::string_view after = parameter(query, "after");
  std::uint64_t wanted = 0;
  if (after.empty() || std::from_chars(after.data(), after.data() + after.size(), wanted).ec != std::errc{}) co_return;
  const Clock& clock = host_.world().clock;
  const auto until = clock.steady() + limits::catch_up_time;
  boost::asio::steady_timer pause(host_.world().io);
  while (live.room().seq() < Sequence{wanted} && clock.steady() < until) {
    boost::system::error_code failed;
    pause.expires_after(limits::catch_up_step);
    co_await pause.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, failed));
  }
}

boost::asio::awaitable<SharedHistory> Api::history(Live& live) {
  timeline::EventLog& log = host_.world().log;
  const MeetingId id = live.id();
  const Sequence last = live.room().seq();
  std::function<void(Then<SharedHistory>)> read = [&log, id, last](Then<SharedHistory> then) { read_history(log, id, last, std::move(then)); };
  co_return co_await wait_for<SharedHistory>(std::move(read));
}

boost::asio::awaitable<Response> Api::outcome(Live& live, Request request) {
  const auto wanted = parameter(request.query, "format");
  const Kind* kind = wanted.empty() ? &kinds[0] : nullptr;
  for (const auto& one : kinds) {
    if (one.name == wanted) kind = &one;
  }
  if (kind == nullptr) co_return error(400, "bad_request", "The format is json, md or html.");
  Response response;
  if (const auto at = parameter(request.query, "at"); at.empty()) {
    const auto& room = live.room();
    response = text(200, std::string(kind->type), outcome::report(room.meeting(), {room.chain(), room.epoch()}, kind->format));
  } else {
    std::int64_t seconds = 0;
    const auto read = std::from_chars(at.data(), at.data() + at.size(), seconds);
    if (read.ec != std::errc{} || read.ptr != at.data() + at.size() || seconds < 0 || seconds > INT64_MAX / 2000) {
      co_return error(400, "bad_request", "The time (at) is in whole seconds after the meeting's start.");
    }
    const SharedHistory past = co_await history(live);
    if (past == nullptr) co_return unreadable();
    boost::asio::thread_pool& workers = workers_;
    const Bytes epoch = live.room().epoch();
    const outcome::Format format = kind->format;
    std::function<void(Then<std::optional<Bytes>>)> fold = [&workers, past, seconds, epoch, format](Then<std::optional<Bytes>> then) {
      boost::asio::post(workers, [past, seconds, epoch, format, then] { then(report_at(*past, seconds * 1000, epoch, format)); });
    };
    auto body = co_await wait_for<std::optional<Bytes>>(std::move(fold));
    if (!body) co_return unreadable();
    response = text(200, std::string(kind->type), std::move(*body));
  }
  response.headers.emplace_back("Content-Security-Policy", std::string(report_policy));
  co_return response;
}

boost::asio::awaitable<Response> Api::events(Live& live) {
  const SharedHistory past = co_await history(live);
  if (past == nullptr) co_return unreadable();
  boost::asio::thread_pool& workers = workers_;
  std::function<void(Then<std::optional<Bytes>>)> fold = [&workers, past](Then<std::optional<Bytes>> then) {
    boost::asio::post(workers, [past, then] {
      const auto story = outcome::read_story(*past);
      then(story ? std::optional<Bytes>(outcome::events_json(*story)) : std::nullopt);
    });
  };
  auto body = co_await wait_for<std::optional<Bytes>>(std::move(fold));
  if (!body) co_return unreadable();
  co_return text(200, "application/json", std::move(*body));
}

boost::asio::awaitable<Response> Api::file(Live& live) {
  const MeetingId id = live.id();
  const std::string path = (std::filesystem::temp_directory_path() / ("atelier-" + to_hex(host_.world().random.bytes(16)))).string();
  std::function<void(Then<bool>)> copy = [this, id, path](Then<bool> then) { copy_file_(id, path, std::move(then)); };
  const bool copied = co_await wait_for<bool>(std::move(copy));
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(std::istreambuf_iterator<char>(file), {});
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  if (!copied || bytes.empty()) co_return error(501, "no_file", "This server cannot make a file of the meeting now.");
  Response response = text(200, "application/vnd.sqlite3", std::move(bytes));
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + id.value() + ".atelier\"");
  co_return response;
}

}  // namespace atelier::gateway
