#include "rules-dsl/plan/plan.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <tuple>

#include "rules-dsl/plan/domain_builder.h"
#include "rules-dsl/plan/projection.h"
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

std::string key_of(const dsl::RuleDecl& rule) { return rule.by ? rule.by->text : "subject"; }

// A domain, in the order in which they are numbered: by layer, the subject first, then the fields
// in the order of their names.
struct Place {
  uint32_t layer = 0;
  std::string key;
  auto order() const { return std::tuple(layer, key != "subject", std::string_view(key)); }
  friend bool operator<(const Place& a, const Place& b) { return a.order() < b.order(); }
  friend bool operator==(const Place& a, const Place& b) { return a.order() == b.order(); }
};

// By rule of the policy: its key, on the first layer where all that it reads has come together.
std::vector<Place> places_of(const dsl::Policy& policy) {
  std::vector<Place> places(policy.rules.size());
  for (int number : policy.rule_order) {
    const dsl::RuleDecl& rule = policy.rules[static_cast<size_t>(number)];
    Place& place = places[static_cast<size_t>(number)];
    place.key = key_of(rule);
    for (int read : rule.reads) {
      const dsl::RecordDecl& record = policy.records[static_cast<size_t>(read)];
      if (record.origin != dsl::Origin::kWarnings) continue;
      place.layer = std::max(place.layer, places[static_cast<size_t>(record.source)].layer + 1);
    }
  }
  return places;
}

std::vector<Place> domains_of(std::vector<Place> places) {
  places.push_back({0, "subject"});
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

// Where the rows of a type go that is put out by a fold.
RoutePlan route_of(const Program& program, uint16_t type) {
  RoutePlan route;
  for (uint32_t domain = 0; domain < program.domains.size(); ++domain) {
    if (program.domains[domain].types[type].taken) route.targets.push_back(domain);
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
    if (field >= withs) slot.node = plan.with[field - withs];
  }
  plan.record = std::move(record);
}

}  // namespace

std::shared_ptr<const Program> plan(const dsl::Policy& policy, PlanOptions options) {
  auto program = std::make_shared<Program>();
  program->name = policy.name;
  program->timezone = policy.timezone;
  program->canonical_text = dsl::print(policy, dsl::PrintTests::kNo);
  program->hash = short_hash(program->canonical_text);
  program->calendar = Calendar::open(policy.timezone);
  for (const dsl::Identifier& level : policy.levels) program->levels.push_back(level.text);

  Projection projection(policy, options);
  const std::vector<size_t> order = rules_by_name(policy);
  const std::vector<Place> places = places_of(policy);
  program->rules.resize(policy.rules.size());
  for (const Place& place : domains_of(places)) {
    DomainBuilder builder(policy, projection, *program->calendar, place.layer, place.key);
    for (uint32_t index = 0; index < order.size(); ++index) {
      const dsl::RuleDecl& rule = policy.rules[order[index]];
      if (!(places[order[index]] == place)) continue;
      program->rules[index] = {rule.name.text,
                               rule.title,
                               rule.because,
                               rule.suggest,
                               rule.assign,
                               static_cast<uint32_t>(program->domains.size()),
                               builder.add_rule(rule, index)};
    }
    program->domains.push_back(builder.finish());
  }
  program->types = projection.take();
  for (uint32_t index = 0; index < order.size(); ++index) {
    const dsl::RuleDecl& rule = policy.rules[order[index]];
    if (rule.record_type < 0) continue;
    plan_record(policy, rule, projection.type(rule.record_type), index, *program);
  }
  return program;
}

}  // namespace tocsin::plan
