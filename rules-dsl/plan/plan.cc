#include "rules-dsl/plan/plan.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
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

std::string key_of(const dsl::RuleDecl& rule) { return rule.by ? rule.by->text : "subject"; }

// "subject" first, then the fields in the order of their names.
std::vector<std::string> key_names(const dsl::Policy& policy) {
  std::vector<std::string> names;
  for (const dsl::RuleDecl& rule : policy.rules) {
    if (key_of(rule) != "subject") names.push_back(key_of(rule));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  names.insert(names.begin(), "subject");
  return names;
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
  program->rules.resize(policy.rules.size());
  for (const std::string& key : key_names(policy)) {
    DomainBuilder builder(policy, projection, *program->calendar, key);
    for (uint32_t index = 0; index < order.size(); ++index) {
      const dsl::RuleDecl& rule = policy.rules[order[index]];
      if (key_of(rule) != key) continue;
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
  return program;
}

}  // namespace tocsin::plan
