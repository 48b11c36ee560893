#include "timeline/redis/feed.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "timeline/limits.hpp"
#include "timeline/redis/limits.hpp"

namespace atelier::timeline {
namespace {

template <class Number>
bool read_number(BytesView text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// Cuts `entries` into what one callback may get.
std::vector<std::vector<Entry>> pages_of(const std::vector<Entry>& entries) {
  std::vector<std::vector<Entry>> pages;
  std::size_t bytes = 0;
  for (const Entry& entry : entries) {
    bytes += entry.body.size();
    if (pages.empty() || pages.back().size() == page_entries_max || bytes > page_bytes_max) {
      pages.emplace_back();
      bytes = entry.body.size();
    }
    pages.back().push_back(entry);
  }
  return pages;
}

}  // namespace

std::vector<Entry> decode_message(BytesView message) {
  std::vector<Entry> entries;
  if (message.size() < epoch_bytes) return {};
  const Bytes epoch(message.substr(0, epoch_bytes));
  message.remove_prefix(epoch_bytes);
  while (!message.empty()) {
    const BytesView head = message.substr(0, message.find('\n'));
    const std::size_t first = head.find(' '), second = head.rfind(' ');
    std::uint64_t seq = 0, length = 0;
    Entry entry;
    if (head.size() == message.size() || first == second || !read_number(head.substr(0, first), seq) ||
        !read_number(head.substr(first + 1, second - first - 1), entry.time_ms) || !read_number(head.substr(second + 1), length))
      return {};
    message.remove_prefix(head.size() + 1);
    if (length > message.size()) return {};
    entry.seq = Sequence(seq);
    entry.epoch = epoch;
    entry.body = message.substr(0, length);
    message.remove_prefix(length);
    entries.push_back(std::move(entry));
  }
  return entries;
}

/// A callback that runs only while this feed is open and no reconnection came between.
template <class Task>
Link::Done Feed::later(Task task) {
  return [weak = weak_from_this(), generation = generation_, task = std::move(task)](const Reply& reply) {
    const auto feed = weak.lock();
    if (feed && !feed->closed_ && feed->generation_ == generation) task(*feed, reply);
  };
}

void Feed::open() {
  ++generation_;
  open_ = fetching_ = false;
  for (const auto& follower : followers()) follower->reading = false;
  link_.subscribe(keys_.channel, later([](Feed& feed, const Reply&) {
                    feed.link_.command({"HMGET", feed.keys_.meta, "epoch", "seq"},
                                       feed.later([](Feed& same, const Reply& meta) { same.opened(meta); }));
                  }));
}

void Feed::opened(const Reply& meta) {
  if (meta.failed() || meta.list.size() != 2) return;  // the next connection tries again
  std::uint64_t head = 0;
  const bool known = meta.list[0].kind == Reply::Kind::text && read_number(meta.list[1].text, head);
  if (!known) return fail_all(known_ ? Errc::corrupt : Errc::unknown_meeting);
  // Another history, or a shorter one: a wrong or an old Redis.
  if (known_ && (meta.list[0].text != epoch_ || head < last_)) return fail_all(Errc::corrupt);
  epoch_ = meta.list[0].text;
  if (!std::exchange(known_, true)) last_ = head;
  open_ = true;
  durable_ = std::max(durable_, head);
  for (const auto& follower : followers())
    if (!follower->live) catch_up(follower);
  advance();
}

std::vector<std::shared_ptr<RedisFollower>> Feed::followers() {
  std::vector<std::shared_ptr<RedisFollower>> alive;
  std::erase_if(followers_, [](const auto& weak) { return weak.expired() || weak.lock()->ended; });
  for (const auto& weak : followers_) alive.push_back(weak.lock());
  return alive;
}

bool Feed::unused() { return followers().empty(); }
void Feed::close() { closed_ = true; }

void Feed::add(std::shared_ptr<RedisFollower> follower) {
  followers_.push_back(follower);
  if (open_) catch_up(follower);
}

void Feed::fail(const std::shared_ptr<RedisFollower>& follower, Errc error) {
  if (!std::exchange(follower->ended, true)) follower->next(std::unexpected(error));
}

void Feed::fail_all(Errc error) {
  broken_ = true;
  for (const auto& follower : followers())
    if (!closed_) fail(follower, error);
}

void Feed::received(const Bytes& message) {
  for (Entry& entry : decode_message(message)) {
    told_ = std::max(told_, entry.seq.value());
    take(std::move(entry));
  }
}

void Feed::stored(std::vector<Entry> entries) {
  if (entries.empty() || !known_) return;  // what is not known yet is read when the feed opens
  const std::uint64_t top = entries.back().seq.value();
  for (Entry& entry : entries) {
    entry.epoch = epoch_;
    take(std::move(entry));
  }
  durable_up_to(top);
}

void Feed::take(Entry entry) {
  const std::uint64_t place = entry.seq.value();
  if (place > last_) ahead_.insert_or_assign(place, std::move(entry));
}

void Feed::durable_up_to(std::uint64_t place) {
  durable_ = std::max(durable_, place);
  if (open_) advance();
}

/// Gives what is next, known and durable; reads what is missing.
void Feed::advance() {
  std::vector<Entry> entries;
  while (!ahead_.empty() && ahead_.begin()->first <= durable_) {
    auto first = ahead_.begin();
    if (first->first > last_ + 1) break;
    if (first->first == last_ + 1) {
      if (first->second.epoch != epoch_) return fail_all(Errc::corrupt);
      entries.push_back(std::move(first->second));
      ++last_;
    }
    ahead_.erase(first);
  }
  if (!entries.empty()) give(std::move(entries));
  if (!closed_ && last_ < durable_) fetch();
}

void Feed::give(std::vector<Entry> entries) {
  const auto self = shared_from_this();
  for (const auto& follower : followers())
    if (follower->live) give_to(follower, entries);
}

void Feed::give_to(const std::shared_ptr<RedisFollower>& follower, const std::vector<Entry>& entries) {
  const auto news = std::ranges::find_if(entries, [&](const Entry& entry) { return entry.seq > follower->last; });
  for (auto& page : pages_of({news, entries.end()})) {
    if (closed_ || follower->ended) return;
    follower->last = page.back().seq;
    follower->next(std::move(page));
  }
}

/// Reads the stream after what was given.
void Feed::fetch() {
  if (!open_ || std::exchange(fetching_, true)) return;
  const std::uint64_t after = last_;
  link_.command({"XRANGE", keys_.log, std::to_string(after + 1) + "-0", "+", "COUNT", std::to_string(range_entries)},
                later([after](Feed& feed, const Reply& reply) {
                  feed.fetching_ = false;
                  if (reply.failed()) return;
                  auto entries = feed.parse(reply, after);
                  if (!entries || entries->empty()) return feed.fail_all(Errc::corrupt);
                  feed.stored(std::move(*entries));
                }));
}

void Feed::catch_up(const std::shared_ptr<RedisFollower>& follower) {
  if (std::exchange(follower->reading, true)) return;
  const std::uint64_t after = follower->last.value();
  link_.command({"XRANGE", keys_.log, std::to_string(std::max<std::uint64_t>(after, 1)) + "-0", "+", "COUNT",
                 std::to_string(range_entries + 1)},
                later([after, weak = std::weak_ptr(follower)](Feed& feed, const Reply& reply) {
                  const auto alive = weak.lock();
                  if (!alive || alive->ended) return;
                  alive->reading = false;
                  if (reply.failed()) return;
                  // The entry at `after` itself must be there, else the log is shorter than what was seen.
                  const auto entries = feed.parse(reply, after == 0 ? 0 : after - 1);
                  if (!entries || (after > 0 && entries->empty())) return feed.fail(alive, Errc::corrupt);
                  const auto self = feed.shared_from_this();
                  feed.give_to(alive, *entries);
                  if (feed.closed_ || alive->ended) return;
                  alive->live = alive->last.value() >= feed.last_;
                  if (alive->live) return;
                  // No progress though there should be more: the stream has lost its end.
                  if (alive->last.value() == after) return feed.fail(alive, Errc::corrupt);
                  feed.catch_up(alive);
                }));
}

Result<std::vector<Entry>, Errc> Feed::parse(const Reply& range, std::uint64_t after) const {
  std::vector<Entry> entries;
  for (const Reply& row : range.list) {
    ++after;
    if (row.list.size() != 2 || row.list[0].text != std::to_string(after) + "-0" || row.list[1].list.size() != 4)
      return std::unexpected(Errc::corrupt);
    const auto& fields = row.list[1].list;
    Entry entry{Sequence(after), 0, epoch_, fields[3].text};
    if (fields[0].text != "t" || fields[2].text != "b" || !read_number(fields[1].text, entry.time_ms))
      return std::unexpected(Errc::corrupt);
    entries.push_back(std::move(entry));
  }
  return entries;
}

bool Feed::poll() {
  if (!open_) return false;
  const bool dead = silent_polls_ >= silent_polls_max;
  if (dead) silent_polls_ = 0;
  link_.command({"HGET", keys_.meta, "seq"}, later([](Feed& feed, const Reply& reply) {
                  std::uint64_t head = 0;
                  if (reply.failed()) return;
                  if (!read_number(reply.text, head) || head < feed.last_) return feed.fail_all(Errc::corrupt);
                  // A message is on its way for a moment; twice is not.
                  feed.silent_polls_ = head > std::max(feed.told_, feed.last_) ? feed.silent_polls_ + 1 : 0;
                  feed.durable_up_to(head);
                }));
  return dead;
}

}  // namespace atelier::timeline
