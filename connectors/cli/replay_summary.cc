#include "connectors/cli/replay_summary.h"

#include <fmt/format.h>

#include "connectors/cli/console.h"
#include "connectors/cli/progress_bar.h"

namespace tocsin {
namespace {
constexpr size_t kRejectsShown = 5;
}

void ReplaySummary::add(const Messages& messages) {
  messages_ += messages.size();
  for (const auto& message : messages) {
    if (message->kind != Kind::kWarning) continue;
    if (message->event == Event::kRaised) ++raised_;
    if (message->event == Event::kWithdrawn) ++withdrawn_;
  }
}

void ReplaySummary::add(const BatchReport& report) {
  received_ += report.received;
  applied_ += report.applied;
  duplicates_ += report.duplicates;
  outdated_ += report.outdated;
  late_ += report.late;
  rejected_ += report.rejects.size();
  for (const Reject& reject : report.rejects) {
    if (first_rejects_.size() == kRejectsShown) break;
    first_rejects_.push_back(reject);
  }
}

std::vector<std::string> ReplaySummary::lines(double seconds) const {
  const double rate = seconds > 0 ? static_cast<double>(received_) / seconds : 0;
  std::vector<std::string> lines;
  lines.push_back(fmt::format(
      "{} records in {:.1f} s ({}/s): {} applied, {} of them late; {} duplicates, {} outdated, {} "
      "rejected",
      grouped(received_), seconds, grouped(static_cast<uint64_t>(rate)), grouped(applied_),
      grouped(late_), grouped(duplicates_), grouped(outdated_), grouped(rejected_)));
  lines.push_back(
      fmt::format("{} warnings ({} messages)", grouped(warnings()), grouped(messages_)));
  if (first_rejects_.empty()) return lines;

  lines.push_back("rejected:");
  for (const Reject& reject : first_rejects_) lines.push_back("  " + reject_line(reject));
  if (rejected_ > first_rejects_.size()) {
    lines.push_back(fmt::format("  and {} more", grouped(rejected_ - first_rejects_.size())));
  }
  return lines;
}

std::string reject_line(const Reject& reject) {
  const std::string field = reject.field.empty() ? "" : fmt::format(" (field `{}`)", reject.field);
  const std::string source = reject.source.empty() ? "(no name)" : reject.source;
  return printable(fmt::format("{}:{}: {}{}", source, reject.line, reject.reason, field));
}

}  // namespace tocsin
