#include "rules-dsl/plan/plan.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "rules-dsl/check/check.h"
#include "rules-dsl/plan/domain_builder.h"
#include "rules-dsl/plan/projection.h"
#include "rules-dsl/plan/table_plan.h"
#include "rules-dsl/syntax/printer.h"

namespace tocsin::plan {

namespace {

std::string short_hash(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned bytes = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &bytes, EVP_sha256(), nullptr);
  std::string hex;
  for (size_t i = 0; i < 8; ++i) {
    static constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

std::vector<size_t> rules_by_name(const dsl::Policy& policy) {
  std::vector<size_t> order(policy.rules.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return policy.rules[a].name.text < policy.rules[b].name.text;
  });
  return order;
}

// Where the rows of a type go that is put out by a fold.
RoutePlan route_of(const Program& program, uint16_t type) {
  RoutePlan route;
  for (uint32_t domain = 0; domain < program.domains.size(); ++domain) {
    const TypeUse& use = program.domains[domain].types[type];
    if (use.taken && !use.rekeyed) route.targets.push_back(domain);
  }
  return route;
}

// Once all domains are there, and it is known which fields of the warnings they use.
void plan_record(const dsl::Policy& policy, const dsl::RuleDecl& rule, uint16_t type,
                 uint32_t index, Program& program) {
  using From = WarningRecordPlan::From;
  Domain& domain = program.domains[program.rules[index].domain];
  RulePlan& plan = domain.rules[program.rules[index].rule];
  WarningRecordPlan record{
      .type = type, .route = static_cast<uint32_t>(domain.routes.size()), .slots = {}};
  domain.routes.push_back(route_of(program, type));
  const auto& fields = policy.records[static_cast<size_t>(rule.record_type)].fields;
  const size_t withs = fields.size() - rule.with.size();
  for (const FieldPlan& used : program.types[type].fields) {
    size_t field = 0;
    while (fields[field].name.text != used.name) ++field;
    WarningRecordPlan::Slot& slot = record.slots.emplace_back();
    slot.from = field == 0 ? From::kLevel : field < withs ? From::kKey : From::kNode;
    if (slot.from == From::kKey) slot.part = static_cast<uint32_t>(field - 1);
    if (field >= withs) slot.node = plan.with[field - withs];
  }
  plan.record = std::move(record);
}

// What is told of scores and samples: where, and how it gets its place there.
struct Telling {
  RuleText text;
  Place place;
  std::function<uint32_t(DomainBuilder& builder, uint32_t index)> build;
};

// In the order of their names.
std::vector<Telling> tellings_of(const dsl::Policy& policy, const Places& places) {
  std::vector<Telling> tellings;
  const auto add = [&](Kind kind, std::string name, const std::string& title,
                       const Place& place) -> Telling& {
    Telling& telling = tellings.emplace_back();
    telling.text.kind = kind;
    telling.text.name = std::move(name);
    telling.text.title = title;
    telling.place = place;
    return telling;
  };
  for (size_t i = 0; i < policy.scores.size(); ++i) {
    const dsl::ScoreDecl& score = policy.scores[i];
    if (score.grade_type.values == nullptr) continue;
    add(Kind::kGrade, score.name.text + "_change", score.title, places.scores[i]).build =
        [i](DomainBuilder& builder, uint32_t index) {
          return builder.add_grade_changes(static_cast<int>(i), index);
        };
  }
  for (const dsl::PublishDecl& publish : policy.publishes) {
    const auto number = static_cast<size_t>(publish.score_index);
    const dsl::ScoreDecl& score = policy.scores[number];
    add(Kind::kAssessment, score.name.text, score.title, places.scores[number]).build =
        [&publish](DomainBuilder& builder, uint32_t index) {
          return builder.add_assessments(publish, index);
        };
  }
  for (size_t i = 0; i < policy.samples.size(); ++i) {
    const dsl::SampleDecl& sample = policy.samples[i];
    add(Kind::kDraw, sample.name.text, sample.title, places.samples[i]).build =
        [&sample](DomainBuilder& builder, uint32_t index) {
          return builder.add_draws(sample, index);
        };
  }
  std::sort(tellings.begin(), tellings.end(),
            [](const Telling& a, const Telling& b) { return a.text.name < b.text.name; });
  return tellings;
}

// Once all domains are there, as plan_record().
void plan_changes(const dsl::ScoreDecl& score, uint16_t type, Program& program) {
  using From = WarningRecordPlan::From;
  const auto text = std::find_if(program.rules.begin(), program.rules.end(), [&](const auto& rule) {
    return rule.name == score.name.text + "_change";
  });
  Domain& domain = program.domains[text->domain];
  RulePlan& plan = domain.rules[text->rule];
  WarningRecordPlan record{
      .type = type, .route = static_cast<uint32_t>(domain.routes.size()), .slots = {}};
  domain.routes.push_back(route_of(program, type));
  for (const FieldPlan& used : program.types[type].fields) {
    WarningRecordPlan::Slot& slot = record.slots.emplace_back();
    slot.from = used.name == "from" ? From::kGradeBefore : From::kNode;
    slot.node = used.name == "to" ? plan.telling->grade : plan.telling->score;
  }
  plan.record = std::move(record);
}

// Where in a record of type `of` stands what its end has in its slots.
EndRecordPlan plan_end(const Program& program, uint16_t type, uint16_t of, Domain& domain) {
  EndRecordPlan plan{
      .type = type, .route = static_cast<uint32_t>(domain.routes.size()), .from = {}};
  domain.routes.push_back(route_of(program, type));
  const auto& fields = program.types[of].fields;
  for (const FieldPlan& used : program.types[type].fields) {
    uint32_t slot = 0;
    while (slot < fields.size() && fields[slot].name != used.name) ++slot;
    plan.from.push_back(slot < fields.size() ? slot : kBegan);
  }
  return plan;
}

// Who tells later layers that something has ended: the subject of records, the
// rule of warnings.
void plan_ends(const dsl::Policy& policy, const Projection& projection, Program& program) {
  for (size_t i = 0; i < policy.records.size(); ++i) {
    const dsl::RecordDecl& record = policy.records[i];
    if (record.origin != dsl::Origin::kEnds) continue;
    const uint16_t type = projection.type(static_cast<int>(i));
    if (route_of(program, type).targets.empty()) continue;
    const uint16_t of = projection.type(record.source);
    const dsl::RecordDecl& ended = policy.records[static_cast<size_t>(record.source)];
    if (ended.origin == dsl::Origin::kDeclared) {
      Domain& domain = program.domains.front();
      const int life = domain.types[of].life;
      domain.lives[static_cast<size_t>(life)].told = plan_end(program, type, of, domain);
      continue;
    }
    const std::string& name = policy.rules[static_cast<size_t>(ended.source)].name.text;
    const auto rule = std::find_if(program.rules.begin(), program.rules.end(),
                                   [&](const RuleText& text) { return text.name == name; });
    Domain& domain = program.domains[rule->domain];
    domain.rules[rule->rule].told = plan_end(program, type, of, domain);
  }
}

// Whether some rule has to be told when records of the type end.
bool is_told(const dsl::Policy& policy, const dsl::RecordDecl& record) {
  return record.origin == dsl::Origin::kDeclared && record.ends >= 0 &&
         std::any_of(policy.rules.begin(), policy.rules.end(),
                     [&](const dsl::RuleDecl& rule) { return rule.reads.contains(record.ends); });
}

// Rows with a key from the profile, as the folds of their subjects put them
// out: the domains of that key get them, and find its parts behind the type's
// own slots.
void plan_rekeys(const Places& places, size_t number, Program& program) {
  Domain& from = program.domains[number];
  for (size_t i = 0; i < from.rekeys.size(); ++i) {
    RekeyPlan& rekey = from.rekeys[i];
    rekey.route = static_cast<uint32_t>(from.routes.size());
    RoutePlan& route = from.routes.emplace_back();
    for (uint32_t target = 0; target < program.domains.size(); ++target) {
      const Domain& domain = program.domains[target];
      const bool same_key = domain.key_names == places.rekeys[from.layer][i].key;
      if (same_key && domain.types[rekey.type].rekeyed) route.targets.push_back(target);
    }
  }
}

void place_key_parts(Program& program) {
  for (Domain& domain : program.domains) {
    for (size_t type = 0; type < domain.types.size(); ++type) {
      auto next = static_cast<uint32_t>(program.types[type].fields.size());
      for (KeyPartPlan& part : domain.types[type].key) {
        if (part.slot == kFromProfile) part.slot = next++;
      }
    }
  }
}

// What is known only when all domains are built.
void connect(const dsl::Policy& policy, const std::vector<size_t>& order,
             const Projection& projection, const Places& places, Program& program) {
  for (uint32_t index = 0; index < order.size(); ++index) {
    const dsl::RuleDecl& rule = policy.rules[order[index]];
    if (rule.record_type < 0) continue;
    plan_record(policy, rule, projection.type(rule.record_type), index, program);
  }
  for (const dsl::ScoreDecl& score : policy.scores) {
    if (score.record_type >= 0) plan_changes(score, projection.type(score.record_type), program);
  }
  plan_ends(policy, projection, program);
  for (size_t i = 0; i < program.domains.size(); ++i) plan_rekeys(places, i, program);
  place_key_parts(program);
}

// Copies of rows are shown as what they are copies of; what tells who is within reach, not at all.
void add_types_across(Program& program) {
  const size_t own = program.types.size();
  size_t types = own;
  for (const Domain& domain : program.domains) types = std::max(types, domain.types.size());
  for (size_t type = own; type < types; ++type) {
    TypePlan& added = program.types.emplace_back();
    if (type < 2 * own) added = program.types[type - own];
    added.origin = dsl::Origin::kAcross;
  }
}

}  // namespace

std::shared_ptr<const Program> plan(const dsl::Policy& policy, PlanOptions options) {
  auto program = std::make_shared<Program>();
  program->name = policy.name;
  program->timezone = policy.timezone;
  program->canonical_text = dsl::print(policy, dsl::PrintTests::kNo);
  program->hash = short_hash(program->canonical_text);
  program->calendar = Calendar::open(policy.timezone, dsl::workdays_of(policy));
  for (const dsl::Identifier& level : policy.levels) program->levels.push_back(level.text);
  program->strict_uscc = policy.subject == dsl::SubjectKind::kUsccStrict;
  for (const dsl::TableDecl& table : policy.tables) {
    program->tables.push_back(plan_table(table, *program->calendar));
  }

  Projection projection(policy, *program->calendar, options);
  const std::vector<size_t> order = rules_by_name(policy);
  const Places places = places_of(policy);
  const std::vector<Telling> tellings = tellings_of(policy, places);
  program->rules.resize(policy.rules.size());
  for (const Telling& telling : tellings) program->rules.push_back(telling.text);
  for (const Place& place : places.domains) {
    DomainBuilder builder(policy, projection, *program->calendar, place);
    if (place.key.empty() && !place.across) {
      for (const Rekey& rekey : places.rekeys[place.layer]) builder.add_rekey(rekey);
    }
    for (size_t i = 0; i < policy.records.size() && place == Place{}; ++i) {
      if (is_told(policy, policy.records[i])) builder.add_lifetime(static_cast<int>(i));
    }
    for (uint32_t index = 0; index < order.size(); ++index) {
      const dsl::RuleDecl& rule = policy.rules[order[index]];
      if (places.rules[order[index]] != place) continue;
      program->rules[index] = {Kind::kWarning,
                               rule.name.text,
                               rule.title,
                               rule.because,
                               rule.suggest,
                               rule.assign,
                               static_cast<uint32_t>(program->domains.size()),
                               builder.add_rule(rule, index)};
    }
    for (size_t i = 0; i < tellings.size(); ++i) {
      if (tellings[i].place != place) continue;
      const auto index = static_cast<uint32_t>(order.size() + i);
      program->rules[index].domain = static_cast<uint32_t>(program->domains.size());
      program->rules[index].rule = tellings[i].build(builder, index);
    }
    program->domains.push_back(builder.finish());
  }
  program->types = projection.take();
  add_types_across(*program);
  connect(policy, order, projection, places, *program);
  for (const dsl::PublishDecl& one : policy.publishes) {
    program->periods.push_back(period_of(one.every));
  }
  for (const dsl::SampleDecl& one : policy.samples) {
    program->periods.push_back(period_of(one.every));
  }
  return program;
}

}  // namespace tocsin::plan
