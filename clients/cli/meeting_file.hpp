#pragma once

#include <string>

#include "base/result.hpp"
#include "outcome/file/file_history.hpp"

namespace atelier::cli {

/// Why a meeting's file cannot be used.
struct FileTrouble {
  bool damaged = false;  ///< it is a meeting's file, but not as it was written
  std::string why;       ///< a sentence
};

/// Opens a meeting's file alone, without a server; it is read and checked whole.
Result<outcome::FileHistory, FileTrouble> open_meeting_file(const std::string& path);

}  // namespace atelier::cli
