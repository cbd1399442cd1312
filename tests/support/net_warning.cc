#include "tests/support/net_warning.h"

#include <algorithm>

#include "rules-dsl/limits.h"

namespace tocsin::testing {

namespace {

std::string exact_time(int64_t time, const Calendar& calendar) {
  std::string text = calendar.format_short(time);
  const auto fraction = (time % 1'000'000 + 1'000'000) % 1'000'000;
  if (fraction != 0) text += "." + std::to_string(1'000'000 + fraction).substr(1);
  return text;
}

}  // namespace

std::vector<NetWarning> warnings_only(std::vector<NetWarning> all) {
  std::erase_if(all, [](const NetWarning& one) { return one.kind != Kind::kWarning; });
  return all;
}

std::string to_line(const NetWarning& warning, const Calendar& calendar) {
  if (warning.kind != Kind::kWarning) {
    return std::string(name_of(warning.kind)) + " " + warning.rule + " " + warning.key + " " +
           exact_time(warning.raised, calendar) + " " + warning.values;
  }
  const std::string cleared = warning.cleared ? exact_time(*warning.cleared, calendar) : "";
  return warning.rule + " " + warning.key + " for " + warning.subject.value_or("-") + " " +
         warning.level + " " + exact_time(warning.raised, calendar) + ".." + cleared + " " +
         warning.trigger.value_or("-");
}

std::string to_long_line(const NetWarning& warning, const Calendar& calendar) {
  std::string line = to_line(warning, calendar) + " \"" + warning.message + "\" [";
  for (size_t i = 0; i < warning.evidence.size() && i < limits::kEvidenceMax; ++i) {
    line += warning.evidence[i] + " ";
  }
  line += "]";
  for (size_t i = 0; i < warning.paths.size() && i < limits::kEvidenceMax; ++i) {
    line += (i == 0 ? " by " : ", ") + warning.paths[i];
  }
  return line;
}

std::vector<std::string> to_lines(const std::vector<NetWarning>& warnings,
                                  const Calendar& calendar) {
  std::vector<std::string> lines;
  for (const NetWarning& warning : warnings) lines.push_back(to_line(warning, calendar));
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> to_long_lines(const std::vector<NetWarning>& warnings,
                                       const Calendar& calendar) {
  std::vector<std::string> lines;
  for (const NetWarning& warning : warnings) lines.push_back(to_long_line(warning, calendar));
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace tocsin::testing
