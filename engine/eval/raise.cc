// KeyFold: what a warning says when it is raised or changes.
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cassert>

#include "engine/eval/key_fold.h"

namespace tocsin {

namespace {

void add_part(std::string& identity, std::string_view part) {
  identity += fmt::format("{}:", part.size());  // a part may hold any byte
  identity += part;
}

std::array<uint64_t, 2> hash_id(const std::string& identity) {
  const XXH128_hash_t hash = XXH3_128bits(identity.data(), identity.size());
  return {hash.high64, hash.low64};
}

// The value as bytes that are equal exactly when the values are.
std::string value_identity(Value value) {
  if (value.kind() == ValueKind::kText) return std::string(value.text());
  if (value.kind() == ValueKind::kFloat) return fmt::format("{}", value.floating() + 0.0);  // no -0
  return fmt::format("{}", value.integer());
}

}  // namespace

std::array<uint64_t, 2> KeyFold::telling_id(uint32_t rule, int64_t time) const {
  std::string identity;
  add_part(identity, program_.rules[domain_.rules[rule].index].name);
  add_part(identity, key_);
  add_part(identity, fmt::format("{}", time));
  return hash_id(identity);
}

// A warning that has ended before it begins is none, and holds back no other.
void KeyFold::raise_on(uint32_t number, Bindings& bindings) {
  const plan::RulePlan& rule = domain_.rules[number];
  std::optional<int64_t> end;
  if (rule.life != plan::kNoLife) {
    end = own_end(static_cast<uint32_t>(rule.life), bindings);
    if (!end) return;
  }
  if (!allowed(number, bindings)) return;
  raise(number, bindings);
  if (end) keep_open(rule, *end, bindings);
}

// `once per`: a cool-down, or one warning per value.
bool KeyFold::allowed(uint32_t number, Bindings& bindings) {
  const plan::RulePlan& rule = domain_.rules[number];
  RuleState& at = state_->rules[number];
  if (rule.once_span) {
    if (bindings.time < at.free_from) return false;
    const int64_t end = evaluator_.plus(bindings.time, *rule.once_span);
    const bool missing = end == Calendar::kNever && rule.once_span->workdays != 0;
    at.free_from = missing ? bindings.time : end;  // what is missing suppresses nothing
  }
  if (rule.once_value != plan::kNoNode) {
    const Value value = evaluator_.eval(rule.once_value, bindings);
    if (!value.is_missing() && !at.seen.insert(value_identity(value)).second) return false;
  }
  return true;
}

Warning& KeyFold::raise(uint32_t number, Bindings& bindings) {
  const plan::RulePlan& rule = domain_.rules[number];
  Warning& warning = state_->warnings.emplace_back();
  warning.rule = rule.index;
  warning.raised = warning.changed = bindings.time;
  warning.raised_by = warning.cause = cause_;
  warning.level = level(rule, bindings);
  std::string identity;
  add_part(identity, program_.rules[rule.index].name);
  add_part(identity, key_);
  if (rule.is_while) {
    add_part(identity, fmt::format("{}", bindings.time));
  } else {
    const Row& trigger = *bindings.bound[rule.steps.size() - 1];
    warning.trigger = std::string(trigger.id());
    for (const Row* row : {&trigger, rule.each ? bindings.bound[0] : nullptr}) {
      if (row == nullptr) continue;
      add_part(identity, program_.types[row->type].name);
      add_part(identity, row->subject());
      add_part(identity, row->id());
    }
  }
  warning.id = hash_id(identity);
  describe(warning, rule, bindings);
  if (rule.record) emit_record(warning, rule, bindings);
  touch(static_cast<uint32_t>(state_->warnings.size() - 1));
  return warning;
}

// What later layers keep under a key from the profile, once all rows of the instant are in.
void KeyFold::emit_rekeyed(const Row& row) {
  const plan::TypePlan& type = program_.types[row.type];
  const auto own = static_cast<uint32_t>(type.fields.size());
  for (const uint32_t number : domain_.types[row.type].rekeys) {
    const plan::RekeyPlan& rekey = domain_.rekeys[number];
    row_.begin(row.type, static_cast<uint16_t>(own + rekey.fields.size()));
    row_.set_id(row.id());
    row_.set_subject(row.subject());
    row_.set_time(row.time);
    for (uint32_t slot = 0; slot < own; ++slot) row_.set(slot, row.value(slot));
    bool whole = true;
    for (uint32_t i = 0; i < rekey.fields.size(); ++i) {
      const Value part =
          rekey.began ? evaluator_.profile_as_of(rekey.fields[i], row.value(*rekey.began).integer())
                      : evaluator_.profile(rekey.fields[i]);
      whole = whole && !part.is_missing();
      row_.set(own + i, part);
    }
    if (whole) emit(rekey.route, row_.finish());
  }
}

// The record of a warning, or of a grade change, for rules that read it.
void KeyFold::emit_record(Warning& warning, const plan::RulePlan& rule, Bindings& bindings,
                          Value grade_before) {
  using From = plan::WarningRecordPlan::From;
  const plan::WarningRecordPlan& record = *rule.record;
  row_.begin(record.type, static_cast<uint16_t>(record.slots.size()));
  row_.set_id(warning.id_text());
  row_.set_subject(warning.subject.value_or(""));
  row_.set_time(warning.raised);
  for (uint32_t i = 0; i < record.slots.size(); ++i) {
    const plan::WarningRecordPlan::Slot& slot = record.slots[i];
    row_.set(i, slot.from == From::kLevel         ? Value::of_enum(warning.level)
                : slot.from == From::kKey         ? evaluator_.key(slot.part)
                : slot.from == From::kGradeBefore ? grade_before
                                                  : evaluator_.eval(slot.node, bindings));
  }
  if (rule.told) warning.record = row_.finish();
  emit(record.route, row_.finish());
}

// What the last raise or change says; level and times are set by the caller.
void KeyFold::describe(Warning& warning, const plan::RulePlan& rule, Bindings& bindings) {
  const plan::RuleText& text = program_.rules[rule.index];
  warning.subject.reset();
  if (rule.for_subject != plan::kNoNode) {
    const Value subject = evaluator_.eval(rule.for_subject, bindings);
    if (!subject.is_missing()) warning.subject = evaluator_.as_text(subject, rule.for_type);
  } else if (domain_.by_subject()) {
    warning.subject = std::string(key_);
  } else if (!rule.is_while) {
    const std::string_view subject = bindings.bound[rule.steps.size() - 1]->subject();
    if (!subject.empty()) warning.subject = std::string(subject);  // a warning may have none
  }
  warning.region = region(rule, bindings);
  warning.message = !rule.say.parts.empty() ? evaluator_.render(rule.say, bindings)
                    : !text.title.empty()   ? text.title
                                            : text.name;
  collect_evidence(warning, rule, bindings);
}

void KeyFold::collect_evidence(Warning& warning, const plan::RulePlan& rule, Bindings& bindings) {
  std::vector<const Row*> rows;
  Paths paths;
  for (size_t step = 0; step < rule.steps.size(); ++step) rows.push_back(bindings.bound[step]);
  Windows windows(domain_, evaluator_.calendar(), evaluator_, *state_);
  for (uint32_t aggregate : rule.evidence) {
    std::vector<const Row*> covered;
    windows.covered(aggregate, bindings, covered);
    collect_paths(domain_.aggregates[aggregate].reach, covered, paths);
    rows.insert(rows.end(), covered.begin(), covered.end());
  }
  // The same record may be seen across a link and by itself.
  const auto shown = [&](const Row* row) {
    return std::tuple(row->time, domain_.shown_as(row->type), row->id(), row->subject());
  };
  std::sort(rows.begin(), rows.end(),
            [&](const Row* a, const Row* b) { return shown(a) < shown(b); });
  const auto same = [&](const Row* a, const Row* b) { return shown(a) == shown(b); };
  rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
  warning.evidence_total = static_cast<uint32_t>(rows.size());
  warning.evidence.clear();
  for (size_t i = 0; i < std::min(rows.size(), limits::kEvidenceMax); ++i) {
    warning.evidence.emplace_back(rows[i]->id());
  }
  warning.paths.clear();
  for (const auto& [hops, path] : paths) {
    if (warning.paths.size() < limits::kEvidenceMax) warning.paths.emplace_back(path);
  }
}

// To the subjects of others' rows.
void KeyFold::collect_paths(int reach, const std::vector<const Row*>& rows, Paths& paths) const {
  if (reach == plan::kNoReach) return;
  const WithinReach& names = *state_->reaches[static_cast<size_t>(reach)].names;
  for (const Row* row : rows) {
    const auto known = names.find(row->subject());
    if (known == names.end()) continue;  // the key's own
    paths.emplace(known->second->value(plan::kReachHopsSlot).integer(),
                  known->second->value(plan::kReachPathSlot).text());
  }
}

std::string KeyFold::region(const plan::RulePlan& rule, const Bindings& bindings) const {
  Value region;
  if (rule.region_step >= 0) {
    region = bindings.bound[static_cast<size_t>(rule.region_step)]->value(rule.region_slot);
  } else if (domain_.region_part >= 0) {
    region = evaluator_.key(static_cast<uint32_t>(domain_.region_part));
  } else if (domain_.region_profile >= 0) {
    region = evaluator_.profile(static_cast<uint32_t>(domain_.region_profile));
  }
  return region.kind() == ValueKind::kText ? std::string(region.text()) : "";
}

uint8_t KeyFold::level(const plan::RulePlan& rule, Bindings& bindings) {
  for (const plan::LevelPlan& choice : rule.levels) {
    if (choice.when == plan::kNoNode || evaluator_.is_true(choice.when, bindings)) {
      return choice.level;
    }
  }
  assert(false && "the checker wants an unconditional last level");
  return 0;
}

}  // namespace tocsin
