#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "atelier/v1/wire.pb.h"
#include "base/id.hpp"

namespace atelier::cli {

/// A file with a line for each acknowledgement, written through at once: "PERSON INSTANCE COUNTER
/// SEQ REFUSAL\n", numbers in decimal, REFUSAL 0 when accepted. It is what a crash test holds
/// against the meeting's log.
class Journal {
 public:
  /// An empty path: writes nothing.
  explicit Journal(const std::string& path) : wanted_(!path.empty()) {
    if (wanted_) file_.open(path, std::ios::app);
  }
  bool good() const { return !wanted_ || file_.good(); }

  void write(const std::string& person, InstanceId instance, const v1::Ack& ack) {
    if (!wanted_) return;
    file_ << person << ' ' << instance.value() << ' ' << ack.counter() << ' ' << ack.seq() << ' '
          << ack.refusal() << '\n'
          << std::flush;
  }

 private:
  bool wanted_;
  std::ofstream file_;
};

}  // namespace atelier::cli
