#pragma once

#include "command_line.hpp"

namespace atelier::cli {

// Each reads its own flags, does its work, prints, and gives the program's exit code.
int run_create(const Arguments& arguments);
int run_rehearse(const Arguments& arguments);
int run_outcome(const Arguments& arguments);
int run_export(const Arguments& arguments);
int run_replay(const Arguments& arguments);
int run_events(const Arguments& arguments);
int run_blame(const Arguments& arguments);
int run_compare(const Arguments& arguments);
int run_verify(const Arguments& arguments);
int run_load(const Arguments& arguments);

}  // namespace atelier::cli
