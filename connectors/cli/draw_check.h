// Repeats published draws from the outside: nothing is used but what was published and the rules
// of the sample (rules-dsl/value/draw.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/period.h"

namespace tocsin {

// How a sample is to be drawn. Without grades, the rate stands under "".
struct SampleRules {
  std::string seed;
  std::string score;                     // whose grades decide; empty: none
  std::map<std::string, int64_t> rates;  // by grade; millionths
  bool for_all = false;                  // there is no `where`: who has an assessment takes part
  std::optional<Period> every;           // none: not known
};

struct Published {
  std::string kind;    // "draw" or "assessment"
  std::string name;    // of the sample or of the score
  std::string period;  // its first day
  std::string subject;
  std::string grade;  // empty: none
  std::string rate;   // of draws
  std::string hash;   // of draws
};

class DrawCheck {
 public:
  // `calendar` is the policy's. Null without one: then the beginnings of periods are not looked at,
  // and draws of other samples are passed over.
  DrawCheck(std::map<std::string, SampleRules> samples, std::shared_ptr<const Calendar> calendar)
      : samples_(std::move(samples)), calendar_(std::move(calendar)) {}

  // One published line, as tail --json, replay or replay --net print it; what a later one
  // withdraws or changes no longer counts. Other lines are passed over. False: no JSON.
  bool take(std::string_view line);
  // Everybody who takes part in each period: who is not there was not to be drawn.
  void set_participants(std::set<std::string> subjects) { participants_ = std::move(subjects); }

  // What is wrong, a sentence each; sorted by sample, period and subject.
  std::vector<std::string> mistakes() const;

  size_t draws() const;
  size_t periods() const;

 private:
  using Place = std::pair<std::string, std::string>;  // period, subject
  using Grades = std::map<Place, std::string>;

  void check_draw(const Published& draw, const SampleRules& rules, const Grades& grades,
                  std::vector<std::string>& mistakes) const;
  void check_left_out(const std::string& name, const SampleRules& rules,
                      std::vector<std::string>& mistakes) const;
  void add_silent_periods(const SampleRules& rules, std::set<std::string>& periods) const;
  bool begins_period(const std::string& day, const Period& every) const;
  Grades assessments(const std::string& score) const;

  std::map<std::string, SampleRules> samples_;
  std::shared_ptr<const Calendar> calendar_;
  std::optional<std::set<std::string>> participants_;
  std::map<std::string, Published> published_;  // by id
};

}  // namespace tocsin
