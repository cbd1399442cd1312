#include "connectors/cli/tail_command.h"

#include <atomic>
#include <optional>

#include "connectors/cli/signals.h"
#include "connectors/cli/tail_format.h"
#include "connectors/tcp/tail_client.h"

namespace tocsin {
namespace {

TailOptions subscription(const TailCommandOptions& options) {
  TailOptions tail;
  tail.address = options.address;
  tail.name = options.name;
  tail.token = options.token;
  tail.from = options.from;
  tail.rules = options.rules;
  tail.kinds = options.kinds;
  tail.min_level = options.min_level;
  tail.regions = options.regions;
  tail.acknowledge = options.acknowledge;
  return tail;
}

// The seq of the last message that the service has published; none when it was stopped before.
Result<std::optional<uint64_t>> last_published(const TailCommandOptions& options,
                                               const TailCallbacks& outer) {
  TailOptions probe;
  probe.address = options.address;
  probe.token = options.token;
  probe.from = "now";
  std::optional<uint64_t> last;
  TailCallbacks callbacks = outer;
  callbacks.on_line = [&last](TailLine, uint64_t seq, std::string_view) {
    last = seq;
    return false;  // the first line, a heartbeat, says it
  };
  const Status status = tail(probe, callbacks);
  if (!status) return status.error();
  return last;
}

class Printer {
 public:
  // `last`: end once everything up to this seq has been shown.
  Printer(bool json, std::optional<uint64_t> last, Console& console)
      : json_(json), last_(last), console_(console) {}

  // False to end the subscription. Each message is written out before it is confirmed.
  bool take(TailLine kind, uint64_t seq, std::string_view json) {
    if (kind == TailLine::kGap) {
      console_.note("some messages are no longer held by the service: " + printable(json));
      return true;
    }
    if (kind == TailLine::kMessage) {
      console_.line(json_ ? std::string(json) : format_message(json, console_.out_is_terminal()));
      console_.flush();
    }
    return console_.open() && !(last_ && seq >= *last_);
  }

 private:
  const bool json_;
  const std::optional<uint64_t> last_;
  Console& console_;
};

}  // namespace

ExitCode run_tail(const TailCommandOptions& options, Console& console) {
  if (options.acknowledge && options.name.empty()) {
    return console.usage("--ack needs a name to remember", "add --name NAME");
  }
  std::atomic<bool> stopped = false;
  StopSignals signals;
  signals.watch([&stopped](const char*) { stopped = true; });

  TailCallbacks callbacks;
  callbacks.note = [&](const std::string& text) { console.note(text); };
  callbacks.stopped = [&] { return stopped.load(); };
  std::optional<uint64_t> last;
  if (options.once) {
    Result<std::optional<uint64_t>> published = last_published(options, callbacks);
    if (!published) return console.fail(published.error());
    if (!*published) return kExitFine;
    last = **published;
  }
  Printer printer(options.json, last, console);
  callbacks.on_line = [&](TailLine kind, uint64_t seq, std::string_view json) {
    return printer.take(kind, seq, json);
  };
  const Status status = tail(subscription(options), callbacks);
  return status ? kExitFine : console.fail(status.error());
}

}  // namespace tocsin
