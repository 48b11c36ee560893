#pragma once

#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <string>

#include "atelier/v1/wire.pb.h"
#include "gateway/access.hpp"
#include "gateway/host.hpp"
#include "outcome/history.hpp"
#include "outcome/replay.hpp"

namespace atelier::gateway {

using SharedHistory = std::shared_ptr<outcome::History>;

/// Reads what is stored of a meeting up to and with `last`; nullptr if it cannot be read.
void read_history(timeline::EventLog& log, const MeetingId& meeting, Sequence last, std::function<void(SharedHistory)> then);

/// One replay connection (`/replay`): Seek in, the meeting as it was then out, as a facilitator saw it. Folding runs on
/// `workers`; all else on the loop. Of seeks that come while one is at work only the newest is answered.
class ReplaySession final : public SocketOwner, public std::enable_shared_from_this<ReplaySession> {
 public:
  ReplaySession(World world, boost::asio::thread_pool& workers, Identity who, v1::Role role, SharedHistory history,
                std::vector<std::pair<PersonId, std::string>> names, std::function<void(ConnectionId)> ended);

  void start(boost::asio::ip::tcp::socket socket, ConnectionId id, Bytes already);
  void sweep(std::chrono::milliseconds now) { socket_->sweep(now); }
  void close(ws::CloseCode code, std::string_view reason) { socket_->close(code, reason); }

  void on_message(ConnectionId id, Bytes message) override;
  void on_closed(ConnectionId id) override;
  void on_behind(ConnectionId) override {}
  void on_drained(ConnectionId) override {}

 private:
  void seek();
  Bytes show(const v1::Seek& seek);

  World world_;
  boost::asio::thread_pool& workers_;
  Identity who_;
  v1::Role role_;
  SharedHistory history_;
  std::vector<std::pair<PersonId, std::string>> names_;
  std::function<void(ConnectionId)> ended_;
  outcome::Replay replay_;
  std::shared_ptr<Socket> socket_;
  std::optional<v1::Seek> wanted_;
  bool working_ = false;
};

}  // namespace atelier::gateway
