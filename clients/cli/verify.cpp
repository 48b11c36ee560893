#include "outcome/verify.hpp"

#include <boost/program_options/value_semantic.hpp>
#include <iostream>

#include "base/bytes.hpp"
#include "meeting_file.hpp"
#include "verbs.hpp"

namespace atelier::cli {

namespace po = boost::program_options;

namespace {

const Usage usage{"verify", "FILE [--format text|json] [--chain HEX [--seq N]]",
                  "Checks a meeting's file alone: every record in its place, the hash chain, the "
                  "digests of checkpoints and\n"
                  "snapshots, and every sealed vote counted again from its opened ballots. --chain "
                  "(and --seq) is a fingerprint\n"
                  "that you have kept elsewhere: a file that ends before it, or does not lead to "
                  "it, is wrong.\n"};

void print_text(const outcome::Verification& verification) {
  std::cout << verification.title << " (" << verification.meeting << ")\n"
            << "records    " << verification.records << ", the last is "
            << verification.last.value() << "\n"
            << "compared   " << verification.checkpoints << " checkpoints, "
            << verification.snapshots << " snapshots\n"
            << "recounted  " << verification.votes_recounted << " sealed votes\n"
            << "chain      " << to_hex(verification.chain) << "\n"
            << "digest     " << to_hex(verification.digest) << "\n";
  for (const outcome::Fault& fault : verification.faults)
    std::cout << "FAULT      at record " << fault.seq.value() << ": " << fault.what << "\n";
  std::cout << (verification.ok()
                    ? "The file is as it was written.\n"
                    : "The file is not as it was written. Keep it, and look for another copy.\n");
}

}  // namespace

int run_verify(const Arguments& arguments) {
  po::options_description flags("Flags");
  auto add = flags.add_options();
  add("format", po::value<std::string>()->default_value("text")->value_name("text|json"),
      "how it is told");
  add("chain", po::value<std::string>()->default_value("")->value_name("HEX"),
      "the fingerprint of the log, 64 hexadecimal digits");
  add("seq", po::value<std::uint64_t>()->default_value(0)->value_name("N"),
      "the last record that you know of");
  add("file", po::value<std::string>()->required(), "the meeting's file (also without --file)");
  po::positional_options_description positional;
  positional.add("file", 1);
  const auto values = read_flags(usage, flags, positional, arguments);
  if (!values) return values.error();
  const std::string format = (*values)["format"].as<std::string>();
  if (format != "text" && format != "json")
    return complain(usage.verb, "--format is text or json", exit_usage);
  const std::string hex = (*values)["chain"].as<std::string>();
  const auto seq = Sequence((*values)["seq"].as<std::uint64_t>());
  if (!hex.empty() && (hex.size() != 64 || from_hex(hex).empty()))
    return complain(usage.verb, "--chain is 64 hexadecimal digits", exit_usage);
  if (!hex.empty() && seq.value() == 0)
    return complain(usage.verb, "--chain needs --seq, the record it belongs to", exit_usage);

  auto history = open_meeting_file((*values)["file"].as<std::string>());
  if (!history)
    return complain(usage.verb, history.error().why,
                    history.error().damaged ? exit_failed : exit_input);
  std::optional<outcome::HighWater> high_water;
  if (seq.value() > 0) high_water = outcome::HighWater{seq, from_hex(hex)};
  const outcome::Verification verification = outcome::verify(*history, high_water);
  if (format == "json") {
    std::cout << outcome::verification_json(verification) << "\n";
  } else {
    print_text(verification);
  }
  return verification.ok() ? exit_ok : exit_failed;
}

}  // namespace atelier::cli
