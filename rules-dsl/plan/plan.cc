#include "rules-dsl/plan/plan.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <numeric>

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

// Rows with a key from the profile, as the folds of their subjects put them out: the domains of
// that key get them, and find its parts behind the type's own slots.
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
  for (size_t i = 0; i < program.domains.size(); ++i) plan_rekeys(places, i, program);
  place_key_parts(program);
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
  const Places places = places_of(policy);
  program->rules.resize(policy.rules.size());
  for (const Place& place : places.domains) {
    DomainBuilder builder(policy, projection, *program->calendar, place);
    if (place.key.empty()) {
      for (const Rekey& rekey : places.rekeys[place.layer]) builder.add_rekey(rekey);
    }
    for (uint32_t index = 0; index < order.size(); ++index) {
      const dsl::RuleDecl& rule = policy.rules[order[index]];
      if (places.rules[order[index]] != place) continue;
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
  connect(policy, order, projection, places, *program);
  return program;
}

}  // namespace tocsin::plan
