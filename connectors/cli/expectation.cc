#include "connectors/cli/expectation.h"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin {
namespace {

class Matcher {
 public:
  Matcher(const dsl::Expectation& expectation, const Calendar& calendar)
      : expectation_(expectation), calendar_(calendar) {}

  // One phrase per clause that the warning does not fulfil.
  std::vector<std::string> misses(const NetWarning& warning) const {
    std::vector<std::string> found;
    const dsl::Expectation& wanted = expectation_;
    if (wanted.subject && warning.about() != wanted.subject->text) {
      found.push_back(
          fmt::format("is for \"{}\", not \"{}\"", warning.about(), wanted.subject->text));
    }
    if (wanted.at && !same_time(warning.raised, wanted.at->text)) {
      found.push_back(
          fmt::format("was raised at {}, not {}", shown(warning.raised), wanted.at->text));
    }
    if (wanted.level && warning.level != wanted.level->text) {
      found.push_back(fmt::format("has level {}, not {}", warning.level, wanted.level->text));
    }
    if (wanted.until && !warning.cleared) {
      found.push_back(fmt::format("is still open, not cleared at {}", wanted.until->text));
    } else if (wanted.until && !same_time(*warning.cleared, wanted.until->text)) {
      found.push_back(
          fmt::format("was cleared at {}, not {}", shown(*warning.cleared), wanted.until->text));
    }
    if (wanted.open && warning.cleared) {
      found.push_back(fmt::format("was cleared at {}, so it is not open", shown(*warning.cleared)));
    }
    return found;
  }

  std::string describe(const NetWarning& warning) const {
    const std::string end = warning.cleared ? "cleared " + shown(*warning.cleared) : "open";
    if (warning.telling) {
      return fmt::format("{} for \"{}\" at {}: {}", warning.rule, warning.about(),
                         shown(warning.raised), warning.level);
    }
    return fmt::format("{} for \"{}\", {}, raised {}, {}", warning.rule, warning.about(),
                       warning.level, shown(warning.raised), end);
  }

  std::string name(const NetWarning& warning) const {
    return fmt::format("the warning for \"{}\" raised {}", warning.about(), shown(warning.raised));
  }

 private:
  bool same_time(const std::string& printed, const std::string& written) const {
    const std::optional<int64_t> wanted = calendar_.parse_time(written);
    return wanted && calendar_.parse_time(printed) == wanted;
  }

  std::string shown(const std::string& printed) const {
    const std::optional<int64_t> time = calendar_.parse_time(printed);
    return time ? calendar_.format_short(*time) : printed;
  }

  const dsl::Expectation& expectation_;
  const Calendar& calendar_;
};

std::string join(const std::vector<std::string>& phrases) {
  std::string text;
  for (size_t i = 0; i < phrases.size(); ++i) {
    if (i > 0) text += i + 1 == phrases.size() ? " and " : ", ";
    text += phrases[i];
  }
  return text;
}

// The warning with the fewest misses, in words; empty when there is none of the rule.
std::string nearest_miss(const Matcher& matcher, const std::vector<const NetWarning*>& candidates) {
  std::string nearest;
  size_t fewest = SIZE_MAX;
  for (const NetWarning* warning : candidates) {
    const std::vector<std::string> misses = matcher.misses(*warning);
    if (misses.empty() || misses.size() >= fewest) continue;
    fewest = misses.size();
    nearest = fmt::format("{} {}", matcher.name(*warning), join(misses));
  }
  return nearest;
}

std::string verdict(const dsl::Expectation& expectation, size_t matching, bool any) {
  if (expectation.none)
    return fmt::format("but {} did", matching == 1 ? "one" : std::to_string(matching));
  if (expectation.times) return fmt::format("but it came {} times", matching);
  return any ? "but none of its warnings is like that" : "but no warning of that rule came";
}

}  // namespace

std::optional<std::string> unmet(const dsl::Expectation& expectation,
                                 const std::vector<NetWarning>& warnings,
                                 const Calendar& calendar) {
  const Matcher matcher(expectation, calendar);
  std::vector<const NetWarning*> candidates;
  size_t matching = 0;
  for (const NetWarning& warning : warnings) {
    if (warning.rule != expectation.rule.text) continue;
    candidates.push_back(&warning);
    if (matcher.misses(warning).empty()) ++matching;
  }
  const size_t wanted = expectation.none ? 0 : static_cast<size_t>(expectation.times.value_or(1));
  const bool exact = expectation.none || expectation.times.has_value();
  if (exact ? matching == wanted : matching >= wanted) return std::nullopt;

  std::string text = fmt::format("expected: {}, {}", expectation_text(expectation).substr(7),
                                 verdict(expectation, matching, !candidates.empty()));
  for (const NetWarning* warning : candidates) text += "\n  came: " + matcher.describe(*warning);
  const std::string nearest = matching > wanted ? "" : nearest_miss(matcher, candidates);
  if (!nearest.empty()) text += "\n  nearest: " + nearest;
  return text;
}

std::string expectation_text(const dsl::Expectation& expectation) {
  std::string text =
      fmt::format("expect {}{}", expectation.none ? "no " : "", expectation.rule.text);
  if (expectation.subject) text += fmt::format(" for \"{}\"", expectation.subject->text);
  if (expectation.at) text += " at " + expectation.at->text;
  if (expectation.level) text += " level " + expectation.level->text;
  if (expectation.until) text += " until " + expectation.until->text;
  if (expectation.open) text += " open";
  if (expectation.times) text += fmt::format(" {} times", *expectation.times);
  return text;
}

}  // namespace tocsin
