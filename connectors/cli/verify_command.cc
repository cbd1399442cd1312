#include "connectors/cli/verify_command.h"

#include <fmt/format.h>

#include <filesystem>

#include "connectors/cli/policy_report.h"
#include "engine/store/data_folder.h"
#include "engine/store/journal_verify.h"

namespace tocsin {
namespace {

std::string hex(const Hash& hash) {
  std::string text;
  for (uint8_t byte : hash) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace

ExitCode run_verify(const VerifyOptions& options, Console& console) {
  const std::filesystem::path journal = std::filesystem::path(options.data) / kJournalFolder;
  std::error_code code;
  if (!std::filesystem::is_directory(journal, code)) {
    return console.fail({ErrorKind::kInput,
                         fmt::format("{} is not the data folder of a tocsin service", options.data),
                         "name the folder given to tocsin run --data"});
  }
  const Result<VerifyReport> verified = verify_journal(journal);
  if (!verified) return console.fail(verified.error());
  const VerifyReport& report = verified.value();
  const bool whole = report.bad_place.empty() || report.torn_tail;
  console.line(fmt::format("{}{} in {}, {} bytes, are as they were written",
                           whole ? "" : "only the first ", counted(report.entries, "block"),
                           counted(report.segments, "segment"), report.bytes));
  console.line(fmt::format("the chain ends in {}", hex(report.last_hash)));
  console.flush();
  if (report.bad_place.empty()) return kExitFine;
  if (report.torn_tail) {
    console.note(
        fmt::format("{}: an unfinished last block; the next start cuts it", report.bad_place));
    return kExitFine;
  }
  return console.fail(
      {ErrorKind::kInput, fmt::format("{}: does not match", report.bad_place),
       "the journal was damaged or edited from there on; restore it from a backup"});
}

}  // namespace tocsin
