#include "connectors/cli/draw_check.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "connectors/cli/console.h"
#include "rules-dsl/value/draw.h"

namespace tocsin {
namespace {

using Object = simdjson::dom::object;

constexpr size_t kDayLength = 10;  // 2026-11-01

std::string text_of(const Object& object, std::string_view name) {
  std::string_view text;
  return object[name].get_string().get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

std::string who(const Published& draw) {
  return printable(fmt::format("{} {} {}", draw.name, draw.period, draw.subject));
}

}  // namespace

bool DrawCheck::take(std::string_view line) {
  simdjson::dom::parser parser;
  Object message, object;
  if (parser.parse(simdjson::padded_string(line)).get_object().get(message) != simdjson::SUCCESS) {
    return false;
  }
  const bool is_net_line = message["warning"].get_object().get(object) != simdjson::SUCCESS;
  if (is_net_line) object = message;
  Published published{.kind = text_of(message, "kind"),
                      .name = text_of(object, "rule"),
                      .period = text_of(object, "period"),
                      .subject = text_of(object, "key"),
                      .grade = text_of(object, "grade"),
                      .rate = text_of(object, "rate"),
                      .hash = text_of(object, "hash")};
  if (published.kind != "draw" && published.kind != "assessment") return true;
  // Without the policy only the sample that was asked for is looked at.
  const bool known = published.kind == "assessment" || samples_.contains(published.name);
  if (calendar_ == nullptr && !known) return true;
  if (published.kind == "assessment") {
    published.period = text_of(object, "raised").substr(0, kDayLength);
  }
  const std::string id = text_of(object, "id");
  if (text_of(message, "event") == "withdrawn") {
    published_.erase(id);
  } else {
    published_[id] = std::move(published);
  }
  return true;
}

std::vector<std::string> DrawCheck::mistakes() const {
  std::vector<std::string> mistakes;
  std::map<std::string, Grades> assessed;  // by score
  for (const auto& [name, rules] : samples_) assessed.emplace(rules.score, Grades());
  for (auto& [score, grades] : assessed) {
    if (!score.empty()) grades = assessments(score);
  }
  for (const auto& [id, published] : published_) {
    if (published.kind != "draw") continue;
    const auto sample = samples_.find(published.name);
    if (sample == samples_.end()) {
      mistakes.push_back(who(published) + ": no such sample is known");
    } else {
      check_draw(published, sample->second, assessed[sample->second.score], mistakes);
    }
  }
  for (const auto& [name, rules] : samples_) check_left_out(name, rules, mistakes);
  std::sort(mistakes.begin(), mistakes.end());
  return mistakes;
}

void DrawCheck::check_draw(const Published& draw, const SampleRules& rules, const Grades& grades,
                           std::vector<std::string>& mistakes) const {
  const auto add = [&](const std::string& what) { mistakes.push_back(who(draw) + ": " + what); };
  const uint64_t hash = draw_hash(rules.seed, draw.period, draw.subject);
  if (draw.hash != hash_text(hash)) {
    add(fmt::format("published with the hash {}, but it is {}", printable(draw.hash),
                    hash_text(hash)));
  }
  if (rules.every && calendar_ != nullptr && !begins_period(draw.period, *rules.every)) {
    add("no period begins on that day");
  }
  if (participants_ && !participants_->contains(draw.subject)) {
    add("drawn, but not on the list of those who take part");
  }
  const auto grade = grades.find({draw.period, draw.subject});
  if (grade != grades.end() && grade->second != draw.grade) {
    add(fmt::format("drawn with grade {}, but its assessment says {}", printable(draw.grade),
                    printable(grade->second)));
  }
  const auto rate = rules.rates.find(draw.grade);
  if (rate == rules.rates.end()) {
    return add(fmt::format("drawn with grade {}, which has no rate", printable(draw.grade)));
  }
  if (draw.rate != rate_text(rate->second)) {
    add(fmt::format("published with the rate {}, but it is {}", printable(draw.rate),
                    rate_text(rate->second)));
  }
  if (!is_drawn(hash, rate->second)) {
    add(fmt::format("drawn although its hash {} is not below the rate of {}", hash_text(hash),
                    rate_text(rate->second)));
  }
}

// Those of whom it is known that they took part, and with which grade.
void DrawCheck::check_left_out(const std::string& name, const SampleRules& rules,
                               std::vector<std::string>& mistakes) const {
  std::set<Place> drawn;
  std::set<std::string> periods;
  for (const auto& [id, draw] : published_) {
    if (draw.kind != "draw" || draw.name != name) continue;
    drawn.emplace(draw.period, draw.subject);
    periods.insert(draw.period);
  }
  Grades candidates;
  for (const auto& [place, grade] : assessments(rules.score)) {
    const bool takes_part = participants_ ? participants_->contains(place.second) : rules.for_all;
    const bool in_period = rules.every && calendar_ != nullptr
                               ? begins_period(place.first, *rules.every)
                               : periods.contains(place.first);
    if (takes_part && in_period) candidates.emplace(place, grade);
  }
  add_silent_periods(rules, periods);
  for (const std::string& period : periods) {
    if (!participants_ || !rules.score.empty()) break;
    for (const std::string& subject : *participants_)
      candidates.emplace(Place{period, subject}, "");
  }
  for (const auto& [place, grade] : candidates) {
    const auto rate = rules.rates.find(grade);
    if (drawn.contains(place) || rate == rules.rates.end()) continue;
    const uint64_t hash = draw_hash(rules.seed, place.first, place.second);
    if (!is_drawn(hash, rate->second)) continue;
    mistakes.push_back(printable(fmt::format("{} {} {}", name, place.first, place.second)) +
                       fmt::format(": left out although its hash {} is below the rate of {}",
                                   hash_text(hash), rate_text(rate->second)));
  }
}

// Between the first and the last draw every period should have its own; of one of which nothing was
// published, all who were drawn are left out.
void DrawCheck::add_silent_periods(const SampleRules& rules, std::set<std::string>& periods) const {
  if (!rules.every || calendar_ == nullptr || periods.empty()) return;
  const std::optional<int64_t> first = Calendar::parse_date(*periods.begin());
  const std::optional<int64_t> last = Calendar::parse_date(*periods.rbegin());
  if (!first || !last) return;
  const int64_t end = calendar_->day_begin(*last);
  int64_t begin = calendar_->day_begin(*first);
  while ((begin = next_period(*rules.every, begin, *calendar_)) < end) {
    periods.insert(Calendar::format_date(calendar_->day_of(begin)));
  }
}

bool DrawCheck::begins_period(const std::string& day, const Period& every) const {
  const std::optional<int64_t> date = Calendar::parse_date(day);
  if (!date) return false;
  const int64_t begin = calendar_->day_begin(*date);
  return next_period(every, begin - 1, *calendar_) == begin;
}

DrawCheck::Grades DrawCheck::assessments(const std::string& score) const {
  Grades grades;
  for (const auto& [id, assessment] : published_) {
    if (assessment.kind != "assessment" || assessment.name != score) continue;
    grades.emplace(Place{assessment.period, assessment.subject}, assessment.grade);
  }
  return grades;
}

size_t DrawCheck::draws() const {
  return static_cast<size_t>(std::count_if(published_.begin(), published_.end(),
                                           [](const auto& p) { return p.second.kind == "draw"; }));
}

size_t DrawCheck::periods() const {
  std::set<std::pair<std::string, std::string>> periods;
  for (const auto& [id, published] : published_) {
    if (published.kind == "draw") periods.emplace(published.name, published.period);
  }
  return periods.size();
}

}  // namespace tocsin
