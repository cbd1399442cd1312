#include "connectors/cli/rejects_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "connectors/cli/policy_report.h"
#include "connectors/cli/replay_summary.h"
#include "engine/record/json_text.h"
#include "engine/store/data_folder.h"
#include "engine/store/journal.h"
#include "engine/store/state_store.h"

namespace tocsin {
namespace {

namespace fs = std::filesystem;

constexpr size_t kRejectsAtATime = 1'000;

// The data folder of a service that does not run. The journal holds the lock.
struct OpenData {
  std::unique_ptr<Journal> journal;
  std::unique_ptr<StateStore> store;
};

// Does a service hold the folder now?
bool in_use(const fs::path& data) {
  const fs::path lock = data / kJournalFolder / "lock";
  const int descriptor = ::open(lock.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool held = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return held;
}

Result<OpenData> open_data(const fs::path& data) {
  std::error_code code;
  if (!fs::is_directory(data / kJournalFolder, code) ||
      !fs::is_directory(data / kStateFolder, code)) {
    return Error{ErrorKind::kInput,
                 fmt::format("{} is not the data folder of a tocsin service", data.string()),
                 "name the folder given to tocsin run --data"};
  }
  if (in_use(data)) {
    return Error{ErrorKind::kEnvironment, fmt::format("a running tocsin holds {}", data.string()),
                 "stop the service first (Ctrl-C or SIGTERM), then list its rejects"};
  }
  Result<std::unique_ptr<Journal>> journal = Journal::open(data / kJournalFolder);
  if (!journal) return journal.error();
  Result<std::unique_ptr<StateStore>> store = StateStore::open(data / kStateFolder);
  if (!store) return store.error();
  return OpenData{std::move(*journal), std::move(*store)};
}

std::string json_line(const Reject& reject) {
  std::string out = "{";
  append_json_name(out, "number");
  out += std::to_string(reject.number);
  append_json_name(out, "source");
  append_json_string(out, reject.source);
  append_json_name(out, "line");
  out += std::to_string(reject.line);
  append_json_name(out, "byte_offset");
  out += std::to_string(reject.byte_offset);
  append_json_name(out, "reason");
  append_json_string(out, reject.reason);
  append_json_name(out, "field");
  append_json_string(out, reject.field);
  append_json_name(out, "text");
  append_json_string(out, reject.text);
  return out + '}';
}

// False once nothing can be written any more.
bool print(const Reject& reject, const RejectsOptions& options, Console& console) {
  // A line that is withheld can only be mended where it came from.
  if (options.lines) return reject.text.empty() || console.line(reject.text);
  if (options.json) return console.line(json_line(reject));
  console.line(fmt::format("#{}  {}", reject.number, reject_line(reject)));
  return reject.text.empty() || console.line("    " + printable(reject.text));
}

// How many were printed.
Result<size_t> print_all(const StateStore& store, const RejectsOptions& options, Console& console) {
  size_t printed = 0;
  for (uint64_t after = options.after;;) {
    Result<std::vector<Reject>> rejects = store.read_rejects(after, kRejectsAtATime);
    if (!rejects) return rejects.error();
    if (rejects->empty()) return printed;
    after = rejects->back().number;
    for (const Reject& reject : *rejects) {
      if (!options.source.empty() && reject.source != options.source) continue;
      if (!print(reject, options, console)) return printed;
      ++printed;
    }
  }
}

}  // namespace

ExitCode run_rejects(const RejectsOptions& options, Console& console) {
  Result<OpenData> data = open_data(options.data);
  if (!data) return console.fail(data.error());
  Result<size_t> printed = print_all(*data->store, options, console);
  if (!printed) return console.fail(printed.error());

  if (console.flush() && !options.json && !options.lines)
    console.note(counted(*printed, "rejected line"));
  const uint64_t behind = data->journal->last_number() - data->store->meta().batch;
  if (behind > 0) {
    console.note(fmt::format(
        "the service did not stop cleanly: {} journal entries are not in its state yet; "
        "start it once to see their rejects",
        behind));
  }
  return kExitFine;
}

}  // namespace tocsin
